"""What results say of a control: only an explicit, fresh pass about the place, of this commit, proves."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.rules.asking import model_of
from threatdsl.evidence.check import checks
from threatdsl.evidence.envelope import SUFFIX, seal
from threatdsl.evidence.judge import evidence_of
from threatdsl.evidence.verdict import Ruling
from threatdsl.model.problems import Problems

NOW = date(2026, 11, 25)
COMMIT = "0123456789ab"
YESTERDAY = datetime(2026, 11, 24, 12, tzinfo=UTC)
PASSES = '<testcase classname="refunds" name="second_agent"/>'
FAIL = '<testcase classname="refunds" name="second_agent"><failure/></testcase>'
OTHER_FAIL = '<testcase classname="login" name="lockout"><failure/></testcase>'
SKIP = '<testcase classname="refunds" name="second_agent"><skipped/></testcase>'


def bandit(*, issue: str = "", path: str = "services/shop/app.py") -> str:
    found = f'{{"test_id": "B105", "filename": "{path}", "line_number": 3, "issue_severity": "{issue}"}}'
    metrics = f'{{"{path}": {{}}, "_totals": {{}}}}'
    return f'{{"errors": [], "metrics": {metrics}, "results": [{found if issue else ""}]}}'


def ruling(  # noqa: PLR0913 - what a result and its envelope can say
    folder: Path,
    content: str | None,
    *,
    check: str = "",
    form: str = "junit",
    collected: datetime | None = YESTERDAY,
    environment: str = "",
    commit: str = COMMIT,
    problems: Problems | None = None,
    bound: str = 'source "services/shop"',
) -> Ruling:
    """The verdict of one check of one service on a result."""
    model = model_of(f"""
    environment staging "Staging"
    environment prod "Production"
    service shop "Shop" {{ {bound}; controls [separation-of-duties] }}
    check refunds "Refunds" {{
      format {form}; file "result"; proves separation-of-duties; on [shop]
      {check}
    }}""")
    if content is not None:
        (folder / "result").write_text(content, encoding="utf-8")
        if collected is not None:
            sealed = seal(
                content.encode(),
                ("refunds",),
                collected,
                commit=commit,
                environment=environment,
                run_url="https://ci/7",
            )
            (folder / f"result{SUFFIX}").write_bytes(sealed)
    found = evidence_of(model, checks(model), folder, NOW, COMMIT, problems if problems is not None else Problems())
    return found.rulings[0]


def suite(*cases: str) -> str:
    return f"<testsuite>{''.join(cases)}</testsuite>"


@pytest.mark.parametrize(
    ("content", "check", "verdict", "why"),
    [
        (suite(PASSES), "", "proven", "refunds.second_agent passes"),
        (suite(FAIL), "", "refuted", "refunds.second_agent fails"),
        (suite(PASSES, FAIL), "", "conflict", "both passes and fails"),
        (suite(), "", "unknown", "no rule that counts has a result"),
        (suite(SKIP), "", "unknown", "nothing passed or failed"),
        (suite(PASSES, OTHER_FAIL), 'counts ["refunds.*"]', "proven", "refunds.second_agent passes"),
        (suite(PASSES), 'counts ["login.*"]', "unknown", "no rule that counts"),
        (suite(PASSES), "max-age 1d", "proven", "passes"),
        (None, "", "unknown", "there is no result in result"),
    ],
)
def test_what_the_tests_of_an_abuse_case_say(
    tmp_path: Path, content: str | None, check: str, verdict: str, why: str
) -> None:
    found = ruling(tmp_path, content, check=check)
    assert found.verdict == verdict
    assert why in found.why


def test_a_pass_that_is_too_old_is_stale_and_a_fail_still_refutes(tmp_path: Path) -> None:
    old = datetime(2026, 10, 1, tzinfo=UTC)
    assert ruling(tmp_path, suite(PASSES), collected=old).verdict == "stale"
    assert ruling(tmp_path, suite(PASSES), collected=old, check="max-age 90d").verdict == "proven"
    assert ruling(tmp_path, suite(FAIL), collected=old).verdict == "refuted"


def test_a_result_without_any_time_proves_nothing(tmp_path: Path) -> None:
    found = ruling(tmp_path, suite(PASSES), collected=None)
    assert found.verdict == "unknown"
    assert "threatdsl evidence add" in found.why


def test_a_result_of_another_environment_proves_nothing(tmp_path: Path) -> None:
    assert ruling(tmp_path, suite(PASSES), check="environment prod", environment="staging").verdict == "unknown"
    assert ruling(tmp_path, suite(PASSES), check="environment prod", environment="prod").verdict == "proven"


def test_where_a_result_comes_from_is_kept(tmp_path: Path) -> None:
    found = ruling(tmp_path, suite(PASSES))
    assert (found.commit, found.run_url, found.time) == (COMMIT, "https://ci/7", YESTERDAY)


@pytest.mark.parametrize(
    ("path", "check", "verdict"),
    [
        ("services/shop/app.py", "", "refuted"),
        ("services/other/app.py", "", "unknown"),
        ("services/other/app.py", 'subjects ["services/*"]', "refuted"),
        ("services/shop/app.py", "fails-on high", "unknown"),
    ],
)
def test_a_finding_in_code_speaks_of_the_component_it_is_in(
    tmp_path: Path, path: str, check: str, verdict: str
) -> None:
    assert ruling(tmp_path, bandit(issue="LOW", path=path), form="bandit", check=check).verdict == verdict


def test_an_empty_scan_is_no_pass(tmp_path: Path) -> None:
    assert ruling(tmp_path, bandit(), form="bandit").verdict == "unknown"


CHECKOV = """{"check_type": "kubernetes", "results": {"passed_checks": [%s], "failed_checks": [], "skipped_checks": []},
 "summary": {"passed": 1, "failed": 0, "skipped": 0, "parsing_errors": 0}}"""
ONE = """{"check_id": "CKV_K8S_8", "check_name": "x", "check_result": {"result": "PASSED"},
 "file_path": "/services/shop/deploy.yaml", "file_line_range": [1, 9], "resource": "Deployment.default.shop"}"""


def test_a_pass_about_files_counts_only_for_the_commit_that_is_judged(tmp_path: Path) -> None:
    assert ruling(tmp_path, CHECKOV % ONE, form="checkov", commit=COMMIT[:8]).verdict == "proven"
    other = ruling(tmp_path, CHECKOV % ONE, form="checkov", commit="fedcba987654")
    assert other.verdict == "unknown"
    assert "fedcba987654" in other.why


@pytest.mark.parametrize(
    ("content", "collected", "code", "says"),
    [
        ("", YESTERDAY, "TM0702", "empty"),
        ("<testsuite><testcase", YESTERDAY, "TM0702", "not XML"),
        (bandit(), YESTERDAY, "TM0702", "seems to be bandit"),
        (suite(PASSES), datetime(2026, 11, 26, 12, tzinfo=UTC), "TM0703", "2026-11-26"),
    ],
)
def test_a_result_that_cannot_be_used_is_an_error_that_names_file_and_check(
    tmp_path: Path, content: str, collected: datetime, code: str, says: str
) -> None:
    problems = Problems()
    ruling(tmp_path, content, collected=collected, problems=problems)
    (problem,) = problems.found
    assert problem.code == code
    assert says in problem.message
    assert "result" in problem.message
    assert "`refunds`" in problem.message


def test_a_file_that_changed_after_it_was_wrapped_is_an_error(tmp_path: Path) -> None:
    ruling(tmp_path, suite(FAIL))
    (tmp_path / "result").write_text(suite(PASSES), encoding="utf-8")
    problems = Problems()
    found = ruling(tmp_path, None, problems=problems)
    assert found.verdict == "unknown"
    assert "SHA-256" in problems.found[0].message


def test_a_result_outside_the_root_a_folder_and_a_device_are_refused(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "outside.xml").write_text(suite(PASSES), encoding="utf-8")
    for target, says in ((tmp_path / "outside.xml", "outside the root"), (inside, "no plain file")):
        (inside / "result").symlink_to(target)
        problems = Problems()
        ruling(inside, None, problems=problems)
        assert says in problems.found[0].message
        (inside / "result").unlink()


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "result").open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    problems = Problems()
    ruling(tmp_path, None, problems=problems)
    assert "larger than 64 MiB" in problems.found[0].message


CFN_GUARD = """{"name": "services/shop/t.yaml", "metadata": {}, "status": "SKIP", "not_compliant": [],
 "not_applicable": ["S3_PRIVATE"], "compliant": [%s]}"""


def test_rules_that_do_not_apply_prove_nothing_and_refute_nothing(tmp_path: Path) -> None:
    found = ruling(tmp_path, CFN_GUARD % "", form="cfn-guard")
    assert found.verdict == "not-applicable"
    assert found.why == "S3_PRIVATE does not apply on services/shop/t.yaml"
    assert ruling(tmp_path, CFN_GUARD % '"SECOND_AGENT"', form="cfn-guard").verdict == "proven"
    assert ruling(tmp_path, CFN_GUARD % "", form="cfn-guard", check='counts ["OTHER"]').verdict == "unknown"


def asff(*resources: str, status: str = "PASSED") -> str:
    """A finding of Security Hub about an account and some of its resources."""
    listed = ", ".join(f'{{"Type": "AwsS3Bucket", "Id": "{one}"}}' for one in resources)
    account = '{"Type": "AwsAccount", "Id": "AWS::::Account:111122223333"}'
    return f"""{{"Findings": [{{"SchemaVersion": "2018-10-08", "GeneratorId": "security-control/S3.2",
      "AwsAccountId": "111122223333", "Resources": [{listed or account}], "Compliance": {{"Status": "{status}"}}}}]}}"""


def test_a_pass_of_one_resource_does_not_prove_its_account(tmp_path: Path) -> None:
    account, bucket = 'subjects ["111122223333"]', "arn:aws:s3:::photos"
    found = ruling(tmp_path, asff(bucket), form="asff", check=account)
    assert found.verdict == "unknown"
    assert "single resources of the account" in found.why
    assert ruling(tmp_path, asff(), form="asff", check=account).verdict == "proven"
    assert ruling(tmp_path, asff(bucket), form="asff", check=f'subjects ["{bucket}"]').verdict == "proven"
    assert ruling(tmp_path, asff(bucket, status="FAILED"), form="asff", check=account).verdict == "refuted"


@pytest.mark.parametrize(
    ("case", "check", "bound", "verdict"),
    [
        (PASSES, "", 'technology "x"', "unknown"),
        (PASSES, 'counts ["refunds.*"]', 'technology "x"', "proven"),
        (PASSES, 'subjects ["refunds*"]', 'technology "x"', "proven"),
        (PASSES, "", 'realized-by ["terraform:aws_ecs_service.shop"]', "proven"),
        (FAIL, "", 'technology "x"', "refuted"),
    ],
)
def test_a_place_that_nothing_is_bound_to_is_proven_only_by_results_that_are_chosen(
    tmp_path: Path, case: str, check: str, bound: str, verdict: str
) -> None:
    found = ruling(tmp_path, suite(case), check=check, bound=bound)
    assert found.verdict == verdict
    assert verdict != "unknown" or "add `subjects` or `counts` to the check" in found.why


BOM = '{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"type": "library", "name": "shop"}]%s}'


@pytest.mark.parametrize(
    ("form", "content"),
    [
        ("trivy", "null"),
        ("trivy", '{"SchemaVersion": 2, "ArtifactName": "shop", "Results": []}'),
        ("trivy", '{"SchemaVersion": 2, "ArtifactName": "shop"}'),
        ("trivy", '{"SchemaVersion": 2, "ArtifactName": "shop", "Results": [{"Target": "a", "Class": "os-pkgs"}]}'),
        ("cyclonedx", BOM % ""),
        ("cyclonedx", BOM % ', "vulnerabilities": []'),
    ],
)
@pytest.mark.parametrize("check", ["", 'counts ["*"]; subjects ["*"]'])
def test_a_scan_that_found_nothing_and_a_list_of_parts_prove_nothing(
    tmp_path: Path, form: str, content: str, check: str
) -> None:
    problems = Problems()
    found = ruling(tmp_path, content, form=form, check=check, problems=problems)
    assert found.verdict == "unknown"
    assert not problems.found
