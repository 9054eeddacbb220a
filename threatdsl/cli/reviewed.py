"""What a check tells of the approval of a model."""

from pathlib import Path

from threatdsl.cli.session import Session, fail
from threatdsl.model.approvals import UnreadableApprovals, file_of, read_approvals, standing
from threatdsl.report.approval import approval_line


def review_line(session: Session, path: Path) -> str:
    """Who approved a model and what has changed since; empty where nobody ever approved it."""
    if session.assessment is None or not file_of(path).exists():
        return ""
    try:
        approvals = read_approvals(file_of(path))
    except UnreadableApprovals as error:
        fail(f"{file_of(path)}: {error}")
    return f"{approval_line(standing(session.assessment.model, approvals, session.assessment.now))}\n"
