"""The chapters of the document, in their order, and which of them an audience gets."""

from collections.abc import Mapping
from enum import StrEnum

from threatdsl.report.edition import Audience, Edition


class Chapter(StrEnum):
    """A chapter; its value is the name of its template."""

    COVER = "cover"
    SUMMARY = "summary"
    DIAGRAM = "diagram"
    FLOWS = "flows"
    THREATS = "threats"
    ASSURANCE = "assurance"
    DECISIONS = "decisions"
    QUESTIONS = "questions"
    COVERAGE = "coverage"
    ELEMENTS = "elements"
    DATA = "data"
    APPENDIX = "appendix"
    COLOPHON = "colophon"


TO_DECIDE = (Chapter.COVER, Chapter.SUMMARY, Chapter.DIAGRAM, Chapter.DECISIONS, Chapter.COLOPHON)
CHAPTERS: Mapping[Audience, tuple[Chapter, ...]] = {
    Audience.MANAGEMENT: TO_DECIDE,
    Audience.REVIEW: tuple(chapter for chapter in Chapter if chapter is not Chapter.APPENDIX),
    Audience.AUDIT: tuple(Chapter),
}
PUBLIC = frozenset(
    (
        Chapter.COVER,
        Chapter.SUMMARY,
        Chapter.DIAGRAM,
        Chapter.FLOWS,
        Chapter.THREATS,
        Chapter.ELEMENTS,
        Chapter.DATA,
        Chapter.COLOPHON,
    )
)


def chapters(edition: Edition) -> tuple[Chapter, ...]:
    """The chapters of an edition; strangers get those that do not live by what they must not read."""
    wanted = CHAPTERS[edition.audience]
    return tuple(chapter for chapter in wanted if chapter in PUBLIC) if edition.public else wanted
