"""SARIF 2.1.0 (OASIS Static Analysis Results Interchange Format): the results of one or more runs of any tools.

`kind` gives the outcome: `fail` (also where absent) fails, `pass` passes, `open` and `review` want a person,
`notApplicable` and `informational` are as they say. A result that a baseline has and this run has not is `info`.
Suppressions waive a result unless one of them is under review or rejected. The severity is the rule's
`security-severity`, else `level`. Paths are relative to the roots that the run names, where they are below one.
A run that says it failed, that has an error among its notifications or no `results` makes the reading incomplete.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from posixpath import normpath
from urllib.parse import unquote

from threatdsl.evidence.decoding import BOM, each_as, json_as, moment
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Observation, Outcome, Reading, Subject, SubjectKind, Waiver
from threatdsl.evidence.sarif_log import (
    Component,
    Configuration,
    Log,
    Logical,
    Place,
    Properties,
    Reference,
    Result,
    Rule,
    Run,
    Tool,
    ToolComponent,
)
from threatdsl.evidence.scores import level_of_score
from threatdsl.model.level import Level

VERSION = "2.1."
OUTCOMES = {
    "fail": Outcome.FAIL,
    "pass": Outcome.PASS,
    "open": Outcome.MANUAL,
    "review": Outcome.MANUAL,
    "notApplicable": Outcome.NOT_APPLICABLE,
    "informational": Outcome.INFO,
}
LEVELS = {"error": Level.HIGH, "warning": Level.MEDIUM, "note": Level.LOW}  # `none` is no severity
UNSETTLED = ("underReview", "rejected")
LOOKED_AT = ("analysisTarget", "resultFile")
LOGICAL = {"resource": SubjectKind.RESOURCE, "package": SubjectKind.PACKAGE, "": SubjectKind.RESOURCE}
CWE = re.compile(r"(?:^|\b|/)CWE[-:/ ]?0*([1-9]\d*)", re.IGNORECASE)
ADVISORY = re.compile(r"\b(?:CVE-\d{4}-\d{4,}|GHSA(?:-[0-9a-z]{4}){3})\b", re.IGNORECASE)
DIGEST = re.compile(r"[0-9a-f]{64}")
DRIVE = re.compile(r"/?([A-Za-z]:/.*)", re.DOTALL)
PRIVATE = re.compile(r"(?<=://)[^/?#]*@|[?#].*", re.DOTALL)  # of a URL: a password, a query
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")  # two letters or more: one is a drive


def recognises(content: bytes) -> bool:
    """Whether an object begins that has runs, or names the schema of SARIF."""
    head = content[:4096].removeprefix(BOM).lstrip()
    return head.startswith(b"{") and (b'"runs"' in head or (b'"$schema"' in head and b"sarif" in head))


def read(content: bytes) -> Reading:
    """The results of all runs. Raises Unreadable."""
    log = json_as(Log, content)
    if not log.version.startswith(VERSION):
        raise Unreadable(f"SARIF {log.version[:20]}, not 2.1.0")
    runs = log.runs or ()
    times = [_time(run) for run in runs]
    observations: list[Observation] = []
    scanned: dict[Subject, None] = {}
    rules: set[str] = set()
    for run, time in zip(runs, times, strict=True):
        places = _Places(run)
        catalogue = _Catalogue(run.tool)
        first = len(observations)
        observations.extend(_observations(run, places, catalogue, time if len(runs) > 1 else None))
        rules.update(catalogue.enabled, (one.rule for one in observations[first:] if one.rule))
        scanned.update(dict.fromkeys(_scanned(run, places)))
    commits = {one.revision_id for run in runs for one in run.version_control_provenance or () if one.revision_id}
    known = [time for time in times if time is not None]
    versions = [run.tool.driver.version or run.tool.driver.semantic_version for run in runs]
    return Reading(
        tuple(observations),
        tool=", ".join(dict.fromkeys(run.tool.driver.name for run in runs)),
        tool_version=", ".join(dict.fromkeys(filter(None, versions))),
        time=min(known) if known and len(known) == len(times) else None,  # as old as its oldest run
        commit=commits.pop() if len(commits) == 1 else "",
        rules=frozenset(rules),
        scanned=tuple(scanned),
        findings_only=True,
        digests=frozenset(digest for run in runs for digest in _digests(run)),
        completed=bool(runs) and all(_completed(run) for run in runs),
    )


class _Catalogue:
    """The rules of a run's tool, by id and by place."""

    def __init__(self, tool: Tool) -> None:
        self._driver, self._extensions = tool.driver, tool.extensions or ()
        rules = [rule for one in (tool.driver, *self._extensions) for rule in one.rules or ()]
        self._by_id = {rule.id: rule for rule in reversed(rules)}  # the driver's comes before an extension's
        self._aliases: dict[int, tuple[str, ...]] = {}
        off = [rule for rule in rules if (rule.default_configuration or Configuration()).enabled is False]
        self.enabled = {rule.id for rule in rules}.difference(rule.id for rule in off)

    def find(self, result: Result) -> tuple[str, Rule | None]:
        """The id of a result's rule, and the rule where the run describes it."""
        reference = result.rule or Reference()
        name = result.rule_id or reference.id or ""
        index = result.rule_index if result.rule_index is not None else reference.index
        rules = self._component(reference.tool_component).rules or ()
        rule = rules[index] if index is not None and 0 <= index < len(rules) else None
        if name and (rule is None or (name != rule.id and not name.startswith(f"{rule.id}/"))):
            rule = self._by_id.get(name) or self._by_id.get(name.rpartition("/")[0])
        return name or (rule.id if rule is not None else ""), rule

    def aliases(self, name: str, rule: Rule | None, result: Result) -> tuple[str, ...]:
        """Other ids of a result's rule."""
        own = [] if result.taxa is None and result.properties is None else _ids(result.properties, result.taxa)
        general: tuple[str, ...] = ()
        if rule is not None:
            if id(rule) not in self._aliases:
                targets = tuple(one.target for one in rule.relationships or () if one.target is not None)
                found = [rule.id, *(rule.deprecated_ids or ()), *_ids(rule.properties, targets)]
                self._aliases[id(rule)] = tuple(dict.fromkeys(found))
            general = self._aliases[id(rule)]
        return tuple(dict.fromkeys(one for one in (*general, *own) if one != name))

    def _component(self, wanted: Component | None) -> ToolComponent:
        if wanted is None:
            return self._driver
        if wanted.index is not None and 0 <= wanted.index < len(self._extensions):
            return self._extensions[wanted.index]
        for one in self._extensions:
            if (wanted.guid is not None and wanted.guid == one.guid) or wanted.name == one.name:
                return one
        return self._driver


