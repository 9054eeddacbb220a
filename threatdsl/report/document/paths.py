"""The chapter on attack paths: those that are open first, then those that hang on what nobody has said."""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from threatdsl.report.attack import PathView
from threatdsl.report.document.overlay import overlaid
from threatdsl.report.document.strips import strip
from threatdsl.report.edition import Audience
from threatdsl.report.view import ReportView
from threatdsl.report.words import counted

MOST_DRAWN = {Audience.MANAGEMENT: 3, Audience.REVIEW: 8, Audience.AUDIT: 20}
MOST_CHOKES = 8
PAPER = 170.0  # millimetres


@dataclass(frozen=True, slots=True)
class Strip:
    """A path and its drawing."""

    path: PathView
    drawing: Markup


def attack_paths(shown: ReportView) -> dict[str, object]:
    """What the template of the chapter needs."""
    most = MOST_DRAWN[shown.edition.audience]
    drawn = tuple(_strips(shown.attack.paths[:most]))
    more = len(shown.attack.paths) - len(drawn)
    return {
        "strips": drawn,
        "brief_paths": shown.attack.paths[most:] if shown.edition.audience is not Audience.MANAGEMENT else (),
        "paths_left_out": f"The HTML report draws {counted(more, 'more path')}." if more > 0 else "",
        "chokes": shown.attack.chokes[:MOST_CHOKES],
    }


def _strips(paths: tuple[PathView, ...]) -> Iterator[Strip]:
    for path in paths:
        yield Strip(path, Markup(overlaid(strip(path), PAPER)))  # noqa: S704 - all that is not ours is escaped there
