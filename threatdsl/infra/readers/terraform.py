"""Terraform: the JSON of `terraform show -json` of a plan or of a state; each file is one."""

from collections.abc import Iterator

from threatdsl.infra.infrastructure import (
    INTERNET,
    Boundary,
    Element,
    Fact,
    Flow,
    Infrastructure,
    Loss,
    LossKind,
    Rests,
    Role,
    the_internet,
    together,
)
from threatdsl.infra.interface import Files
from threatdsl.infra.terraform.plan import MANAGED, Item, Plan
from threatdsl.infra.terraform.settings import facts_of, opened
from threatdsl.infra.terraform.tables import BOUNDARIES, ELEMENTS, OUT_OF_SCOPE, PART_OF, ROLES

ENDINGS = (".json",)
SEGMENTATION = ("network-segmentation",)
AROUND = ("subnet_id", "subnetwork", "network", "vpc_security_group_ids", "vpc_id")


def read(files: Files) -> Infrastructure:
    """All plans and states."""
    return together(tuple(_Reading(Plan(document)).whole() for document in files.documents))


class _Reading:
    """One plan, its resources sorted into what they become."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        managed = [item for item in plan.items if item.mode == MANAGED]
        self._elements = [item for item in managed if item.type in ELEMENTS]
        self._boundaries = [item for item in managed if item.type in BOUNDARIES]
        self._roles = [item for item in managed if item.type in ROLES]
        main = {item.address: item for item in (*self._elements, *self._boundaries, *self._roles)}
        self._parts: dict[str, list[Item]] = {address: [] for address in main}
        for item in managed:
            owner = self._owner(item)
            if item.address not in main and owner is not None and owner.address in main:
                self._parts[owner.address].append(item)

    def _owner(self, item: Item) -> Item | None:
        """The resource that one completes."""
        attribute = PART_OF.get(item.type)
        found = self._plan.related(item, attribute) if attribute is not None else ()
        if found or attribute is None:
            return next(iter(found), None)
        wanted = item.after.text_at(attribute)
        named = (
            one for one in self._plan.items if wanted and wanted in (one.after.text_at("id"), one.after.text_at("name"))
        )
        return next((one for one in named if one.address != item.address), None)

    def whole(self) -> Infrastructure:
        """All parts, and what became none."""
        elements = tuple(self._element(item) for item in self._elements)
        boundaries = tuple(self._boundary(item) for item in self._boundaries)
        roles = tuple(self._role(item) for item in self._roles)
        flows = tuple(self._flows())
        internet, anybody = the_internet()
        reached = bool(flows)
        kept = {resource for part in (*elements, *boundaries, *roles) for resource in part.resources}
        return Infrastructure(
            elements=(*((anybody,) if reached else ()), *elements),
            boundaries=(*((internet,) if reached else ()), *boundaries),
            flows=flows,
            roles=roles,
            resources=tuple(dict.fromkeys(item.resource for item in self._plan.items)),
            losses=tuple({i.resource: _loss(i) for i in self._plan.items if i.resource not in kept}.values()),
            notes=tuple(self._plan.notes),
        )

    def _together(self, item: Item) -> tuple[Item, ...]:
        return (item, *self._parts[item.address])

    def _facts(self, item: Item) -> tuple[Fact, ...]:
        return tuple(fact for one in self._together(item) for fact in facts_of(one))

    def _element(self, item: Item) -> Element:
        around = self._around(item)
        return Element(
            key=item.resource.binding,
            title=_title(item),
            resources=tuple(one.resource for one in self._together(item)),
            facts=self._facts(item),
            kind=ELEMENTS[item.type],
            boundary=around.resource.binding if around is not None else "",
        )

    def _around(self, item: Item) -> Item | None:
        """The network that a resource stands in, the innermost that its configuration names."""
        for attribute in AROUND:
            found = [one for one in self._plan.related(item, attribute) if one in self._boundaries]
            if len(found) == 1 and found[0].address != item.address:
                return found[0]
        return None

    def _boundary(self, item: Item) -> Boundary:
        parent = self._around(item)
        return Boundary(
            key=item.resource.binding,
            title=_title(item),
            resources=tuple(one.resource for one in self._together(item)),
            facts=tuple(self._segmentation(item)),
            parent=parent.resource.binding if parent is not None else "",
        )

    def _segmentation(self, item: Item) -> Iterator[Fact]:
        for one in self._together(item):
            for node, port in opened(one):
                value = f"any address{f', port {port}' if port else ''}"
                at = node.span(one.resource.file)
                yield Fact("source", value, False, at, one.resource, SEGMENTATION)  # noqa: FBT003 - safe

    def _flows(self) -> Iterator[Flow]:
        """Whom anybody can call by a rule of a group that they wear."""
        for group in self._boundaries:
            doors = [(one, node, port) for one in self._together(group) for node, port in opened(one)]
            for member in self._elements if doors and group.type == "aws_security_group" else ():
                worn = (
                    *self._plan.related(member, "vpc_security_group_ids"),
                    *self._plan.related(member, "security_groups"),
                )
                for one, node, port in doors if group in worn else ():
                    yield Flow(
                        key=f"{INTERNET}->{member.resource.binding}:{one.resource.name}:{port}",
                        title="",
                        resources=(),
                        source=INTERNET,
                        target=member.resource.binding,
                        rests=Rests.ALLOWED,
                        span=node.span(one.resource.file),
                        port=port,
                        why=one.resource.name,
                    )

    def _role(self, item: Item) -> Role:
        wearers = (one for one in self._elements if item in self._plan.related(one, "role"))
        return Role(
            key=item.resource.binding,
            title=_title(item),
            resources=tuple(one.resource for one in self._together(item)),
            facts=self._facts(item),
            holders=tuple(one.resource.binding for one in wearers),
        )


def _title(item: Item) -> str:
    """The name of a resource in the configuration, with its module, in words."""
    parts = [part for part in item.address.split(".") if part not in ("module", item.type)]
    return " ".join(parts).replace("_", " ").replace('["', " ").replace('"]', "").replace("[", " ").replace("]", "")


def _loss(item: Item) -> Loss:
    if item.mode != MANAGED:
        return Loss(item.resource, LossKind.OUT_OF_SCOPE, "it is read and not built here")
    if item.type.startswith(OUT_OF_SCOPE):
        return Loss(item.resource, LossKind.OUT_OF_SCOPE, "a threat model has no place for it")
    if item.type in PART_OF:
        return Loss(
            item.resource, LossKind.CONFIGURATION, "what it completes is not in this plan, or not known before an apply"
        )
    return Loss(item.resource, LossKind.UNSUPPORTED, f"threatdsl does not know resources of the type {item.type}")
