"""docs/reference/stride.md: which rule speaks of which part of a model, asked of the rules themselves."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import product

from tests.reference.rule_pages import shipped
from tests.reference.stride_models import CLASSES, ZONES, answers, class_of, mesh, pairs
from tests.reference.stride_reasons import ELEMENTS, INTERACTIONS, reason
from threatdsl.model.model import Model
from threatdsl.model.things import Flow
from threatdsl.rules.finding import Stride
from threatdsl.rules.rule import CheckedRule

Cells = Mapping[tuple[str, ...], frozenset[str]]
FLOW = "flow"
ROWS = (*CLASSES, FLOW)
PAIRS = tuple(product(CLASSES, CLASSES))
WHERE = ("in one boundary", "across")
OF_FLOWS = (Stride.TAMPERING, Stride.DISCLOSURE, Stride.DENIAL)
NAMES = {
    "external-entity": "External entity",
    "process": "Process",
    "datastore": "Data store",
    "flow": "Data flow",
}
INTRODUCTION = f"""# STRIDE

Which of the [shipped rules](rules.md) speaks of which part of a model, once by element and once by interaction. Nobody
writes this page: the rules are asked about elements of every kind, of which nothing is stated, in boundaries of the
trust {", ".join(ZONES[:-1])} and {ZONES[-1]}. A rule stands in a cell when it has a finding or a question there.
"""
BY_ELEMENT = """## By element

An element of every kind in every boundary, each of which calls all others. A rule stands with the things that its
findings name. One that names a data flow stands there for tampering, information disclosure and denial of service. For
spoofing it stands with both ends, for repudiation with those of them that act and not with a data store, and for
elevation of privilege with the end that is called. A number is how many rules there are.
"""
BY_INTERACTION = """## By interaction

Two elements of every two kinds and one call between them. A rule stands here when it speaks of the call, or of one of
its ends and would have nothing to say without the call; what takes several calls stands above only. A call and its
answer are one data flow: what a store sends back to a process that reads it stands in the row of the process and the
store. A row that begins with a data store is about what one sends by itself, as a queue does, or a disk that somebody
carries. The numbers are those of the rules within one boundary, and across two.
"""
OTHERS = """## Other things

Rules that speak of what STRIDE has no column for: rights, machines, data, boundaries.
"""


def _spoken(letter: str) -> str:
    return letter.replace("-", " ").capitalize()


LETTERS = tuple(_spoken(letter) for letter in Stride)


@cache
def element_cells() -> Cells:
    """The rules of each element and letter."""
    model, rules = shipped()
    bare, said = answers(mesh(model.vocabulary), rules.values())
    cells: dict[tuple[str, ...], set[str]] = {cell: set() for cell in product(ROWS, Stride)}
    for id_, thing in said:
        letter = rules[id_].info.stride
        for row in set(_rows(thing, letter, bare)).intersection(ROWS):
            cells[row, letter].add(id_)
    return {cell: frozenset(found) for cell, found in cells.items()}


def _rows(id_: str, letter: Stride, model: Model) -> Iterator[str]:
    """Where a rule stands that names a thing: in the row of the thing or, for some letters, of the ends of a flow."""
    thing = model.things[id_]
    if not isinstance(thing, Flow):
        yield class_of(thing.kind, model.vocabulary)
    elif letter in OF_FLOWS:
        yield FLOW
    else:
        source, target = (class_of(model.things[end].kind, model.vocabulary) for end in (thing.source, thing.target))
        ends = (target,) if letter is Stride.ELEVATION else (source, target)
        yield from (end for end in ends if not (letter is Stride.REPUDIATION and end == "datastore"))


@cache
def interaction_cells() -> Cells:
    """The rules of each interaction, within one boundary or crossing, and letter."""
    model, rules = shipped()
    elements, calls, interactions = pairs(model.vocabulary)
    said = answers(elements + calls, rules.values())[1] - answers(elements, rules.values())[1]
    cells: dict[tuple[str, ...], set[str]] = {(*ends, *at): set() for ends in PAIRS for at in product(WHERE, Stride)}
    for id_, thing in said:
        found = interactions.get(thing.rpartition("-")[2])
        if found is not None:
            cells[found.source, found.target, WHERE[found.crossing], rules[id_].info.stride].add(id_)
    return {cell: frozenset(found) for cell, found in cells.items()}


def other_cells() -> Cells:
    """The rules that speak of neither elements nor flows, by the kind of what their findings name and letter."""
    words = shipped()[0].vocabulary
    cells: dict[tuple[str, ...], set[str]] = {}
    for rule in shipped()[1].values():
        kind = _named(rule)
        if kind != FLOW and not words.is_a(kind, "element"):
            cells.setdefault((kind, rule.info.stride), set()).add(rule.id)
    return {cell: frozenset(found) for cell, found in cells.items()}


def _named(rule: CheckedRule) -> str:
    """The kind of what a rule's findings name last: what it is for, or what its ways end at."""
    if rule.path is not None:
        return rule.path.sink.kind
    assert rule.subject is not None  # a rule without a path has it
    return rule.subject.kind


def page() -> str:
    """The page."""
    elements, interactions = element_cells(), interaction_cells()
    parts = [INTRODUCTION, BY_ELEMENT, _table(("element", *LETTERS), _counts(elements))]
    for row in ROWS:
        rows = ((_spoken(letter), _shown((row, letter), elements, ELEMENTS)) for letter in Stride)
        parts += [f"### {NAMES[row]}\n", _table(("letter", "rules"), rows)]
    parts += [OTHERS, _table(("thing", "letter", "rules"), _others(other_cells()))]
    parts += [BY_INTERACTION, _table(("interaction", *LETTERS), _pair_counts(interactions))]
    for ends in PAIRS:
        pair_rows = (
            (_spoken(letter), *(_shown((*ends, where, letter), interactions, INTERACTIONS) for where in WHERE))
            for letter in Stride
        )
        parts += [f"### {_interaction(*ends)}\n", _table(("letter", *WHERE), pair_rows)]
    return "\n".join(parts)


def _interaction(source: str, target: str) -> str:
    return f"{NAMES[source]} to {NAMES[target].lower()}"


def _counts(cells: Cells) -> Iterator[tuple[str, ...]]:
    for row in ROWS:
        yield _linked(NAMES[row]), *(str(len(cells[row, letter])) for letter in Stride)


def _pair_counts(cells: Cells) -> Iterator[tuple[str, ...]]:
    for ends in PAIRS:
        numbers = (" and ".join(str(len(cells[*ends, where, letter])) for where in WHERE) for letter in Stride)
        yield _linked(_interaction(*ends)), *numbers


def _others(cells: Cells) -> Iterator[tuple[str, ...]]:
    order = list(Stride)
    for kind, letter in sorted(cells, key=lambda cell: (cell[0], order.index(Stride(cell[1])))):
        yield kind, _spoken(letter), _links(cells[kind, letter])


def _shown(cell: tuple[str, ...], cells: Cells, reasons: Mapping[tuple[str, ...], str]) -> str:
    """The rules of a cell, or why it has none."""
    key = reason(cell, reasons)
    return _links(cells[cell]) or (f"None. {reasons[key]}" if key is not None else "None.")


def _links(rules: Iterable[str]) -> str:
    return ", ".join(f"[{id_.partition('.')[2]}](rules/{id_}.md)" for id_ in sorted(rules))


def _linked(title: str) -> str:
    return f"[{title}](#{title.lower().replace(' ', '-')})"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
