"""The differences of two models as Markdown for a pull request, with a small diagram of what changed."""

from collections.abc import Iterator

from threatdsl.assess.model_difference import Became, Difference, ThingChange
from threatdsl.model.model import Model
from threatdsl.model.things import Flow, Thing
from threatdsl.report.difference.text import summary
from threatdsl.report.pipeline import markup_text as md
from threatdsl.report.plain import plain

MOST_DRAWN = 40  # flows and elements of the diagram
WORDS = {Became.ADDED: "added", Became.REMOVED: "removed", Became.CHANGED: "changed", Became.RENAMED: "renamed"}
NAMED = str.maketrans({'"': "#quot;", "#": "#35;", "<": "#lt;", ">": "#gt;", "&": "#amp;", "`": "#96;", "\\": "#92;"})


def difference_markdown(past: Model, here: Model, found: Difference) -> str:
    """The differences with headings; all text of models stays text."""
    return "\n".join(_lines(past, here, found)) + "\n"


def _lines(past: Model, here: Model, found: Difference) -> Iterator[str]:
    yield f"## What changes in {md.text(here.head.title)}"
    yield ""
    if found.is_empty:
        yield "No difference in meaning."
        return
    yield f"{summary(found)}."
    drawn = list(_diagram(past, here, found))
    if drawn:
        yield from ("", "```mermaid", "flowchart LR", *drawn, "```")
    if found.removed:
        yield from ("", "### Defences removed", "")
        yield from (f"- {md.code(one.control_class)} on {md.text(one.place)}" for one in found.removed)
    if found.findings:
        yield from ("", "### Findings", "", "| | finding | before | after |", "|---|---|---|---|")
        yield from (
            f"| {one.turned.value} | {md.text(one.title)} {md.code(one.id)} | {one.before} | {one.after} |"
            for one in found.findings
        )
    yield from ("", "### The model", "")
    for one in (*found.things, *found.decisions):
        yield f"- {WORDS[one.became]}: {one.sort} {md.code(one.id)} {md.text(one.title)}".rstrip()
        yield from (f"  - {md.text(what)}" for what in one.what)


def _diagram(past: Model, here: Model, found: Difference) -> Iterator[str]:
    """The elements and flows that changed, with the ends of these flows; each says in words what became of it."""
    became = {one.id: one for one in found.things}
    things = {**past.things, **here.things}
    flows = [thing for id_ in became if isinstance(thing := things.get(id_), Flow)][:MOST_DRAWN]
    elements = [one.id for one in found.things if one.sort == "element"][:MOST_DRAWN]
    ends = dict.fromkeys((*elements, *(end for flow in flows for end in (flow.source, flow.target))))
    numbers = {id_: f"n{number}" for number, id_ in enumerate(ends)}
    for id_, number in numbers.items():
        yield f'  {number}["{_label(things.get(id_), id_, became.get(id_))}"]'
    for flow in flows:
        line = "-.->" if became[flow.id].became is Became.REMOVED else "-->"
        label = _label(flow, flow.id, became[flow.id])
        yield f'  {numbers[flow.source]} {line}|"{label}"| {numbers[flow.target]}'


def _label(thing: Thing | None, id_: str, change: ThingChange | None) -> str:
    title = plain((thing.title if thing is not None else "") or id_).translate(NAMED)
    return f"{WORDS[change.became]}: {title}" if change is not None else title
