"""OSV-Scanner JSON: vulnerable packages of lock files, bills of materials and images (`osv-scanner --format json`).

Each group of a package, which is one vulnerability under several ids, is one FAIL: the first id is the rule, the others
and the weaknesses are its aliases. What a configuration file ignores is not in the file. Nothing is explicitly passed.
A file of zero bytes, which old versions leave where they found nothing, is unreadable: a run that broke off leaves one
too.
"""

from collections.abc import Iterator

import msgspec

from threatdsl.evidence.decoding import json_as
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Observation, Outcome, Reading, Subject, SubjectKind
from threatdsl.evidence.scores import level_of_score
from threatdsl.model.level import Level

SEVERITIES = {  # the words of a database, in lower case, where a group has no score
    "low": Level.LOW,
    "moderate": Level.MEDIUM,
    "medium": Level.MEDIUM,
    "high": Level.HIGH,
    "critical": Level.CRITICAL,
}


class _Database(msgspec.Struct, frozen=True):
    severity: object = None
    cwe_ids: tuple[str, ...] | None = None


class _Named(msgspec.Struct, frozen=True):
    name: str = ""
    purl: str = ""


class _Affected(msgspec.Struct, frozen=True):
    package: _Named | None = None


class _Vulnerability(msgspec.Struct, frozen=True):
    id: str
    aliases: tuple[str, ...] | None = None
    affected: tuple[_Affected, ...] | None = None
    database_specific: _Database | None = None


class _Group(msgspec.Struct, frozen=True):
    ids: tuple[str, ...]
    aliases: tuple[str, ...] | None = None
    max_severity: str = ""


class _Package(msgspec.Struct, frozen=True):
    name: str = ""
    version: str = ""
    commit: str = ""


class _Entry(msgspec.Struct, frozen=True):
    package: _Package
    vulnerabilities: tuple[_Vulnerability, ...] | None = None
    groups: tuple[_Group, ...] | None = None


class _Source(msgspec.Struct, frozen=True):
    path: str


class _Result(msgspec.Struct, frozen=True):
    source: _Source
    packages: tuple[_Entry, ...] | None


class _Report(msgspec.Struct, frozen=True):
    results: tuple[_Result, ...] | None
    experimental_config: dict[str, object] | None = None


def recognises(content: bytes) -> bool:
    """Whether results with packages, or none and the scanner's configuration, stand near the start."""
    head = content[:4096]
    return b'"results"' in head and (
        (b'"source"' in head and b'"packages"' in head) or b'"experimental_config"' in head
    )


def read(content: bytes) -> Reading:
    """The groups of all packages of all sources. Raises Unreadable."""
    report = json_as(_Report, content)
    if not report.results and report.experimental_config is None:
        raise Unreadable("not of this format: no results, and nothing says that OSV-Scanner wrote it")
    results = report.results or ()
    files = [Subject(SubjectKind.FILE, result.source.path.replace("\\", "/")) for result in results]
    return Reading(
        tuple(
            observation
            for result, file in zip(results, files, strict=True)
            for entry in result.packages or ()
            for observation in _observations(entry, file)
        ),
        tool="osv-scanner",
        scanned=tuple(dict.fromkeys(files)),
    )


def _observations(entry: _Entry, file: Subject) -> Iterator[Observation]:
    known = {one.id: one for one in entry.vulnerabilities or ()}
    groups = list(entry.groups or ())
    grouped = {id_ for group in groups for id_ in group.ids}
    groups += [_Group((id_,)) for id_ in known if id_ not in grouped]
    for group in groups:
        if not group.ids:
            raise Unreadable("not of this format: a group without ids")
        members = [known[id_] for id_ in group.ids if id_ in known]
        others = (
            *group.ids[1:],
            *(group.aliases or ()),
            *(alias for one in members for alias in one.aliases or ()),
            *(cwe for one in members if one.database_specific for cwe in one.database_specific.cwe_ids or ()),
        )
        yield Observation(
            group.ids[0],
            Outcome.FAIL,
            (*_packages(entry.package, members), file),
            tuple(dict.fromkeys(other for other in others if other != group.ids[0])),
            _severity(group.max_severity, members),
        )


def _packages(package: _Package, members: list[_Vulnerability]) -> Iterator[Subject]:
    """The package as `name@version`, and by the package URL that its vulnerabilities know it by."""
    version = package.version or package.commit
    yield Subject(SubjectKind.PACKAGE, f"{package.name}@{version}")
    affected = (one.package for member in members for one in member.affected or ())
    urls = {one.purl for one in affected if one and one.purl and one.name == package.name and "@" not in one.purl}
    yield from (Subject(SubjectKind.PACKAGE, f"{url}@{version}") for url in sorted(urls) if "?" not in url)


def _severity(score: str, members: list[_Vulnerability]) -> Level | None:
    try:
        scored = level_of_score(float(score))
    except ValueError:
        scored = None
    words = (str(one.database_specific.severity).lower() for one in members if one.database_specific)
    return scored or max((SEVERITIES[word] for word in words if word in SEVERITIES), default=None)
