"""The chapter on threats: how much of each finding is said."""

from threatdsl.model.level import Level
from threatdsl.report.document.chapters import Chapter, chapters
from threatdsl.report.edition import Audience
from threatdsl.report.view import ReportView
from threatdsl.report.words import capital, counted

ALL_IN_FULL = 40


def threats(shown: ReportView) -> dict[str, object]:
    """Above forty findings, those neither open nor high get one line; the whole of them stands in the HTML report."""
    everything = len(shown.findings) <= ALL_IN_FULL or shown.edition.audience is Audience.AUDIT
    full = {one.id for one in shown.findings if everything or one.severity.step >= Level.HIGH or one.outcome == "open"}
    verified = ", and with what evidence supports" if shown.verified else ""
    lead = (
        f"{capital(counted(len(shown.findings), 'finding'))} under {counted(len(shown.rules), 'rule')}. "
        f"Severity is given {'three times' if verified else 'twice'}: without any control{',' if verified else ' and'} "
        f"with the controls declared{verified}."
    )
    if not everything:
        lead += " What is neither open nor high has one line; the HTML report holds the whole of it."
    told = Chapter.THREATS in chapters(shown.edition)
    return {"threats_lead": lead, "full": full, "anchors": {one.anchor for one in shown.findings if told}}
