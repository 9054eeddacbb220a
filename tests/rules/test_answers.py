"""The line that answers a question can be pasted: the model still loads, and the question is gone."""

import shutil
from pathlib import Path

import pytest

from tests.models.checking import EXAMPLES
from tests.rules.pasting import asked, pasted
from threatdsl.rules.finding import Question

NAMES = ("online-boutique/online-boutique.threat", "web-shop/web-shop.threat")
HEAD = """\
model tested "Tested" { }
data card "Card" { confidentiality restricted; integrity high; category payment; availability low }
boundary out "Outside" { trust untrusted; actor person "Person" }
"""
CALL = "flow person -> web { carries [card] }"


def inside(element: str, call: str = CALL) -> str:
    """An element in a trusted boundary, called from outside."""
    return f'{HEAD}boundary in "Inside" {{ trust internal; {element} }}\n{call}\n'


# The model, the fact that is asked for, and the first line of the answer.
CASES = {
    "no braces": (inside('service web "Web"'), ("web", "parses"), 'service web "Web" { parses [] }'),
    "a flow without braces": (
        inside('service web "Web"', "flow person -> web"),
        ("person->web", "carries"),
        "flow person -> web { carries [] }",
    ),
    "braces on one line": (inside('service web "Web" { language go }'), ("web", "parses"), "parses []"),
    "written as unknown": (
        inside('boundary deep "Deep" { trust unknown; service web "Web" { parses [] } }'),
        ("deep", "trust"),
        "trust untrusted",
    ),
    "a scale with impacts": (
        inside(
            'service web "Web"', 'data note "Note" { confidentiality unknown }\nflow person -> web { carries [note] }'
        ),
        ("note", "confidentiality"),
        "confidentiality restricted",
    ),
    "a store that says nothing": (
        inside('database web "Orders" { replicas 2 }'),
        ("web", "stores"),
        "stores []",
    ),
    "a control beside others": (
        inside('service web "Web" { serves [web]; controls [\n  redaction, # of logs\n  monitoring,\n] }'),
        ("web", "csrf-protection"),
        "controls [redaction, monitoring, csrf-protection]",
    ),
    "a control that is optional": (
        inside('service web "Web" { serves [web]; optional [csrf-protection, redaction] }'),
        ("web", "csrf-protection"),
        "optional [redaction]",
    ),
}


def questions_in(folder: Path, text: str) -> dict[tuple[str, str], Question]:
    path = folder / "model.threat"
    path.write_text(text, encoding="utf-8")
    return {(question.element, question.fact): question for question in asked(path)}


@pytest.mark.parametrize("name", CASES)
def test_each_answer_is_written_where_it_belongs_and_settles_the_question(name: str, tmp_path: Path) -> None:
    text, fact, line = CASES[name]
    answers = questions_in(tmp_path, text)[fact].answers
    assert answers[0].changes[0].text == line
    for answer in answers:
        assert fact not in questions_in(tmp_path, pasted(text, answer))


def test_an_element_outside_of_all_boundaries_is_to_be_moved(tmp_path: Path) -> None:
    text = (
        f'{HEAD}boundary in "Inside" {{ trust internal }}\nservice web "Web"\nflow person -> web {{ carries [card] }}\n'
    )
    found = questions_in(tmp_path, text)[("web", "boundary")]
    assert found.text == "In which boundary does Web stand?"
    (answer,) = found.answers
    assert (answer.changes, answer.hint) == (
        (),
        "move it into the braces of the boundary that it stands in, one of them: out, in",
    )


def test_a_list_that_is_never_complete_gets_no_line_that_would_not_bind(tmp_path: Path) -> None:
    rule = (
        'rule own.any "Nothing is in place" {\n  stride tampering\n  likelihood 2\n  for service s\n'
        '  when no c in s.controls\n  message "{s} has none"\n}\n'
    )
    (answer,) = questions_in(tmp_path, inside('service web "Web"') + rule)[("web", "controls")].answers
    assert (answer.changes, answer.hint) == ((), "name in `controls` what is there; the rest stays unknown")


def test_a_class_of_a_library_is_written_by_the_alias_of_its_import(tmp_path: Path) -> None:
    (tmp_path / "own.threat").write_text(
        'library own "Own" { }\n'
        'control-class badge "A badge is worn" { guards [element]; layer prevent; lowers likelihood }\n'
        'rule own.badge "Nobody knows who is there" {\n  stride spoofing\n  likelihood 2\n  for service s\n'
        '  unless s has badge\n  message "Anybody may be {s}"\n  question "Is {s} worn, or is {control}?"\n}\n',
        encoding="utf-8",
    )
    found = questions_in(tmp_path, f'import "own.threat" as corp\n{HEAD}service web "Web" {{ parses [] }}\n')
    question = found[("web", "own.badge")]
    assert [answer.changes[0].text for answer in question.answers] == ["controls [corp.badge]", "lacks [corp.badge]"]
    assert question.sentences == ("Is Web worn, or is a control?",)
    assert question.text == "Does Web have own.badge (a badge is worn)?"


@pytest.mark.parametrize("name", NAMES)
def test_every_answer_to_every_question_of_the_examples_can_be_pasted(name: str, tmp_path: Path) -> None:
    shutil.copytree((EXAMPLES / name).parent, tmp_path / "copy")
    path = tmp_path / "copy" / Path(name).name
    text = path.read_text(encoding="utf-8")
    questions = asked(path)
    assert len(questions) > 10
    for question in questions:
        assert question.answers
        for answer in question.answers:
            path.write_text(pasted(text, answer), encoding="utf-8")
            left = {(other.element, other.fact) for other in asked(path)}
            assert (question.element, question.fact) not in left, (question.text, answer)
