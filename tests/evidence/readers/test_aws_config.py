import json

import pytest

from tests.evidence.corpus import CORPUS, needs_corpus
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Outcome, Subject, SubjectKind
from threatdsl.evidence.readers import aws_config

FOLDER = CORPUS / "aws-config"


def result(kind: str = "NON_COMPLIANT", **more: object) -> dict[str, object]:
    qualifier = {"ConfigRuleName": "s3-logging", "ResourceType": "AWS::S3::Bucket", "ResourceId": "acme-uploads"}
    identifier = {"EvaluationResultQualifier": qualifier, "OrderingTimestamp": 1.5}
    return {"EvaluationResultIdentifier": identifier, "ComplianceType": kind, "Annotation": "hunter2"} | more


def written(**file: object) -> bytes:
    return json.dumps(file).encode()


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("COMPLIANT", Outcome.PASS),
        ("NON_COMPLIANT", Outcome.FAIL),
        ("NOT_APPLICABLE", Outcome.NOT_APPLICABLE),
        ("INSUFFICIENT_DATA", Outcome.MANUAL),
        ("OF_TOMORROW", Outcome.MANUAL),
    ],
)
def test_only_compliant_passes_and_only_non_compliant_fails(kind: str, outcome: Outcome) -> None:
    rule = {"ConfigRuleName": "s3-logging", "Compliance": {"ComplianceType": kind}}
    for content in (written(EvaluationResults=[result(kind)]), written(ComplianceByConfigRules=[rule])):
        (one,) = aws_config.read(content).observations
        assert (one.rule, one.outcome) == ("s3-logging", outcome)


def test_the_resource_is_the_subject_and_a_rule_as_a_whole_has_none() -> None:
    rule = {"ConfigRuleName": "root-mfa", "Compliance": {"ComplianceType": "COMPLIANT"}}
    reading = aws_config.read(written(EvaluationResults=[result()], ComplianceByConfigRules=[rule]))
    assert [one.subjects for one in reading.observations] == [(Subject(SubjectKind.RESOURCE, "acme-uploads"),), ()]
    assert "hunter2" not in repr(reading)


def test_an_aggregator_names_the_account() -> None:
    reading = aws_config.read(written(AggregateEvaluationResults=[result(AccountId="111122223333", AwsRegion="x")]))
    assert Subject(SubjectKind.ACCOUNT, "111122223333") in reading.observations[0].subjects


def test_times_are_numbers_or_texts_and_the_latest_is_that_of_the_run() -> None:
    times = (1795600000.5, "2026-11-25T12:00:00+02:00", None)
    reading = aws_config.read(written(EvaluationResults=[result(ResultRecordedTime=time) for time in times]))
    assert [str(one.time) for one in reading.observations] == [
        "2026-11-25 09:46:40.500000+00:00",
        "2026-11-25 10:00:00+00:00",
        "None",
    ]
    assert reading.time == reading.observations[1].time


def test_a_page_with_more_behind_it_is_not_complete() -> None:
    assert not aws_config.read(written(EvaluationResults=[], NextToken="more")).completed
    assert aws_config.read(written(EvaluationResults=[], NextToken=None)).completed


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"{}", "neither"),
        (b"[]", "not of this format"),
        (b"42", "not of this format"),
        (b"<html/>", "not JSON"),
        (written(EvaluationResults=[result()])[:-9], "not JSON"),
        (written(EvaluationResults=[{"ComplianceType": "COMPLIANT"}]), "EvaluationResultIdentifier"),
        (written(ComplianceByResources=[{"ResourceId": "a"}]), "neither"),
    ],
)
def test_what_is_no_result_says_why(content: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        aws_config.read(content)


def test_a_rule_without_results_observes_nothing() -> None:
    content = written(EvaluationResults=[])
    assert aws_config.read(content).observations == ()
    assert aws_config.recognises(content)
    assert not aws_config.recognises(b"{}")


@needs_corpus
@pytest.mark.parametrize("name", ["describe-compliance-by-config-rule", "get-compliance-details-by-resource"])
def test_every_result_of_the_examples_is_read(name: str) -> None:
    text = (FOLDER / f"{name}.rst").read_text(encoding="utf-8")
    document = text[text.index("{") :]
    (results,) = json.loads(document).values()
    outcomes = [one.outcome for one in aws_config.read(document.encode()).observations]
    assert len(outcomes) == len(results)
    assert outcomes.count(Outcome.FAIL) == json.dumps(results).count('"NON_COMPLIANT"')
