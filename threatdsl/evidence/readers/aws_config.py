"""AWS Config: the JSON of `aws configservice`, about rules or about resources.

Its shapes are those of `get-compliance-details-by-config-rule` and `-by-resource` (`EvaluationResults`), of
`describe-compliance-by-config-rule` (`ComplianceByConfigRules`, one result a rule, without subjects) and of the two of
an aggregator. COMPLIANT passes, NON_COMPLIANT fails, INSUFFICIENT_DATA asks for a person, as does any word that is new.
A page with more pages behind it (`NextToken`) is not complete.
"""

from collections.abc import Iterator

from msgspec import Struct, field

from threatdsl.evidence.decoding import json_as, moment
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Observation, Outcome, Reading, Subject, SubjectKind

OUTCOMES = {
    "COMPLIANT": Outcome.PASS,
    "NON_COMPLIANT": Outcome.FAIL,
    "NOT_APPLICABLE": Outcome.NOT_APPLICABLE,
    "INSUFFICIENT_DATA": Outcome.MANUAL,
}
MARKS = (
    b'"EvaluationResults"',
    b'"AggregateEvaluationResults"',
    b'"ComplianceByConfigRules"',
    b'"AggregateComplianceByConfigRules"',
)
ACCOUNT = "AWS::::Account"


class _Qualifier(Struct, rename="pascal", frozen=True):
    config_rule_name: str
    resource_type: str = ""
    resource_id: str = ""


class _Identifier(Struct, frozen=True):
    qualifier: _Qualifier = field(name="EvaluationResultQualifier")


class _Result(Struct, rename="pascal", frozen=True):
    evaluation_result_identifier: _Identifier
    compliance_type: str
    result_recorded_time: float | str | None = None
    account_id: str = ""


class _Compliance(Struct, rename="pascal", frozen=True):
    compliance_type: str = "INSUFFICIENT_DATA"


class _Rule(Struct, rename="pascal", frozen=True):
    config_rule_name: str
    compliance: _Compliance
    account_id: str = ""


class _File(Struct, rename="pascal", frozen=True):
    evaluation_results: tuple[_Result, ...] | None = None
    aggregate_evaluation_results: tuple[_Result, ...] | None = None
    compliance_by_config_rules: tuple[_Rule, ...] | None = None
    aggregate_compliance_by_config_rules: tuple[_Rule, ...] | None = None
    next_token: str | None = None


def recognises(content: bytes) -> bool:
    """Whether one of the lists of results begins near the start."""
    return any(mark in content[:4096] for mark in MARKS)


def read(content: bytes) -> Reading:
    """The evaluations of rules. Raises Unreadable."""
    file = json_as(_File, content)
    results = (file.evaluation_results, file.aggregate_evaluation_results)
    rules = (file.compliance_by_config_rules, file.aggregate_compliance_by_config_rules)
    if all(part is None for part in (*results, *rules)):
        raise Unreadable("not of this format: neither EvaluationResults nor ComplianceByConfigRules")
    observations = (
        *(_of_resource(result) for part in results for result in part or ()),
        *(_of_rule(rule) for part in rules for rule in part or ()),
    )
    times = (one.time for one in observations if one.time is not None)
    return Reading(observations, tool="AWS Config", time=max(times, default=None), completed=not file.next_token)


def _of_resource(result: _Result) -> Observation:
    qualifier = result.evaluation_result_identifier.qualifier
    return Observation(
        qualifier.config_rule_name,
        OUTCOMES.get(result.compliance_type, Outcome.MANUAL),
        tuple(dict.fromkeys(_subjects(qualifier, result.account_id))),
        time=moment(result.result_recorded_time),
    )


def _subjects(qualifier: _Qualifier, account: str) -> Iterator[Subject]:
    if qualifier.resource_id:
        kind = SubjectKind.ACCOUNT if qualifier.resource_type == ACCOUNT else SubjectKind.RESOURCE
        yield Subject(kind, qualifier.resource_id)
    if account:
        yield Subject(SubjectKind.ACCOUNT, account)


def _of_rule(rule: _Rule) -> Observation:
    accounts = (Subject(SubjectKind.ACCOUNT, rule.account_id),) if rule.account_id else ()
    return Observation(rule.config_rule_name, OUTCOMES.get(rule.compliance.compliance_type, Outcome.MANUAL), accounts)
