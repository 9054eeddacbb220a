"""What can go wrong when a report is made, apart from bugs."""


class ReportError(Exception):
    """A report cannot be made here. The text says what is missing and what to do about it."""


class DiagramError(ReportError):
    """A diagram cannot be drawn, or would not show every flow of the model."""
