"""`threatdsl test`: what fails, and what it says."""

from pathlib import Path

import pytest

from tests.cli.running import ROOT, threatdsl, write

RULE = """\
library acme "Our rules" { }
rule acme.named-service "A service without a technology" {
  stride tampering
  likelihood 1
  for service s
  when s.serves
  unless s has input-validation
  message "{s} is served by who knows what"
}
"""
TEST = """\
model t "Test" { }
# open: acme.named-service
service a "A" { serves [web]; lacks [input-validation] }
# mitigated: acme.named-service
service b "B" { serves [web]; controls [input-validation] }
# unassessed: acme.named-service
service c "C" { serves [web] }
# none: acme.named-service
service d "D" { serves [] }
# question: acme.named-service
service e "E"
"""


def run(folder: Path, test: str, rule: str = RULE) -> tuple[int, str]:
    write(folder, "rules/acme.threat", rule)
    write(folder, "rules/acme.test.threat", test)
    done = threatdsl("test", "rules", cwd=folder)
    return done.code, done.out + done.err


def test_a_full_test_passes(tmp_path: Path) -> None:
    code, said = run(tmp_path, TEST)
    assert code == 0, said
    assert "1 of 1 tests passed, 1 rule tested, 0 clauses not seen both ways" in said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("# open: acme.named-service", "# mitigated: acme.named-service", "expected mitigated, found open"),
        ("# open: acme.named-service\n", "", "nobody expected open: acme.named-service@a"),
        ("# none: acme.named-service", "# open: acme.named-service", "expected open, found none"),
        ("# open: acme.named-service", "# open: acme.nmed-service", "did you mean `acme.named-service`?"),
        ("# open: acme.named-service", "# open: acme.named-service@z", "there is nothing called z"),
    ],
)
def test_what_differs_fails(old: str, new: str, said: str, tmp_path: Path) -> None:
    code, output = run(tmp_path, TEST.replace(old, new, 1))
    assert code == 1
    assert said in output


def test_a_test_without_annotations_fails(tmp_path: Path) -> None:
    code, said = run(tmp_path, "\n".join(line for line in TEST.splitlines() if not line.startswith("#")) + "\n")
    assert code == 1
    assert "expects nothing" in said


def test_a_clause_that_was_never_false_fails(tmp_path: Path) -> None:
    lines = TEST.splitlines()
    code, said = run(tmp_path, "\n".join([lines[0], *lines[3:]]) + "\n")
    assert code == 1
    assert "acme.named-service: `unless` was never false" in said


def test_a_rule_without_a_test_fails(tmp_path: Path) -> None:
    other = RULE[RULE.index("rule acme") :].replace("acme.named-service", "acme.other")
    code, said = run(tmp_path, TEST, RULE + other)
    assert code == 1
    assert "no test of acme.other" in said


def test_a_rule_with_a_mistake_is_told_with_its_place(tmp_path: Path) -> None:
    code, said = run(tmp_path, TEST, RULE.replace("s.serves", "s.srves"))
    assert code == 2
    assert "acme.threat:6:8" in said
    assert "did you mean `serves`?" in said


def test_a_given_file_stands_in_for_the_shipped_one_of_its_name(tmp_path: Path) -> None:
    shipped = ROOT / "models" / "rules"
    changed = (shipped / "transport.threat").read_text(encoding="utf-8").replace("likelihood 3", "likelihood 4", 1)
    write(tmp_path, "mine/transport.threat", changed)
    write(tmp_path, "mine/transport.test.threat", (shipped / "transport.test.threat").read_text(encoding="utf-8"))
    done = threatdsl("test", "mine", cwd=tmp_path)
    assert done.code == 0, done.out + done.err


def test_the_shipped_rules_pass_their_tests_with_every_clause_seen(tmp_path: Path) -> None:
    done = threatdsl("test", ROOT / "models" / "rules", cwd=tmp_path)
    assert done.code == 0, done.out + done.err
    assert done.out.endswith("0 clauses not seen both ways\n")
