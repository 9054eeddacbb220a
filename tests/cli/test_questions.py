"""`threatdsl questions`: what nobody stated, the most useful answer first, with the line to write."""

import json
from pathlib import Path
from typing import Any

from tests.cli.running import DAY, SHOP, threatdsl, write
from tests.cli.test_check import OPEN

STATED = OPEN.replace('service web "Web"', 'service web "Web" { serves [api]; controls [input-validation] }')


def asked(path: Path, folder: Path) -> list[dict[str, Any]]:
    done = threatdsl("questions", path, "--format", "json", "--now", DAY, cwd=folder)
    assert done.code == 0
    result = json.loads(done.out)
    assert (result["schema"], result["model"]["title"]) == ("threatdsl/questions/1", "Shop")
    found: list[dict[str, Any]] = result["questions"]
    return found


def test_each_question_says_where_it_stands_what_it_settles_and_what_to_write(tmp_path: Path) -> None:
    write(tmp_path, "shop.threat", STATED)
    done = threatdsl("questions", "shop.threat", cwd=tmp_path)
    assert done.code == 0
    first, *others = done.out.split("\n\n")[1:]
    assert first.splitlines()[:4] == [
        "1. Which formats that others wrote does Web take apart?",
        "   shop.threat:6:3, settles 7 findings",
        "   in service web (shop.threat:6):",
        "       parses []   # or any of: json, xml, yaml, html, csv, protobuf, ...",
    ]
    assert "   - denial.costly-input@web: Whether " in first
    assert any(
        "Does Web have authorization (callers may do only what they are entitled to)?" in other
        and "       controls [input-validation, authorization]   # in place of `controls` in line 6\n"
        "   or  lacks [authorization]\n"
        in other
        for other in others
    )


def test_the_answer_that_settles_most_comes_first_and_no_fact_is_asked_twice(tmp_path: Path) -> None:
    found = asked(write(tmp_path, "shop.threat", STATED), tmp_path)
    numbers = [len(question["settles"]) for question in found]
    assert numbers == sorted(numbers, reverse=True)
    facts = [(question["element"], question["fact"]) for question in found]
    assert len(facts) == len(set(facts))
    assert {question["decides"] for question in found} == {"applies", "held"}


def test_questions_as_json_hold_the_changes_to_make(tmp_path: Path) -> None:
    found = asked(write(tmp_path, "shop.threat", STATED), tmp_path)
    (question,) = (q for q in found if (q["element"], q["fact"]) == ("web", "authorization"))
    assert (question["file"], question["line"], question["column"]) == ("shop.threat", 6, 3)
    assert question["decides"] == "held"
    assert [finding["id"] for finding in question["findings"]] == question["settles"]
    place = {"file": "shop.threat", "line": 6}
    web = {"element": "service web", **place, "column": 3, "hint": ""}
    both = {"do": "replace", "what": "controls", "text": "controls [input-validation, authorization]"}
    none = {"do": "add", "what": "lacks", "text": "lacks [authorization]"}
    assert question["answers"] == [
        {**web, "changes": [{**both, **place, "column": 37}]},
        {**web, "changes": [{**none, **place, "column": 65}]},
    ]


def test_what_a_decision_covers_is_not_asked(tmp_path: Path) -> None:
    finding = "elevation.missing-authorization"
    accepted = f'{STATED}accept {finding} on web until 2027-01-01 {{ reason "Nothing to take"; approved-by "ciso" }}\n'
    (before,) = (q for q in asked(write(tmp_path, "a.threat", STATED), tmp_path) if q["fact"] == "authorization")
    after = asked(write(tmp_path, "b.threat", accepted), tmp_path)
    assert before["settles"] == [f"{finding}@web"]
    assert all(question["fact"] != "authorization" for question in after)


def test_check_shows_only_the_questions_about_whether_threats_apply(tmp_path: Path) -> None:
    path = write(tmp_path, "shop.threat", STATED)
    done = threatdsl("check", path, "--format", "json", "--now", DAY, cwd=tmp_path)
    shown = [(question["element"], question["fact"]) for question in json.loads(done.out)["questions"]]
    asked_first = [(q["element"], q["fact"]) for q in asked(path, tmp_path) if q["decides"] == "applies"]
    assert set(shown) == set(asked_first)


def test_a_control_that_is_optional_is_asked_whether_it_is_on(tmp_path: Path) -> None:
    done = threatdsl("questions", SHOP, "--now", DAY, cwd=tmp_path)
    assert "Is object-authorization of Support console always on" in done.out
    assert "       lacks [object-authorization]   # without `optional` in line" in done.out.replace(
        "   or  ", "       "
    )


def test_a_model_without_open_facts_has_no_questions(tmp_path: Path) -> None:
    write(tmp_path, "calm.threat", 'model calm "Calm" { }\n')
    done = threatdsl("questions", "calm.threat", cwd=tmp_path)
    assert (done.code, done.out.splitlines()[-1]) == (
        0,
        "no question is open: every fact that a finding hangs on is stated",
    )


def test_questions_go_to_a_file_and_a_wrong_model_has_none(tmp_path: Path) -> None:
    write(tmp_path, "shop.threat", OPEN)
    assert threatdsl("questions", "shop.threat", "-o", "asked.txt", cwd=tmp_path).out == ""
    assert (tmp_path / "asked.txt").read_text(encoding="utf-8").startswith("Shop  shop.threat\n\n1. ")
    write(tmp_path, "wrong.threat", OPEN.replace("actor", "acto"))
    done = threatdsl("questions", "wrong.threat", "-o", "none.txt", cwd=tmp_path)
    assert done.code == 2
    assert "did you mean `actor`?" in done.err
    assert not (tmp_path / "none.txt").exists()
