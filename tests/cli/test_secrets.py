"""What tools write down beside their findings, passwords and tokens among it, is in no output."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.running import threatdsl, write
from tests.evidence.corpus import CORPUS, needs_corpus
from threatdsl.cli.check import Format

FORMS = tuple(form.value for form in Format)
MODEL = """
model shop "Web shop" { owner "team-shop@example.org" }
service web "Web shop" { controls [secret-management, input-validation] }
check scan "A scan" { format FORMAT; file "result"; proves secret-management; on [web] }
"""
SECRET_FIELDS = frozenset(("Secret", "Match", "Email", "evidence", "request-body", "request-header", "response-body"))
LEAST = 8  # letters of a text that is worth looking for
GITLEAKS = {
    "RuleID": "aws-key",
    "File": "a.py",
    "StartLine": 1,
    "Commit": "",
    **{name: f"hunter2-{name}" for name in ("Secret", "Match", "Author", "Email", "Message")},
}
ALERT = {
    "pluginid": "10021",
    "riskcode": "2",
    "confidence": "2",
    "instances": [
        {
            "uri": "https://shop.example/a?token=hunter2-token#hunter2-part",
            "evidence": "hunter2-evidence",
            "param": "hunter2-param",
        }
    ],
}
SITE = {"@name": "https://hunter2-user:hunter2-pass@shop.example", "@host": "shop.example", "alerts": [ALERT]}
CHANGE = {"actions": ["update"], "before": {"password": "hunter2-old"}, "after": {"password": "hunter2-new"}}
DATABASE = {"address": "aws_db_instance.orders", "mode": "managed", "type": "aws_db_instance", "name": "orders"}
PLAN = {
    "format_version": "1.2",
    "terraform_version": "1.9.0",
    "planned_values": {"root_module": {"resources": []}},
    "resource_changes": [{**DATABASE, "change": CHANGE}],
    "resource_drift": [{**DATABASE, "change": CHANGE}],
    "variables": {"password": {"value": "hunter2-variable"}},
}
OWN = {
    "gitleaks": [GITLEAKS],
    "zap": {"@version": "2.16", "created": "2026-11-24T10:00:00Z", "site": [SITE]},
    "terraform-plan": PLAN,
}


def outputs(folder: Path, name: str, content: str | bytes) -> str:
    """All that the command line says of a result, in every form."""
    shop = write(folder, "shop.threat", MODEL.replace("FORMAT", name))
    (folder / "result").write_bytes(content.encode() if isinstance(content, str) else content)
    runs = [threatdsl("check", shop, "--all", "--format", form, "--now", "2026-11-25", cwd=folder) for form in FORMS]
    runs += [threatdsl("evidence", "show", shop, "scan", *form, cwd=folder) for form in ([], ["--format", "json"])]
    assert all(run.code in (0, 1) for run in runs), [run.err for run in runs]
    return "".join(run.out + run.err for run in runs)


@pytest.mark.parametrize("name", OWN)
def test_secrets_of_a_result_are_in_no_output(tmp_path: Path, name: str) -> None:
    told = outputs(tmp_path, name, json.dumps(OWN[name]))
    assert "hunter2" not in told
    assert '"verdict": "refuted"' in told


def secrets(value: object, field: str = "") -> Iterator[str]:
    """The texts of fields that hold secrets, wherever they stand."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from secrets(item, name if field not in SECRET_FIELDS else field)
    elif isinstance(value, list):
        for item in value:
            yield from secrets(item, field)
    elif isinstance(value, str) and len(value) >= LEAST and field in SECRET_FIELDS:
        yield value


def real() -> Iterator[tuple[str, Path]]:
    for name, folder in (("gitleaks", "gitleaks-json"), ("zap", "zap-json"), ("terraform-plan", "terraform-plan")):
        yield from ((name, file) for file in sorted((CORPUS / folder).glob("*.json")))


@needs_corpus
@pytest.mark.parametrize(("name", "file"), tuple(real()), ids=lambda value: getattr(value, "name", value))
def test_secrets_of_real_results_are_in_no_output(tmp_path: Path, name: str, file: Path) -> None:
    content = file.read_bytes()
    told = outputs(tmp_path, name, content)
    found = set(secrets(json.loads(content)))
    if name == "terraform-plan":
        found |= set(passwords(json.loads(content)))
    assert not [secret for secret in found if secret in told]


def passwords(plan: object) -> Iterator[str]:
    """The values that a plan marks as sensitive by their names."""
    if isinstance(plan, dict):
        for name, item in plan.items():
            if (
                isinstance(item, str)
                and len(item) >= LEAST
                and any(word in name for word in ("password", "secret", "token"))
            ):
                yield item
            yield from passwords(item)
    elif isinstance(plan, list):
        for item in plan:
            yield from passwords(item)
