"""The differences of two models for a terminal."""

from collections.abc import Iterator

from threatdsl.assess.model_difference import Became, Difference, FindingChange, ThingChange
from threatdsl.report.plain import plain
from threatdsl.report.words import counted

MARKS = {Became.ADDED: "+", Became.REMOVED: "-", Became.CHANGED: "~", Became.RENAMED: ">"}


def difference_text(found: Difference) -> str:
    """What was added (+), removed (-), changed (~) and renamed (>), and what that does to findings."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Difference) -> Iterator[str]:
    if found.is_empty:
        yield "no difference in meaning"
        return
    yield from (line for one in (*found.things, *found.decisions) for line in _thing(one))
    if found.removed:
        yield ""
        yield "defences removed"
        yield from (f"  {one.control_class} on {plain(one.place)}" for one in found.removed)
    if found.findings:
        yield ""
        yield "findings"
        yield from (f"  {one.turned.value}: {plain(one.id)}: {_turn(one)}" for one in found.findings)
    yield ""
    yield summary(found)


def _thing(one: ThingChange) -> Iterator[str]:
    title = f' "{plain(one.title)}"' if one.title else ""
    yield f"{MARKS[one.became]} {one.sort} {plain(one.id)}{title}"
    yield from (f"    {plain(what)}" for what in one.what)


def _turn(one: FindingChange) -> str:
    if one.before and one.after:
        return f"was {one.before}, is {one.after}"
    return one.after or f"was {one.before}"


def summary(found: Difference) -> str:
    """How much differs, in one line."""
    parts = [f"{counted(len(found.things) + len(found.decisions), 'change')} of the model"]
    parts.append(f"{counted(len(found.findings), 'finding')} changed")
    parts += [f"{counted(len(found.removed), 'defence')} removed"] if found.removed else []
    return ", ".join(parts)
