"""XCCDF 1.1 and 1.2 results (OpenSCAP, SCC, CIS-CAT): a `TestResult`, alone, in a `Benchmark` or in an ARF collection.

`pass` and `fixed` pass, `fail` fails, `error` and `unknown` are errors, `notchecked` is manual. Where an `override`
made a result better, the result before it counts, and one that failed carries a waiver. Other ids of a rule are
its `version`, its idents (CCE, CCI) and what follows `_rule_` in its id.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from threatdsl.evidence.decoding import local, moment, xml_root
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Observation, Outcome, Reading, Subject, SubjectKind, Waiver
from threatdsl.model.level import Level

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

ROOTS = ("Benchmark", "TestResult", "asset-report-collection")
NAMESPACE = "http://checklists.nist.gov/xccdf/"
OUTCOMES = {
    "pass": Outcome.PASS,
    "fixed": Outcome.PASS,
    "fail": Outcome.FAIL,
    "error": Outcome.ERROR,
    "unknown": Outcome.ERROR,
    "notchecked": Outcome.MANUAL,
    "notapplicable": Outcome.NOT_APPLICABLE,
    "notselected": Outcome.SKIPPED,
    "informational": Outcome.INFO,
}
LEVELS = {"info": Level.INFO, "low": Level.LOW, "medium": Level.MEDIUM, "high": Level.HIGH}  # `unknown` is none
TARGETS = ("target", "target-address")
HOST_FACTS = (":host_name", ":fqdn")
LOOPBACK = re.compile(r"127\.[\d.]+|(?:0*:)+0*1")  # every host has it: it tells none apart
STIG_RULE = re.compile(r"(SV-\d+)r\d+_rule")
CPE = re.compile(r"cpe:(?:/|2\.3:)a:[^:]*:(?P<tool>[^:]+)(?::(?P<version>[^:]*))?")


def recognises(content: bytes) -> bool:
    """Whether the namespace of XCCDF or a collection of ARF stands near the start."""
    head = content[:4096]
    return NAMESPACE.encode() in head or b"asset-report-collection" in head


def read(content: bytes) -> Reading:
    """The results of all rules. Raises Unreadable."""
    root = xml_root(content)
    if local(root) not in ROOTS:
        raise Unreadable(f"not XCCDF: its root is <{local(root)}>")
    runs = [one for one in root.iter() if local(one) == "TestResult" and one.tag.startswith(f"{{{NAMESPACE}")]
    if not runs:
        raise Unreadable("it holds no TestResult of XCCDF: rules alone are no results")
    levels = {one.get("id"): one.get("severity") for one in root.iter() if local(one) == "Rule"}
    observations = tuple(one for run in runs for one in _observations(run, levels))
    times = [time for run in runs if (time := moment(run.get("end-time") or run.get("start-time"))) is not None]
    system = CPE.match(runs[0].get("test-system", ""))
    return Reading(
        observations,
        tool=system["tool"] if system else "",
        tool_version=(system["version"] or "") if system else "",
        time=max(times, default=None),
        rules=frozenset(one.rule for one in observations if one.outcome is not Outcome.SKIPPED),
        scanned=tuple(dict.fromkeys(subject for run in runs for subject in _hosts(run))),
    )


def _observations(run: "Element", levels: dict[str | None, str | None]) -> Iterator[Observation]:
    hosts = tuple(dict.fromkeys(_hosts(run)))
    for result in run:
        if local(result) == "rule-result":
            rule = result.get("idref")
            if not rule:
                raise Unreadable("not XCCDF: a rule-result lacks its `idref`")
            outcome, waiver = _outcome(result)
            level = LEVELS.get(result.get("severity") or levels.get(rule) or "")
            aliases = tuple(dict.fromkeys(_aliases(result, rule)))
            yield Observation(rule, outcome, hosts, aliases, level, moment(result.get("time")), waiver)


def _outcome(result: "Element") -> tuple[Outcome, Waiver | None]:
    now = _word(result, "result")
    before = [_word(one, "old-result") for one in result if local(one) == "override"]
    if not before or now is Outcome.FAIL:
        return now, None
    if Outcome.FAIL not in before:
        return (before[0] if now is Outcome.PASS else now), None
    last = [one for one in result if local(one) == "override"][-1]
    return Outcome.FAIL, Waiver(reason=_text(last, "remark"), by=last.get("authority", ""))


def _word(element: "Element", name: str) -> Outcome:
    word = _text(element, name)
    if word not in OUTCOMES:
        raise Unreadable(f"not XCCDF: {word!r} is no result")
    return OUTCOMES[word]


def _text(element: "Element", name: str) -> str:
    return next(((one.text or "").strip() for one in element if local(one) == name), "")


def _aliases(result: "Element", rule: str) -> Iterator[str]:
    short = rule.partition("_rule_")[2] if rule.startswith("xccdf_") else ""
    stig = STIG_RULE.fullmatch(short or rule)
    idents = ((one.text or "").strip() for one in result if local(one) == "ident")
    yield from filter(None, (short, stig[1] if stig else "", result.get("version"), *idents))


def _hosts(run: "Element") -> Iterator[Subject]:
    facts = (fact for one in run if local(one) == "target-facts" for fact in one)
    named = [one for one in facts if (one.get("name") or "").endswith(HOST_FACTS)]
    for one in (*(child for child in run if local(child) in TARGETS), *named):
        name = (one.text or "").strip()
        if name and not LOOPBACK.fullmatch(name):
            yield Subject(SubjectKind.HOST, name)
