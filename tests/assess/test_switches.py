"""Switches: `disable` of a rule and of a pack, and what is said about wrong ones."""

from datetime import date
from pathlib import Path

import pytest

from tests.assess.judging import WIDGET, assessment, codes, judged, widget
from tests.cli.running import write
from threatdsl.assess.assess import assess
from threatdsl.model.load import load

UNSAFE = widget("live yes; safe no")
LAST, AFTER = date(2026, 12, 31), date(2027, 1, 1)
CALLED = 'actor a "A"\nboundary b "B" { trust internal; service s "S" { lacks [client-authentication] } }\n'
CALLED += 'data d "D" { confidentiality restricted }\nflow a -> s { carries [d]; returns [] }\n'


def switch(name: str, until: str = "2026-12-31") -> str:
    return f'disable {name} until {until} {{ reason "because"; owner "ops" }}\n'


def rules_found(text: str, now: date = LAST) -> set[str]:
    return {found.finding.rule.id for found in assessment(text, now=now).findings}


def test_a_pack_that_is_switched_off_finds_nothing_until_its_last_day_is_over() -> None:
    text = CALLED + switch("authentication")
    assert "spoofing.unauthenticated-caller" in rules_found(CALLED)
    assert "spoofing.unauthenticated-caller" not in rules_found(text)
    assert "spoofing.unauthenticated-caller" in rules_found(text, AFTER)
    assert "disclosure.cleartext-crossing" in rules_found(text)
    assert (codes(text, now=LAST), codes(text, now=AFTER)) == ([], ["TM0406"])


def test_an_assessment_says_which_rules_a_switch_means_and_which_were_asked() -> None:
    found = assessment(UNSAFE + switch("authentication") + switch("t.unsafe"), now=LAST)
    pack, rule = found.switches
    assert (pack.pack, rule.pack) == (True, False)
    assert {info.pack for info in pack.rules} == {"authentication"}
    assert [info.id for info in rule.rules] == ["t.unsafe"]
    assert not {info.id for one in found.switches for info in one.rules} & {info.id for info in found.rules}


@pytest.mark.parametrize(
    ("name", "code", "help_"),
    [
        ("authenticaton", "TM0403", "did you mean `authentication`?"),
        ("t.unsaef", "TM0403", "did you mean `t.unsafe`?"),
        ("spoofing", "TM0409", "decide one rule: a family would hide rules that do not exist yet"),
        ("prelude", "TM0561", ""),
        (
            "manual.t",
            "TM0403",
            "a threat that is written by hand is decided with accept, dismiss or transfer, or deleted",
        ),
    ],
)
def test_a_switch_that_means_no_rule_is_an_error(name: str, code: str, help_: str) -> None:
    (error,) = judged(UNSAFE + switch(name)).diagnostics
    assert (error.code, error.severity.value, error.help) == (code, "error", help_)


def test_packs_take_switches_and_no_other_decisions() -> None:
    assert codes(UNSAFE + 'accept authentication on w until 2026-12-31 { reason "x" }\n') == ["TM0403"]


@pytest.mark.parametrize("names", [("t.unsafe", "t.unsafe"), ("authentication", "spoofing.password-alone")])
def test_a_rule_that_is_switched_off_twice_is_told(names: tuple[str, str]) -> None:
    first, second = names
    for order in ((first, second), (second, first)):
        assert codes(UNSAFE + "".join(map(switch, order))) == ["TM0560"]
    ended = switch(first, "2026-09-30") + switch(second)
    assert codes(UNSAFE + ended) == ["TM0406"]


def test_a_name_that_two_packs_have_means_neither(tmp_path: Path) -> None:
    write(tmp_path, "rules.threat", f'library storage "Our stores" {{ }}\n{WIDGET}')
    text = 'model m "M" { }\nimport "rules.threat" as ours\nours.widget w "W" { live yes; safe no }\n'
    path = write(tmp_path, "m.threat", text)

    def told() -> list[str]:
        loaded = load(path)
        assert loaded.model is not None
        return [d.code for d in assess(loaded.model, now=LAST, diagnostics=loaded.diagnostics).diagnostics]

    assert told() == []
    write(tmp_path, "m.threat", text + switch("storage"))
    assert told() == ["TM0229"]


def test_where_no_name_is_near_the_packs_are_listed() -> None:
    (error,) = judged(UNSAFE + switch("xyz")).diagnostics
    assert error.message == "there is no rule or pack xyz"
    assert error.help.startswith("packs of this model: accountability, accounts,")