class _Places:
    """The subjects of a run's places: paths below the roots that the run names, URLs, packages."""

    def __init__(self, run: Run) -> None:
        self._bases = run.original_uri_base_ids or {}
        self._artifacts, self._logical = run.artifacts or (), run.logical_locations or ()
        directories = [one.working_directory for one in run.invocations or () if one.working_directory is not None]
        uris = [place.uri.strip() for place in (*self._bases.values(), *directories) if place.uri is not None]
        roots = {_path(uri).rstrip("/") + "/" for uri in uris if uri.lower().startswith("file:")}
        self._roots = sorted(roots - {"/"}, key=len, reverse=True)
        self._known: dict[tuple[str, str], tuple[SubjectKind, str]] = {}

    def file(self, place: Place | None, line: int = 0) -> Subject | None:
        """What a place is, None where it is empty."""
        if place is not None and place.uri is None and place.index is not None:
            artifact = self._artifacts[place.index] if 0 <= place.index < len(self._artifacts) else None
            place = artifact.location if artifact is not None else None
        if place is None or not place.uri:
            return None
        key = (place.uri, place.uri_base_id or "")
        if key not in self._known:
            self._known[key] = self._resolve(*key)
        kind, name = self._known[key]
        return Subject(kind, name, max(line, 0) if kind is SubjectKind.FILE else 0)

    def all(self, result: Result) -> Iterator[Subject]:
        """The subjects of a result."""
        locations = result.locations or ()
        for location in locations:
            physical = location.physical_location
            if physical is not None:
                line = physical.region.start_line if physical.region is not None else 0
                if (subject := self.file(physical.artifact_location, line or 0)) is not None:
                    yield subject
            yield from (found for one in location.logical_locations or () if (found := self._named(one)) is not None)
        if not locations and (target := self.file(result.analysis_target)) is not None:
            yield target

    def _named(self, place: Logical) -> Subject | None:
        index = place.index if place.index is not None else -1
        full = self._logical[index] if 0 <= index < len(self._logical) else place
        name = place.fully_qualified_name or full.fully_qualified_name or place.name or full.name
        kind = LOGICAL.get(place.kind or full.kind or "")
        if not name or kind is None:
            return None
        return Subject(SubjectKind.PACKAGE if name.startswith("pkg:") else kind, name)

    def _resolve(self, uri: str, base: str) -> tuple[SubjectKind, str]:
        uri, seen = uri.strip(), set[str]()
        while not SCHEME.match(uri) and base in self._bases and base not in seen:
            seen.add(base)
            place = self._bases[base]
            above = (place.uri or "").strip()
            if SCHEME.match(above):  # a root: what is below it is the name
                break
            uri, base = above + uri if not above or above.endswith("/") else f"{above}/{uri}", place.uri_base_id or ""
        scheme = uri.partition(":")[0].lower() if SCHEME.match(uri) else ""
        if scheme in {"http", "https"}:
            return SubjectKind.URL, PRIVATE.sub("", uri)
        if scheme == "pkg":
            return SubjectKind.PACKAGE, uri
        path = _path(uri)
        return SubjectKind.FILE, next((path.removeprefix(root) for root in self._roots if path.startswith(root)), path)


