"""The JSON of a Terraform or OpenTofu plan (`terraform show -json PLANFILE`), formats 0.x and 1.x.

The shape is that of HashiCorp's "JSON Output Format". Values are never kept; only those of drift are looked at.

- `checks`: a rule is the checked object (`check.health`, `aws_instance.web`), with one observation an instance: pass,
  fail and error as the plan says, `unknown` skipped; a pass without any instance is not applicable.
- `resource_changes`: the rules `create`, `update`, `delete`, `replace`, `read`, ... as information; `no-op` is none.
- `resource_drift`: the rule `drift` fails where values differ but for null, {} and [], and the spelling of JSON texts.

An errored or targeted plan is not complete. One made with `-refresh=false` looks like one without drift.
"""

import json
from collections.abc import Iterator

import msgspec
from msgspec import Struct

from threatdsl.evidence.decoding import json_as, moment
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Observation, Outcome, Reading, Subject, SubjectKind

MAJORS = ("0", "1")
DRIFT = "drift"
NOTHING = "no-op"
ACTIONS = ("create", "update", "delete", "replace")
OUTCOMES = {"pass": Outcome.PASS, "fail": Outcome.FAIL, "error": Outcome.ERROR, "unknown": Outcome.SKIPPED}
NULL = msgspec.Raw(b"null")


class _Actions(Struct, frozen=True):
    actions: tuple[str, ...] = ()


class _Change(Struct, frozen=True):
    address: str
    change: _Actions


class _Values(Struct, frozen=True):
    before: msgspec.Raw = NULL
    after: msgspec.Raw = NULL


class _Drift(Struct, frozen=True):
    change: _Values
    type: str
    name: str
    address: str = ""  # not in format 0.1
    module_address: str = ""
    mode: str = ""
    index: str | int | None = None


class _Name(Struct, frozen=True):
    to_display: str
    kind: str = ""


class _Instance(Struct, frozen=True):
    address: _Name
    status: str


class _Check(Struct, frozen=True):
    address: _Name
    status: str
    instances: tuple[_Instance, ...] | None = None


class _Resource(Struct, frozen=True):
    address: str


class _Module(Struct, frozen=True):
    resources: tuple[_Resource, ...] | None = None
    child_modules: tuple["_Module", ...] | None = None


class _Planned(Struct, frozen=True):
    root_module: _Module | None = None


class _Prior(Struct, frozen=True):
    values: _Planned | None = None


class _Plan(Struct, frozen=True):
    format_version: str
    terraform_version: str = ""
    planned_values: _Planned | None = None
    prior_state: _Prior | None = None
    resource_changes: tuple[_Change, ...] | None = None
    resource_drift: tuple[_Drift, ...] | None = None
    checks: tuple[_Check, ...] | None = None
    timestamp: str | None = None
    errored: bool = False
    complete: bool | None = None  # not before 1.8; false where `-target` or deferral left resources out


def recognises(content: bytes) -> bool:
    """Whether a plan begins: a state has no planned values."""
    start = content[:65536]
    return b'"format_version"' in start and any(key in start for key in (b'"planned_values"', b'"resource_changes"'))


def read(content: bytes) -> Reading:
    """The checks, planned actions and drift. Raises Unreadable."""
    plan = json_as(_Plan, content)
    if plan.planned_values is None and plan.resource_changes is None:
        raise Unreadable("not a plan: it has neither `planned_values` nor `resource_changes`")
    if plan.format_version.partition(".")[0] not in MAJORS:
        raise Unreadable(f"format version {plan.format_version} of plans is not known")
    observations = (*_checked(plan), *_planned(plan), *_drifted(plan))
    ran = {one.rule for one in observations} | set(ACTIONS)
    return Reading(
        observations,
        tool="terraform",
        tool_version=plan.terraform_version,
        time=moment(plan.timestamp),
        rules=frozenset(ran if plan.prior_state is None else ran | {DRIFT}),  # without a state nothing can drift
        scanned=tuple(Subject(SubjectKind.RESOURCE, address) for address in dict.fromkeys(_addresses(plan))),
        completed=not plan.errored and plan.complete is not False,
    )


def _checked(plan: _Plan) -> Iterator[Observation]:
    for check in plan.checks or ():
        kind = SubjectKind.RESOURCE if check.address.kind == "resource" else SubjectKind.TEST
        rule = check.address.to_display
        for instance in check.instances or ():
            outcome = OUTCOMES.get(instance.status, Outcome.INFO)
            yield Observation(rule, outcome, (Subject(kind, instance.address.to_display),))
        if not check.instances:
            outcome = OUTCOMES.get(check.status, Outcome.INFO)
            vacuous = outcome is Outcome.PASS
            yield Observation(rule, Outcome.NOT_APPLICABLE if vacuous else outcome, (Subject(kind, rule),))


def _planned(plan: _Plan) -> Iterator[Observation]:
    for change in plan.resource_changes or ():
        actions = change.change.actions
        rule = "replace" if {"create", "delete"} <= set(actions) else "-".join(actions)
        if rule not in ("", NOTHING):
            yield Observation(rule, Outcome.INFO, (Subject(SubjectKind.RESOURCE, change.address),))


def _drifted(plan: _Plan) -> Iterator[Observation]:
    for drift in plan.resource_drift or ():
        if _settled(drift.change.before) != _settled(drift.change.after):
            yield Observation(DRIFT, Outcome.FAIL, (Subject(SubjectKind.RESOURCE, _address(drift)),))


def _settled(raw: msgspec.Raw) -> object:
    try:
        return _normal(msgspec.json.decode(raw))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unreadable(f"not JSON: {error}") from None
    except RecursionError:
        raise Unreadable("nested too deeply") from None


def _normal(value: object) -> object:
    """A value with JSON texts parsed and without the members that say nothing."""
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            value = msgspec.json.decode(value)
        except msgspec.DecodeError:
            return value
    if isinstance(value, dict):
        members = ((key, _normal(member)) for key, member in value.items())
        return {key: member for key, member in members if member not in (None, {}, [])} or None
    if isinstance(value, list):
        return [_normal(member) for member in value] or None
    return value


def _address(drift: _Drift) -> str:
    """The address of a resource instance, put together where the format does not have it."""
    if drift.address:
        return drift.address
    mode = "data" if drift.mode == "data" else ""
    index = "" if drift.index is None else f"[{json.dumps(drift.index, ensure_ascii=False)}]"
    return ".".join(filter(None, (drift.module_address, mode, drift.type, drift.name))) + index


def _addresses(plan: _Plan) -> Iterator[str]:
    """Every resource that the plan looked at: changed or not, drifted, planned, and in the state before."""
    yield from (change.address for change in plan.resource_changes or ())
    yield from map(_address, plan.resource_drift or ())
    prior = plan.prior_state.values if plan.prior_state is not None else None
    waiting = [values.root_module for values in (prior, plan.planned_values) if values is not None]
    while waiting:
        module = waiting.pop()
        if module is not None:
            yield from (resource.address for resource in module.resources or ())
            waiting.extend(module.child_modules or ())
