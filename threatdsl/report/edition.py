"""For whom a report is made, and how it looks."""

from dataclasses import dataclass
from enum import StrEnum


class Audience(StrEnum):
    """Who reads the report, and so how much of it there is."""

    MANAGEMENT = "management"
    REVIEW = "review"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Theme:
    """The look that a team adds: a style sheet that comes last, a logo as a data URL, a classification banner."""

    css: str = ""
    logo: str = ""
    classification: str = ""


@dataclass(frozen=True, slots=True)
class Edition:
    """How a report is made. `public` leaves out what strangers must not read."""

    audience: Audience = Audience.REVIEW
    public: bool = False
    page: str = "a4"
    theme: Theme = Theme()


STANDARD = Edition()
PUBLIC = "Public version"
