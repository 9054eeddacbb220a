"""How an approval stands, in words."""

from collections.abc import Iterator

from threatdsl.model.approvals import Standing
from threatdsl.report.plain import plain
from threatdsl.report.words import counted, day

MOST_NAMED = 20


def approval_line(found: Standing) -> str:
    """Who approved the model and what has changed since, in one line."""
    approval = found.approval
    if approval is None:
        return "review: nobody has approved this model"
    who = f"approved by {plain(approval.by)} on {day(approval.on)}"
    if found.is_current and not found.distance:
        until = f", due again by {day(found.due)}" if found.due is not None else ""
        return f"review: {who}{until}"
    if found.distance:
        what = f"{counted(found.distance, 'thing')} changed since"
    elif found.is_current or found.due is None:
        what = "rules, words or decisions changed since"
    else:
        what = f"a new review was due on {day(found.due)}"
    return f"review: {who}; {what}"


def approval_text(found: Standing) -> str:
    """The line, and the things that changed by name."""
    return "\n".join((approval_line(found), *_changes(found))) + "\n"


def _changes(found: Standing) -> Iterator[str]:
    for word, ids in (("changed", found.changed), ("added", found.added), ("removed", found.removed)):
        if ids:
            more = f" and {len(ids) - MOST_NAMED} more" if len(ids) > MOST_NAMED else ""
            yield f"  {word}: {', '.join(plain(id_) for id_ in ids[:MOST_NAMED])}{more}"
