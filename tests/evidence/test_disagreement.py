"""Two checks that disagree about one control at one place: neither is believed, and each names the other."""

from pathlib import Path

import pytest

from tests.evidence.test_verdicts import COMMIT, FAIL, NOW, PASSES, YESTERDAY, suite
from tests.rules.asking import model_of
from threatdsl.evidence.check import checks
from threatdsl.evidence.envelope import SUFFIX, seal
from threatdsl.evidence.judge import evidence_of
from threatdsl.evidence.verdict import Evidence
from threatdsl.model.problems import Problems


def two_checks(folder: Path, first: str = "", second: str = "", *, on: str = "shop") -> Evidence:
    """What a check that passes and one that fails say."""
    model = model_of(f"""
    environment staging "Staging"
    environment prod "Production"
    service shop "Shop" {{ source "services/shop"; controls [separation-of-duties] }}
    service other "Other" {{ source "services/other"; controls [separation-of-duties] }}
    check tests "Tests" {{ format junit; file "good"; proves separation-of-duties; on [shop]; {first} }}
    check probes "Probes" {{ format junit; file "bad"; proves separation-of-duties; on [{on}]; {second} }}
    """)
    for name, check, case in (("good", "tests", PASSES), ("bad", "probes", FAIL)):
        content = suite(case)
        (folder / name).write_text(content, encoding="utf-8")
        sealed = seal(content.encode(), (check,), YESTERDAY, commit=COMMIT, environment="", run_url="")
        (folder / f"{name}{SUFFIX}").write_bytes(sealed)
    return evidence_of(model, checks(model), folder, NOW, COMMIT, Problems())


def test_a_check_that_another_contradicts_is_in_conflict_and_names_it(tmp_path: Path) -> None:
    found = two_checks(tmp_path)
    assert [ruling.verdict.value for ruling in found.rulings] == ["conflict", "conflict"]
    assert "check probes says refuted" in found.rulings[0].why
    assert "check tests says proven" in found.rulings[1].why
    assert not found.proves("separation-of-duties", frozenset({"shop"}), "prod")
    assert [refuted.by for refuted in found.refutations] == ["probes"]


@pytest.mark.parametrize(
    ("first", "second", "on"),
    [("environment staging", "environment prod", "shop"), ("", "", "other")],
)
def test_checks_of_other_environments_or_places_do_not_contradict(
    tmp_path: Path, first: str, second: str, on: str
) -> None:
    found = two_checks(tmp_path, first, second, on=on)
    assert [ruling.verdict.value for ruling in found.rulings] == ["proven", "refuted"]


def test_a_conflict_in_one_environment_leaves_the_proof_in_the_others(tmp_path: Path) -> None:
    found = two_checks(tmp_path, second="environment prod")
    assert [ruling.verdict.value for ruling in found.rulings] == ["conflict", "conflict"]
    assert found.proves("separation-of-duties", frozenset({"shop"}), "staging")
    assert not found.proves("separation-of-duties", frozenset({"shop"}), "prod")
