"""JUnit XML: the results of tests. There is no standard; this reads what pytest, Maven, Gradle and others write.

A case is `classname.name`. Without `failure`, `error` or `skipped` it passed, also where an earlier try failed
(`flakyFailure`, `rerunFailure` with a pass at the end). Properties named `threatdsl.control` are aliases
of the case. A time without a zone counts as early as it may have been.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from threatdsl.evidence.decoding import earliest, local, xml_root
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Observation, Outcome, Reading, Subject, SubjectKind

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

ROOTS = ("testsuites", "testsuite")
OUTCOMES = {"failure": Outcome.FAIL, "error": Outcome.ERROR, "skipped": Outcome.SKIPPED}
CONTROL = "threatdsl.control"


def recognises(content: bytes) -> bool:
    """Whether a suite of tests begins near the start."""
    return b"<testsuite" in content[:4096]


def read(content: bytes) -> Reading:
    """The test cases of all suites. Raises Unreadable."""
    root = xml_root(content)
    if local(root) not in ROOTS:
        raise Unreadable(f"not JUnit: its root is <{local(root)}>")
    suites = [element for element in root.iter() if local(element) == "testsuite"]
    times = [time for suite in (root, *suites) if (time := earliest(suite.get("timestamp"))) is not None]
    return Reading(tuple(_observations(root)), time=min(times, default=None))


def _observations(root: "Element") -> Iterator[Observation]:
    for case in root.iter():
        if local(case) == "testcase":
            name = ".".join(filter(None, (case.get("classname"), case.get("name"))))
            outcomes = [outcome for child in case if (outcome := OUTCOMES.get(local(child))) is not None]
            yield Observation(
                name,
                min(outcomes, key=list(OUTCOMES.values()).index, default=Outcome.PASS),
                tuple(_subjects(case, name)),
                tuple(_controls(case)),
            )


def _subjects(case: "Element", name: str) -> Iterator[Subject]:
    yield Subject(SubjectKind.TEST, name)
    file, line = case.get("file"), case.get("line", "")
    if file:
        yield Subject(SubjectKind.FILE, file.replace("\\", "/"), int(line) if line.isdecimal() else 0)


def _controls(case: "Element") -> Iterator[str]:
    for element in case.iter():
        if local(element) == "property" and element.get("name") == CONTROL:
            yield element.get("value") or (element.text or "").strip()
