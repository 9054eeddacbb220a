"""Columns of what follows from a model's graph: who calls whom, which data moves and lies where, what is around what.

Silence about data means what language.md says: a list that was stated is closed, before that it is unknown. Stating
one half of a flow closes the other, except what a data store returns. Other elements than data stores keep nothing
and hold nothing in memory unless they say so.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from threatdsl.model.things import UNKNOWN, Flow
from threatdsl.model.titles import ends
from threatdsl.rules.columns import Code, Column, Draft

if TYPE_CHECKING:
    from threatdsl.rules.facts import Facts

Fill = Callable[["Facts"], Column]
Lists = Iterable[tuple[int, tuple[Code, ...]]]


def closed(facts: "Facts", lists: Lists) -> Column:
    """A column of lists that are always complete, from pairs of a number and its list; empty where there is none."""
    draft = Draft(len(facts.things), listed=True)
    for number, items in lists:
        draft.values[number] = items
    return Column(tuple(draft.values), b"\1" * len(facts.things))


def single(facts: "Facts", values: Iterable[tuple[int, Code]]) -> Column:
    """A column of single values, from pairs of a number and its value."""
    draft = Draft(len(facts.things), listed=False)
    for number, value in values:
        draft.values[number] = value
    return draft.column()


def grouped(pairs: Iterable[tuple[int, int]]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """The second halves of pairs, each once, by the first."""
    found: dict[int, dict[int, None]] = {}
    for key, value in pairs:
        found.setdefault(key, {})[value] = None
    return ((key, tuple(values)) for key, values in found.items())


# ---- flows -----------------------------------------------------------------------------------------------------------


def source(facts: "Facts") -> Column:
    """Where each flow begins."""
    numbers = facts.numbering.numbers
    return single(facts, ((n, numbers[facts.flow(n).source]) for n in facts.of_kind("flow")))


def target(facts: "Facts") -> Column:
    """Where each flow ends."""
    numbers = facts.numbering.numbers
    return single(facts, ((n, numbers[facts.flow(n).target]) for n in facts.of_kind("flow")))


def crosses(facts: "Facts") -> Column:
    """Whether the ends of each flow stand in different innermost boundaries."""
    crossing = facts.model.graph.crossing
    return single(facts, ((n, facts.things[n].id in crossing) for n in facts.of_kind("flow")))


def carried(facts: "Facts") -> Column:
    """What goes with each call. Stating `returns` alone says that nothing does."""
    return _half(facts, "carries", "returns", stores_may_return=False)


def returned(facts: "Facts") -> Column:
    """What comes back. Stating `carries` alone says nothing does, except from a data store: data leaves by reads."""
    return _half(facts, "returns", "carries", stores_may_return=True)


def _half(facts: "Facts", name: str, other: str, *, stores_may_return: bool) -> Column:
    draft = Draft(len(facts.things), listed=True)
    values, complete = draft.values, draft.complete
    stores = facts.kinds_under("datastore")
    things = facts.model.things
    for number in facts.of_kind("flow"):
        flow = facts.flow(number)
        fact = flow.facts.get(name)
        if fact is not None:
            items = facts.numbering.codes(fact)
            if items is not None:
                values[number], complete[number] = items, 1
        elif flow.value(other) is not UNKNOWN:
            complete[number] = not (stores_may_return and things[flow.target].kind in stores)
    return draft.column()


def moved(facts: "Facts") -> Column:
    """What each flow carries and returns together."""
    draft = Draft(len(facts.things), listed=True)
    carries, returns = facts.read("flow", "carries"), facts.read("flow", "returns")
    assert carries.complete is not None
    assert returns.complete is not None
    for n in facts.of_kind("flow"):
        one, other = carries.values[n], returns.values[n]
        draft.values[n] = one if not other or one == other else tuple(dict.fromkeys((*one, *other)))
        draft.complete[n] = carries.complete[n] & returns.complete[n]
    return draft.column()


# ---- elements --------------------------------------------------------------------------------------------------------


def kept(facts: "Facts") -> Column:
    """What rests in each element: unstated it is unknown for data stores, and nothing for others."""
    stores = facts.kinds_under("datastore")
    return _own(facts, "stores", lambda kind: kind not in stores)


def held(facts: "Facts") -> Column:
    """What each element has in its memory beside what it stores and moves."""
    return _own(facts, "holds", lambda _: True)


def sealed_for(facts: "Facts") -> Column:
    """Who alone can read each data asset; data of which nobody says it is sealed for nobody."""
    return _own(facts, "sealed-for", lambda _: True, kind="data")


def verified_by(facts: "Facts") -> Column:
    """Who notices when each data asset was altered; nobody unless it is said."""
    return _own(facts, "verified-by", lambda _: True, kind="data")


def _own(facts: "Facts", name: str, silence_means_nothing: Callable[[str], bool], *, kind: str = "element") -> Column:
    draft = Draft(len(facts.things), listed=True)
    for number in facts.of_kind(kind):
        fact = facts.things[number].facts.get(name)
        items = facts.numbering.codes(fact) if fact is not None else ()
        if items is not None:
            draft.values[number] = items
            draft.complete[number] = fact is not None or silence_means_nothing(facts.things[number].kind)
    return draft.column()


def handled(facts: "Facts") -> Column:
    """What each element stores, holds, sends and receives: what a compromised one reads."""
    draft = Draft(len(facts.things), listed=True)
    own = (facts.read("element", "stores"), facts.read("element", "holds"))
    data, flows = facts.read("flow", "data"), facts.read("element", "flows")
    assert data.complete is not None  # of lists
    for number in facts.of_kind("element"):
        found: dict[Code, None] = {}
        complete = 1
        for part in own:
            assert part.complete is not None  # of lists
            found.update(dict.fromkeys(part.values[number]))
            complete &= part.complete[number]
        for flow in flows.values[number]:
            found.update(dict.fromkeys(data.values[flow]))
            complete &= data.complete[flow]
        draft.values[number], draft.complete[number] = tuple(found), complete
    return draft.column()


def inbound(facts: "Facts") -> Column:
    """The flows that end at each element."""
    ends_at = facts.read("flow", "to").values
    return closed(facts, grouped((ends_at[flow], flow) for flow in facts.of_kind("flow")))


def outbound(facts: "Facts") -> Column:
    """The flows that begin at each element."""
    begins_at = facts.read("flow", "from").values
    return closed(facts, grouped((begins_at[flow], flow) for flow in facts.of_kind("flow")))


def flows(facts: "Facts") -> Column:
    """The flows that begin or end at each element, each once."""
    ins, outs = facts.read("element", "inbound").values, facts.read("element", "outbound").values
    both = ((n, tuple(dict.fromkeys((*ins[n], *outs[n])))) for n in facts.of_kind("element"))
    return closed(facts, both)


def callers(facts: "Facts") -> Column:
    """The elements that call each element."""
    begins_at, ends_at = facts.read("flow", "from").values, facts.read("flow", "to").values
    return closed(facts, grouped((ends_at[flow], begins_at[flow]) for flow in facts.of_kind("flow")))


def callees(facts: "Facts") -> Column:
    """The elements that each element calls."""
    begins_at, ends_at = facts.read("flow", "from").values, facts.read("flow", "to").values
    return closed(facts, grouped((begins_at[flow], ends_at[flow]) for flow in facts.of_kind("flow")))


def exposed(facts: "Facts") -> Column:
    """Whether calls from an entry can reach each element."""
    reached = facts.model.graph.exposed
    return single(facts, ((n, facts.things[n].id in reached) for n in facts.of_kind("element")))


def described(facts: "Facts") -> Column:
    """Whether it is stated what each element keeps."""
    complete = facts.read("element", "stores").complete
    return single(facts, ((n, complete is None or bool(complete[n])) for n in facts.of_kind("element")))


# ---- boundaries, runtimes --------------------------------------------------------------------------------------------


def around(facts: "Facts") -> Column:
    """The innermost boundary around each thing."""
    numbers, boundaries = facts.numbering.numbers, facts.model.graph.boundaries
    inner = ((n, boundaries[thing.id]) for n, thing in enumerate(facts.things))
    return single(facts, ((n, numbers[ids[0]]) for n, ids in inner if ids))


def trusted(facts: "Facts") -> Column:
    """How far each element and boundary is trusted."""
    numbers = facts.numbering.numbers
    return single(facts, ((numbers[id_], word.rank) for id_, word in facts.model.graph.trust.items()))


def inside(facts: "Facts") -> Column:
    """The elements in each boundary, those in boundaries within it included."""
    numbers, boundaries = facts.numbering.numbers, facts.model.graph.boundaries
    pairs = ((numbers[id_], n) for n in facts.of_kind("element") for id_ in boundaries[facts.things[n].id])
    return closed(facts, grouped(pairs))


def directly_inside(facts: "Facts") -> Column:
    """The elements in each boundary itself, without those in boundaries within it."""
    inner = facts.read("element", "boundary").values
    return closed(facts, grouped((inner[n], n) for n in facts.of_kind("element") if inner[n] is not None))


def crossing(facts: "Facts") -> Column:
    """The flows with one end in each boundary."""
    numbers, boundaries = facts.numbering.numbers, facts.model.graph.boundaries

    def crossed(flow: Flow) -> list[str]:
        return sorted({*boundaries[flow.source]} ^ {*boundaries[flow.target]})

    return closed(facts, grouped((numbers[id_], n) for n in facts.of_kind("flow") for id_ in crossed(facts.flow(n))))


def hosted(facts: "Facts") -> Column:
    """The elements on each runtime."""
    runs_on = facts.read("element", "runs-on").values
    return closed(facts, grouped((runs_on[n], n) for n in facts.of_kind("element") if runs_on[n] is not None))


def held_by(facts: "Facts") -> Column:
    """The elements that act in each role."""
    roles = facts.read("element", "roles").values
    return closed(facts, grouped((role, n) for n in facts.of_kind("element") for role in roles[n]))


# ---- data ------------------------------------------------------------------------------------------------------------


def stored_in(facts: "Facts") -> Column:
    """The elements that store each data asset."""
    return _having(facts, "element", "stores")


def handled_by(facts: "Facts") -> Column:
    """The elements that handle each data asset."""
    return _having(facts, "element", "data")


def moved_by(facts: "Facts") -> Column:
    """The flows that move each data asset."""
    return _having(facts, "flow", "data")


def _having(facts: "Facts", kind: str, name: str) -> Column:
    """The things whose list holds each data asset: complete when all these lists are."""
    draft, lists = Draft(len(facts.things), listed=True), facts.read(kind, name)
    assert lists.complete is not None  # of lists
    for number, found in grouped((data, n) for n in facts.of_kind(kind) for data in lists.values[n]):
        draft.values[number] = found
    sure = all(lists.complete[n] for n in facts.of_kind(kind))
    return Column(tuple(draft.values), bytes([sure]) * len(facts.things))


# ---- titles ----------------------------------------------------------------------------------------------------------


def titles(facts: "Facts") -> Column:
    """What each thing is called; an unnamed flow by its ends."""
    things = facts.model.things

    def title(number: int) -> str:
        thing = facts.things[number]
        return ends(thing, things) if isinstance(thing, Flow) and not thing.title else thing.title

    return single(facts, ((n, title(n)) for n in range(len(facts.things))))
