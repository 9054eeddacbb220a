"""Infrastructure to the text of a model: what is known is written, what is not is left out."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from threatdsl.infra.infrastructure import Boundary, Element, Fact, Flow, Infrastructure, Known, Part, Rests, Role
from threatdsl.infra.naming import names_of
from threatdsl.infra.ruling import Ruling, in_words, rulings
from threatdsl.syntax.spelling import comment, name_from, quoted

HEAD = """\
# Written from infrastructure by `threatdsl new --from`. What the files do not show is not said here: add the data that
# the stores keep and the flows carry, who calls from outside, and what you know better. Another `new --from` into this
# file adds what is new and changes no word of yours.
"""


class Writer:
    """Writes the parts of infrastructure as declarations, each part by its name."""

    def __init__(self, infrastructure: Infrastructure, names: Mapping[str, str]) -> None:
        """`names` gives the name of every element, boundary and role by its key."""
        self._all = infrastructure
        self._names = names

    def declaration(self, part: Part, *, without: frozenset[str] = frozenset()) -> str:
        """A part with all that is in it; of a boundary without the parts of the keys `without`."""
        if isinstance(part, Boundary):
            return "\n".join(self._boundary(part, without))
        if isinstance(part, Element):
            return "\n".join(_block(f"{part.kind} {self._names[part.key]} {quoted(part.title)}", _body(part)))
        assert isinstance(part, Role)  # flows are written together
        return "\n".join(self._role(part))

    def _boundary(self, boundary: Boundary, without: frozenset[str]) -> Iterator[str]:
        inside: list[str] = [f"trust {boundary.trust}"] if boundary.trust else []
        inside += _body(boundary)
        elements = (e for e in self._all.elements if e.boundary == boundary.key)
        below = (b for b in self._all.boundaries if b.parent == boundary.key)
        for part in (*self._in_order(elements), *self._in_order(below)):
            if part.key not in without:
                inside += [""] if inside else []
                inside += self.declaration(part, without=without).splitlines()
        yield from _block(f"boundary {self._names[boundary.key]} {quoted(boundary.title)}", inside)

    def _role(self, role: Role) -> Iterator[str]:
        granted = sorted(self._names[key] for key in role.grants if key in self._names)
        inside = [f"grants [{', '.join(granted)}]"] if granted else []
        if role.mfa is not None:
            inside.append(f"mfa {'required' if role.mfa else 'none'}")
        holders = sorted(self._names[key] for key in role.holders if key in self._names)
        if holders:
            inside.insert(0, comment(f"Held by {', '.join(holders)}."))
        yield from _block(f"role {self._names[role.key]} {quoted(role.title)}", [*inside, *_body(role)])

    def flows(self, flows: Iterable[Flow]) -> Iterator[str]:
        """One declaration a pair of ends, in order of their names."""
        pairs: dict[tuple[str, str], list[Flow]] = {}
        for flow in flows:
            if flow.rests is not Rests.ASSUMED and {flow.source, flow.target} <= self._names.keys():
                pairs.setdefault((self._names[flow.source], self._names[flow.target]), []).append(flow)
        for (source, target), some in sorted(pairs.items()):
            yield "\n".join(_flow(f"flow {source} -> {target}", some))

    def outside(self) -> Iterator[Part]:
        """The boundaries and elements that no other boundary of the infrastructure holds, then the roles."""
        known = {boundary.key for boundary in self._all.boundaries}
        yield from self._in_order(b for b in self._all.boundaries if b.parent not in known)
        yield from self._in_order(e for e in self._all.elements if e.boundary not in known)
        yield from self._in_order(self._all.roles)

    def _in_order(self, parts: Iterable[Part]) -> list[Part]:
        return sorted(parts, key=lambda part: self._names[part.key])


def written(infrastructure: Infrastructure, title: str) -> str:
    """The text of a model, not yet in canonical layout; the same infrastructure gives the same text."""
    writer = Writer(infrastructure, names_of(infrastructure, (name_from(title),)))
    parts = [writer.declaration(part) for part in writer.outside()]
    head = f"{HEAD}model {name_from(title) or 'system'} {quoted(title)} {{ }}"
    return "\n\n".join((head, *parts, *writer.flows(infrastructure.flows))) + "\n"


def _flow(head: str, flows: list[Flow]) -> Iterator[str]:
    """All flows of a pair as one, with what each rests on."""
    protocols = {flow.protocol for flow in flows if flow.protocol}
    ports = sorted({port for flow in flows for port in flow.ports}, key=lambda port: (len(port), port))
    inside = [comment(one) for one in sorted({_rests_on(flow) for flow in flows})]
    if len(protocols) == 1:
        inside.append(f"protocol {protocols.pop()}")
    if ports:
        inside.append(f"port {quoted(', '.join(ports))}")
    resources = tuple(dict.fromkeys(resource for flow in flows for resource in flow.resources))
    facts = tuple(dict.fromkeys(fact for flow in flows for fact in flow.facts))
    yield from _block(head, [*inside, *_body(msgspec.structs.replace(flows[0], resources=resources, facts=facts))])


def _rests_on(flow: Flow) -> str:
    word = flow.rests.value.capitalize()
    return f"{word}: {flow.why}" if flow.why else f"{word}."


def _body(part: Part) -> list[str]:
    """Properties, control classes with what decides them where that is not written anywhere, and bindings."""
    lines = [f"{fact.property} {quoted(fact.value)}" for fact in _properties(part.facts)]
    ruled = tuple(rulings(part.facts))
    for word, holds in (("controls", True), ("lacks", False)):
        some = [ruling for ruling in ruled if ruling.holds is holds]
        lines += (line for ruling in some for line in _unwritten(ruling))
        lines += [f"{word} [{', '.join(ruling.control_class for ruling in some)}]"] if some else []
    bindings = sorted(quoted(binding) for binding in part.bindings)
    lines += [f"realized-by [{', '.join(bindings)}]"] if bindings else []
    return lines


def _properties(facts: Iterable[Fact]) -> list[Fact]:
    """The facts that are properties, the first of each in the order of their values."""
    found: dict[str, Fact] = {}
    for fact in sorted(facts, key=lambda fact: (fact.property, fact.value)):
        if fact.property and fact.value:
            found.setdefault(fact.property, fact)
    return list(found.values())


def _unwritten(ruling: Ruling) -> Iterator[str]:
    """What decides a class though nobody wrote it."""
    for fact in ruling.deciding:
        if fact.known in (Known.DEFAULT, Known.ABSENT):
            yield comment(f"{ruling.control_class}: {in_words(fact)}.")


def _block(head: str, lines: list[str]) -> Iterator[str]:
    """A declaration; without a body when there is nothing to say."""
    if not lines:
        yield head
        return
    yield f"{head} {{"
    yield from (f"  {line}" if line else "" for line in lines)
    yield "}"
