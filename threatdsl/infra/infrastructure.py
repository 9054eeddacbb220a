"""What infrastructure says, whatever its format: the same parts as a model, with facts instead of statements.

Nothing in it may hold a secret: readers put names, addresses and settings here, and never the value of a variable,
parameter or attribute that is not one of these.
"""

from collections.abc import Iterator
from enum import StrEnum

import msgspec

from threatdsl.diagnostics import Diagnostic, Span

HOST = "host:"  # what the keys of hosts elsewhere begin with
EVERY_PORT = "every port"
INTERNET = "internet"  # the key of the external entity that stands for anybody


class Known(StrEnum):
    """How a fact is known. Silent and unresolved facts are neither safe nor unsafe."""

    STATED = "stated"  # somebody wrote it
    DEFAULT = "default"  # nobody wrote it, and what the provider or a parameter does then decides
    ABSENT = "absent"  # no other resource of what was read sets it: true of a whole, not of single files
    SILENT = "silent"  # nobody wrote it, and nothing else decides
    UNRESOLVED = "unresolved"  # written, and its value is only known later or elsewhere


class Rests(StrEnum):
    """What a flow rests on."""

    REFERENCED = "referenced"  # one side names the other: a variable, a link, a target, an event source
    ALLOWED = "allowed"  # a rule of a policy or group admits it
    ASSUMED = "assumed"  # neither; never written into a model


class Resource(msgspec.Struct, frozen=True, order=True):
    """A resource of a file: `Deployment/frontend` of kubernetes, a logical id, an address of a plan, a compose service.

    `reader` is the kind of infrastructure (`kubernetes`), `type` that of the resource (`Deployment`,
    `AWS::S3::Bucket`), `aliases` are other ways to name it (`Deployment/shop/frontend`).
    """

    reader: str
    file: str
    name: str
    type: str
    span: Span
    aliases: tuple[str, ...] = ()

    @property
    def binding(self) -> str:
        """As `realized-by` names it: `kubernetes:deploy/shop.yaml#Deployment/frontend`."""
        return f"{self.reader}:{self.file}#{self.name}"

    def is_named(self, reference: str) -> bool:
        """Whether an item of `realized-by` means it; without a file the name alone decides."""
        reader, _, rest = reference.partition(":")
        file, sharp, name = rest.partition("#")
        if not sharp:
            file, name = self.file, rest
        return reader == self.reader and file == self.file and name in (self.name, *self.aliases)


class Fact(msgspec.Struct, frozen=True):
    """One setting and what it means for safety.

    `name` is what the format calls it (`runAsNonRoot`), `value` how it is set, for people (`true`, `not set`). `safe`
    is None where `known` is silent or unresolved, or where the fact is neither. A control class of `classes` is there
    only when all its facts at a place are safe, and absent when one of them is unsafe. `property` is the property of
    the language that `value` belongs into, where there is one (`technology`). `why` says what makes a default, or what
    it would take to know. `span` is the line to change; `resource` what is set.
    """

    name: str
    value: str
    safe: bool | None
    span: Span
    resource: Resource
    classes: tuple[str, ...] = ()
    known: Known = Known.STATED
    property: str = ""
    why: str = ""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What elements, boundaries, flows and roles have in common.

    `key` is unique in its infrastructure and the same at each reading. `resources` are all that realize it, the one
    that gave it its name first.
    """

    key: str
    title: str
    resources: tuple[Resource, ...]
    facts: tuple[Fact, ...] = ()

    @property
    def bindings(self) -> frozenset[str]:
        """How `realized-by` names it: by its resources; a host elsewhere, which has none, by its key (`host:NAME`)."""
        if self.key.startswith(HOST):
            return frozenset((self.key,))
        return frozenset(resource.binding for resource in self.resources)


class Boundary(Part, frozen=True, kw_only=True):
    """A network, namespace, subnet or account. `parent` is a key; `trust` a word of the scale, empty where unknown."""

    parent: str = ""
    trust: str = ""


class Element(Part, frozen=True, kw_only=True):
    """An external entity, process or data store; `kind` is one of the prelude's, `boundary` a key or empty."""

    kind: str
    boundary: str = ""


class Flow(Part, frozen=True, kw_only=True):
    """A call. `source` and `target` are keys of elements; `protocol` is one of the prelude's, empty where unknown.

    `port` is for people (`443`, `5432-5433`), empty where every port or none is meant; `why` says what it rests on
    (`variable CART_SERVICE_ADDR`). `span` is the line that makes it, `port_span` the one that opens its port where that
    is another.
    """

    source: str
    target: str
    rests: Rests
    span: Span
    protocol: str = ""
    port: str = ""
    why: str = ""
    port_span: Span | None = None

    @property
    def ports(self) -> tuple[str, ...]:
        """Its ports one by one."""
        return tuple(port for port in self.port.split(", ") if port)


class Role(Part, frozen=True, kw_only=True):
    """Rights: `grants` and `holders` are keys of elements. `mfa` is None where nobody says."""

    grants: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()
    mfa: bool | None = None


class LossKind(StrEnum):
    """Why a resource became no part of the model."""

    CONFIGURATION = "configuration"  # it sets up another resource and says nothing that a model keeps
    OUT_OF_SCOPE = "out-of-scope"  # a threat model has no place for it: alarms, scaling, names
    UNSUPPORTED = "unsupported"  # a type that threatdsl does not know, or one that it could not follow
    CONDITIONAL = "conditional"  # whether it is there at all cannot be decided


class Loss(msgspec.Struct, frozen=True):
    """A resource that was read and became nothing, and why, in a sentence without its end."""

    resource: Resource
    kind: LossKind
    why: str


class Infrastructure(msgspec.Struct, frozen=True):
    """All that was read. Every resource is in a part, or in `losses`, and never in both.

    `notes` are diagnostics about the files: what cannot be read, controls that reach nothing, secrets in clear.
    """

    elements: tuple[Element, ...] = ()
    boundaries: tuple[Boundary, ...] = ()
    flows: tuple[Flow, ...] = ()
    roles: tuple[Role, ...] = ()
    resources: tuple[Resource, ...] = ()
    losses: tuple[Loss, ...] = ()
    notes: tuple[Diagnostic, ...] = ()

    @property
    def parts(self) -> Iterator[Part]:
        """All elements, boundaries, flows and roles."""
        yield from self.elements
        yield from self.boundaries
        yield from self.flows
        yield from self.roles

    @property
    def mapped(self) -> frozenset[Resource]:
        """The resources that became part of something."""
        return frozenset(resource for part in self.parts for resource in part.resources)


def together(several: tuple[Infrastructure, ...]) -> Infrastructure:
    """Several as one; the internet is the same to all. Their keys differ, for they begin with the kind and file."""
    elements = {element.key: element for one in several for element in one.elements}
    boundaries = {boundary.key: boundary for one in several for boundary in one.boundaries}
    return Infrastructure(
        elements=tuple(elements.values()),
        boundaries=tuple(boundaries.values()),
        flows=tuple(flow for one in several for flow in one.flows),
        roles=tuple(role for one in several for role in one.roles),
        resources=tuple(resource for one in several for resource in one.resources),
        losses=tuple(loss for one in several for loss in one.losses),
        notes=tuple(note for one in several for note in one.notes),
    )


def the_internet() -> tuple[Boundary, Element]:
    """Anybody, outside of every control: what a part is exposed to that is open to the world."""
    boundary = Boundary(key="boundary:internet", title="Internet", resources=(), trust="untrusted")
    title = "Anybody on the internet"
    return boundary, Element(key=INTERNET, title=title, resources=(), kind="external", boundary=boundary.key)
