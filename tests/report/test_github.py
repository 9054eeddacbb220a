"""Annotations on GitHub: the gravest first, never more than it shows, and no text becomes a command."""

import re
from collections import Counter

from msgspec.structs import replace

from tests.report.building import large_findings
from tests.report.comparing import HOSTILE, checked, compared, mistake
from tests.report.hostile import hostile, large
from tests.report.shop import shop
from threatdsl.report.checked import Checked
from threatdsl.report.pipeline.github import github

COMMAND = re.compile(r"::(error|warning|notice) (?:[a-z]+=[^:,\n]*,?)*::[^\n]*")


def lines(*models: Checked) -> list[str]:
    return github(models).decode().splitlines()


def levels(*models: Checked) -> list[str]:
    return [line[2:].partition(" ")[0] for line in lines(*models)]


def test_what_fails_the_gate_is_an_error_at_its_line() -> None:
    found = next(line for line in lines(checked(shop())) if "console->orders-db" in line)
    assert found.startswith("::error file=shop.threat,line=58,title=")
    assert "Fix%3A" not in found
    assert "Fix: Put an encryption-in-transit control" in found


def test_errors_come_before_warnings_and_notices() -> None:
    shown = levels(checked(shop()))
    assert shown == sorted(shown, key=("error", "warning", "notice").index)
    assert {"error", "notice"} <= set(shown)


def test_ten_of_a_level_are_shown_and_the_rest_is_counted() -> None:
    many = checked(large_findings(large(20, 0), 60))
    assert Counter(levels(many)) == {"notice": 10}
    assert lines(many)[-1].endswith("::And 51 notices more; other formats have them all.")


def test_with_a_baseline_only_what_got_worse_is_annotated() -> None:
    base = compared()
    calm = replace(base, gate=replace(base.gate, passed=True, reasons=()))
    shown = lines(checked(calm))
    assert levels(checked(calm)) == ["warning", "warning"]
    assert "new%2C" in shown[0]
    assert "Nobody says why it would be better." in shown[1]


def test_hostile_text_stays_text() -> None:
    told = lines(checked(hostile()), checked(None, "bad", mistake(HOSTILE)))
    assert [line for line in told if not COMMAND.fullmatch(line)] == []
    wrong = github([checked(None, "bad", mistake(HOSTILE))]).decode()
    assert wrong.count("\n") == 1
    assert "100%25 : :error: :owned" in wrong
    assert "\x1b" not in wrong


def test_a_model_that_cannot_be_read_is_an_error() -> None:
    assert lines(checked(None)) == ["::error file=shop.threat,line=1,title=shop::The model cannot be read."]
