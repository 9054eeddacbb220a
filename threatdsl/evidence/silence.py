"""Proof by silence: what a tool that reports only findings did not find, where it certainly looked."""

from fnmatch import fnmatchcase

from threatdsl.evidence.check import Check
from threatdsl.evidence.matching import Binding
from threatdsl.evidence.observation import Reading, Subject


def silent_about(check: Check, binding: Binding, reading: Reading) -> tuple[Subject, ...]:
    """What of a place was scanned by all the rules that a check names, so that no finding means that there is none.

    Nothing where the check names no rules, where one of them did not run, or where the format tells passes.
    """
    named = all(any(fnmatchcase(rule, pattern) for rule in reading.rules) for pattern in check.counts)
    if not (reading.findings_only and check.counts and named) or binding.says_nothing:
        return ()
    return tuple(subject for subject in reading.scanned if binding.proves((subject,)))
