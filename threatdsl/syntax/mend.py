"""Closes what was left open before a text with mistakes is parsed, so that one missing mark is one diagnostic.

Texts first, since they hide brackets; then lists, then blocks.
"""

import msgspec

from threatdsl.diagnostics import Diagnostic
from threatdsl.syntax.mend_blocks import close_blocks
from threatdsl.syntax.mend_lists import close_lists
from threatdsl.syntax.mend_texts import close_texts
from threatdsl.syntax.pieces import Change, Layout, cut
from threatdsl.syntax.places import Places


class Mended(msgspec.Struct, frozen=True):
    """A text whose quotes and brackets come in pairs.

    `places` gives spans of the original; on the `quiet` lines nothing more needs to be said.
    """

    text: str
    places: Places
    diagnostics: tuple[Diagnostic, ...]
    quiet: frozenset[int]


def mend(text: str, file: str) -> Mended:
    """The text with its structure put right."""
    mended = Mended(text, Places(file, text), (), frozenset())
    inserted: tuple[tuple[int, int], ...] = ()
    layout: Layout | None = None
    for step in (close_texts, close_lists, close_blocks):
        if layout is None or layout.text is not mended.text:
            places = Places(file, mended.text)
            layout = Layout(mended.text, places, cut(mended.text, places))
        changes = step(layout)
        if changes:
            mended, inserted = _apply(mended, changes, inserted, text, file)
    return mended


def _apply(
    mended: Mended, changes: tuple[Change, ...], inserted: tuple[tuple[int, int], ...], original: str, file: str
) -> tuple[Mended, tuple[tuple[int, int], ...]]:
    parts, at, more = [], 0, list(inserted)
    quiet, problems = set(mended.quiet), list(mended.diagnostics)
    for change in sorted(changes, key=lambda change: change.start):
        parts += [mended.text[at : change.start], change.put]
        at = change.end
        if change.start == change.end:
            more.append((mended.places.origin(change.start), len(change.put)))
        problem = change.problem
        if problem is not None and problem.span.line not in quiet:
            first = mended.places.span(problem.span.start, problem.span.end)
            related = tuple(
                msgspec.structs.replace(r, span=mended.places.span(r.span.start, r.span.end)) for r in problem.related
            )
            problems.append(msgspec.structs.replace(problem, span=first, related=related))
        quiet.update(change.lines)
    parts.append(mended.text[at:])
    inserted = tuple(sorted(more))
    places = Places(file, original, inserted)
    return Mended("".join(parts), places, tuple(problems), frozenset(quiet)), inserted
