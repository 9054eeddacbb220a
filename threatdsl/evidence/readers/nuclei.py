"""Nuclei results, of versions 2 and 3: one JSON object a line (`-jsonl`) or an array (`-json-export`).

The rule is the template (`template-id`, once `templateID`). A result fails it, except where `matcher-status` is false:
that is written only when asked for (`-matcher-status`) and is an explicit pass, or an error where the request failed.
`TEMPLATE:MATCHER`, CVEs and CWEs are aliases. Subjects are where it matched, the host and the address, without user,
query, fragment and path parameters, which hold secrets. A file without results does not say that Nuclei wrote it.
"""

import re
from collections.abc import Iterator

import msgspec

from threatdsl.evidence.decoding import BOM, bare_url, json_as, json_lines, moment, text
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Observation, Outcome, Reading, Subject, SubjectKind
from threatdsl.model.level import Level

SEVERITIES = {level.word: level for level in Level}  # its words are ours; `unknown` is none
ALIAS = re.compile(r"\b(?:CVE-\d+-\d+|CWE-\d+)\b", re.IGNORECASE)


class _Classification(msgspec.Struct, frozen=True, rename="kebab"):
    cve_id: tuple[str, ...] | str | None = None
    cwe_id: tuple[str, ...] | str | None = None


class _Info(msgspec.Struct, frozen=True):
    severity: str | None = None
    classification: _Classification | None = None


class _Result(msgspec.Struct, frozen=True, rename="kebab"):
    info: _Info
    template_id: str | None = None
    old_template_id: str | None = msgspec.field(default=None, name="templateID")
    matcher_name: str | None = None
    old_matcher_name: str | None = msgspec.field(default=None, name="matcher_name")
    matcher_status: bool | None = None
    error: str | None = None
    type: str | None = None
    matched_at: str | None = None
    matched: str | None = None
    host: str | None = None
    ip: str | None = None
    timestamp: str | None = None


def recognises(content: bytes) -> bool:
    """Whether a template is named near the start."""
    head = content[:65536].removeprefix(BOM).lstrip()
    return head[:1] in (b"{", b"[") and (b'"template-id"' in head or b'"templateID"' in head)


def read(content: bytes) -> Reading:
    """All results. Raises Unreadable."""
    if text(content).lstrip().startswith(b"["):
        results = json_as(tuple[_Result, ...], content)
    else:
        results = tuple(json_lines(_Result, content))
    if not results:
        raise Unreadable("it holds no results, so that nothing says which tool wrote it")
    observations = tuple(_observation(result) for result in results)
    times = [one.time for one in observations if one.time is not None]
    return Reading(observations, tool="Nuclei", time=max(times, default=None))


def _observation(result: _Result) -> Observation:
    rule = result.template_id or result.old_template_id
    if not rule:
        raise Unreadable("not of this format: a result without a template")
    return Observation(
        rule,
        _outcome(result),
        tuple(dict.fromkeys(_subjects(result))),
        tuple(dict.fromkeys(_aliases(rule, result))),
        SEVERITIES.get((result.info.severity or "").lower()),
        moment(result.timestamp),
    )


def _outcome(result: _Result) -> Outcome:
    if result.matcher_status is not False:
        return Outcome.FAIL
    return Outcome.ERROR if result.error else Outcome.PASS


def _subjects(result: _Result) -> Iterator[Subject]:
    places = filter(None, (result.matched_at or result.matched, result.host, result.ip))
    for place in places:
        if result.type == "file":
            yield Subject(SubjectKind.FILE, place.replace("\\", "/").removeprefix("./"))
        elif bare := bare_url(place):
            yield Subject(SubjectKind.URL if "/" in bare else SubjectKind.HOST, bare)


def _aliases(rule: str, result: _Result) -> Iterator[str]:
    if matcher := result.matcher_name or result.old_matcher_name:
        yield f"{rule}:{matcher}"
    found = result.info.classification or _Classification()
    for ids in (found.cve_id, found.cwe_id):
        words = (ids,) if isinstance(ids, str) else ids or ()
        names = (name.upper() for word in words for name in ALIAS.findall(word))
        yield from (name for name in names if name != rule)