def _path(uri: str) -> str:
    """A path with forward slashes of a `file:` URI, a relative reference or a path that some tool put for one."""
    path = uri
    if uri.lower().startswith("file:"):
        host, _, rest = uri[5:].removeprefix("//").partition("/") if uri[5:7] == "//" else ("", "", uri[5:].lstrip("/"))
        path = f"/{rest}" if host in {"", "localhost"} else f"//{host}/{rest}"
    path = unquote(path).replace("\\", "/")
    drive = DRIVE.fullmatch(path)
    return normpath(drive[1] if drive is not None else path) if path else path


def _observations(run: Run, places: _Places, catalogue: _Catalogue, time: datetime | None) -> Iterator[Observation]:
    for result in each_as(Result, run.results or (), "result"):
        name, rule = catalogue.find(result)
        outcome = OUTCOMES.get(result.kind or "fail", Outcome.INFO)
        yield Observation(
            name,
            Outcome.INFO if result.baseline_state == "absent" else outcome,
            tuple(places.all(result)),
            catalogue.aliases(name, rule, result),
            _severity(result, rule),
            time,
            _waiver(result),
        )


def _severity(result: Result, rule: Rule | None) -> Level | None:
    for properties in (result.properties, rule.properties if rule is not None else None):
        score = properties.score if properties is not None else None
        try:
            level = level_of_score(float(score)) if isinstance(score, str | float | int) else None
        except ValueError:
            continue
        if level is not None:
            return level
    configuration = rule.default_configuration if rule is not None else None
    usual = (configuration.level if configuration is not None else None) or "warning"
    return LEVELS.get(result.level or (usual if (result.kind or "fail") == "fail" else "none"))


def _waiver(result: Result) -> Waiver | None:
    suppressions = result.suppressions or ()
    if not suppressions or any(one.status in UNSETTLED for one in suppressions):
        return None
    return Waiver("; ".join(dict.fromkeys(one.justification for one in suppressions if one.justification)))


def _ids(properties: Properties | None, references: tuple[Reference, ...] | None) -> Iterator[str]:
    """The CWE, CVE and GHSA ids of a property bag and of entries of taxonomies."""
    for reference in references or ():
        component = reference.tool_component
        if reference.id and component is not None and (component.name or "").upper() == "CWE":
            yield f"CWE-{reference.id.upper().removeprefix('CWE-').lstrip('0')}"
    for bag in (properties.tags, properties.cwe) if properties is not None else ():
        for word in bag if isinstance(bag, list) else [bag]:
            if isinstance(word, str):
                yield from (f"CWE-{found[1]}" for found in CWE.finditer(word))
                yield from ADVISORY.findall(word)


def _scanned(run: Run, places: _Places) -> Iterator[Subject]:
    for artifact in run.artifacts or ():
        looked_at = not artifact.roles or any(role in LOOKED_AT for role in artifact.roles)
        if looked_at and (subject := places.file(artifact.location)) is not None:
            yield subject
    if run.properties is not None and isinstance(run.properties.image_name, str):
        yield Subject(SubjectKind.IMAGE, run.properties.image_name)


def _digests(run: Run) -> Iterator[str]:
    images = run.properties.repo_digests if run.properties is not None else None
    found = (
        [one.rpartition("@sha256:")[2] for one in images if isinstance(one, str)] if isinstance(images, list) else []
    )
    found += [(artifact.hashes or {}).get("sha-256", "") for artifact in run.artifacts or ()]
    return (f"sha256:{one.lower()}" for one in found if DIGEST.fullmatch(one.lower()))


def _time(run: Run) -> datetime | None:
    times = (moment(one.end_time_utc or one.start_time_utc) for one in run.invocations or ())
    return max((time for time in times if time is not None), default=None)


def _completed(run: Run) -> bool:
    return run.results is not None and all(one.succeeded for one in run.invocations or ())
