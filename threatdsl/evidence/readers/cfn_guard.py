"""cfn-guard JSON (`cfn-guard validate -o json`): the rules of CloudFormation Guard at each template.

The shape is that of `FileReport` in CloudFormation Guard 2 and 3: a list of reports, or one. `compliant` is a pass,
`not_compliant` a failure, `not_applicable` not applicable. A rule is judged for a template as a whole; a failure also
names the resources at which its clauses failed. The results of `cfn-guard test` (tests of rules) are another format.
"""

from collections.abc import Iterator
from typing import Optional

from msgspec import Struct, field

from threatdsl.evidence.decoding import json_as, text
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Observation, Outcome, Reading, Subject, SubjectKind

RESOURCES = "/Resources/"


class _Value(Struct, frozen=True):
    path: str = ""


class _Unresolved(Struct, frozen=True):
    path: str = ""
    traversed_to: _Value | None = None


class _Comparison(Struct, frozen=True):
    value: _Unresolved | None = None
    from_: _Value | None = field(name="from", default=None)


class _Check(Struct, rename="pascal", frozen=True):
    un_resolved: _Comparison | None = None
    resolved: _Comparison | None = None
    in_resolved: _Comparison | None = None


class _Report(Struct, frozen=True):
    check: _Check | None = None


class _Clause(Struct, rename="pascal", frozen=True):
    unary: _Report | None = None
    binary: _Report | None = None


class _Block(Struct, frozen=True):
    unresolved: _Unresolved | None = None


class _Disjunctions(Struct, frozen=True):
    checks: tuple["_Node", ...] = ()


class _Rule(Struct, frozen=True):
    name: str
    checks: tuple["_Node", ...] = ()


class _Node(Struct, rename="pascal", frozen=True):
    rule: Optional["_Rule"] = None
    clause: _Clause | None = None
    block: _Block | None = None
    disjunctions: Optional["_Disjunctions"] = None


class _File(Struct, frozen=True):
    name: str
    status: str
    not_compliant: tuple[_Node, ...]
    not_applicable: tuple[str, ...]
    compliant: tuple[str, ...]


def recognises(content: bytes) -> bool:
    """Whether the keys of a report of a template stand near the start."""
    start = content[:4096]
    return b'"name"' in start and b'"status"' in start and b'"not_compliant"' in start


def read(content: bytes) -> Reading:
    """The rules at all templates. Raises Unreadable."""
    several = text(content).lstrip()[:1] == b"["
    files = json_as(list[_File], content) if several else [json_as(_File, content)]
    if not files:
        raise Unreadable("not of cfn-guard: it names no template")
    observations = tuple(one for file in files for one in _observations(file))
    return Reading(
        observations,
        tool="cfn-guard",
        rules=frozenset(one.rule for one in observations),
        scanned=tuple(dict.fromkeys(_template(file) for file in files)),
    )


def _observations(file: _File) -> Iterator[Observation]:
    template = _template(file)
    for node in file.not_compliant:
        if node.rule is None:
            raise Unreadable("not of cfn-guard: a failure without a rule")
        resources = dict.fromkeys(resource for path in _paths(node.rule.checks) for resource in _resource(path))
        subjects = (Subject(SubjectKind.RESOURCE, resource) for resource in resources)
        yield Observation(node.rule.name, Outcome.FAIL, (template, *subjects))
    for rule in file.not_applicable:
        yield Observation(rule, Outcome.NOT_APPLICABLE, (template,))
    for rule in file.compliant:
        yield Observation(rule, Outcome.PASS, (template,))


def _template(file: _File) -> Subject:
    return Subject(SubjectKind.FILE, file.name.replace("\\", "/").removeprefix("./"))


def _paths(nodes: tuple[_Node, ...]) -> Iterator[str]:
    """Where in the template the clauses below nodes failed; loops, for a file may nest them deeply."""
    waiting = list(reversed(nodes))
    while waiting:
        node = waiting.pop()
        for inner in (node.rule, node.disjunctions):
            waiting.extend(reversed(inner.checks if inner is not None else ()))
        if node.block is not None:
            yield from _places(node.block.unresolved)
        for report in (node.clause.unary, node.clause.binary) if node.clause is not None else ():
            if report is not None and report.check is not None:
                check = report.check
                for comparison in (check.un_resolved, check.resolved, check.in_resolved):
                    yield from _compared(comparison)


def _compared(comparison: _Comparison | None) -> Iterator[str]:
    if comparison is not None:
        yield from _places(comparison.value)
        if comparison.from_ is not None:
            yield comparison.from_.path


def _places(unresolved: _Unresolved | None) -> Iterator[str]:
    if unresolved is not None:
        yield unresolved.path
        if unresolved.traversed_to is not None:
            yield unresolved.traversed_to.path


def _resource(path: str) -> Iterator[str]:
    """The logical id in a path such as /Resources/Uploads/Properties."""
    if path.startswith(RESOURCES) and (logical_id := path.removeprefix(RESOURCES).partition("/")[0]):
        yield logical_id
