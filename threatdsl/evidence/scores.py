"""Scores of CVSS as levels."""

from threatdsl.model.level import Level

# The ratings of CVSS 3 and 4, which GitHub also gives to the `security-severity` of SARIF.
STEPS = ((9.0, Level.CRITICAL), (7.0, Level.HIGH), (4.0, Level.MEDIUM), (0.1, Level.LOW), (0.0, Level.INFO))


def level_of_score(score: float) -> Level | None:
    """The level of a score of 0 to 10, None for what is no score: negative, or not a number."""
    return next((level for least, level in STEPS if score >= least), None)
