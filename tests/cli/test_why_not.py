"""`threatdsl why-not`: the clause that fails first, or what is missing, or the finding that is there."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import DAY, Done, threatdsl, write

MODEL = """\
model shop "Shop" { }
environment staging "Staging"
environment prod "Production"
data card "Card" { confidentiality restricted; integrity high }
data note "Note" { confidentiality public; integrity low }
boundary out "Outside" { trust untrusted; actor person "Person" }
boundary in "Inside" {
  trust internal
  service web "Web" { serves [web] }
  service deep "Deep" { controls [authorization] }
  database db "Orders" { stores [card] }
  database aside "Aside" { stores [card]; environments [staging] }
  log notes "Notes" { stores [note] }
}
flow person -> web "Browse" { protocol https; carries [note]; returns [] }
flow web -> deep { carries [card]; returns [] }
flow deep -> db { carries [card]; returns [card] }
flow reply deep -> web "Reply" { carries [note] }
rule own.way "A way in" {
  stride tampering
  likelihood 2
  for data d where d.confidentiality >= restricted
  from service a
  reaches datastore s where d in s.stores
  message "{a} reaches {s}"
}
rule own.call "A call on the way" {
  stride tampering
  likelihood 2
  from actor a where a.trust <= untrusted
  reaches datastore s where some d in s.stores where d.integrity >= high
  avoiding element m where m has authorization
  passing flow f where f.to is queue
  message "{a} reaches {s}"
}
rule own.held "A held way" {
  stride tampering
  likelihood 2
  from actor a where a.trust <= untrusted
  reaches datastore s
  avoiding element m where m has authorization
  message "{a} reaches {s}"
}
rule own.nobody "Nobody to begin with" {
  stride tampering
  likelihood 2
  from queue q
  reaches datastore s
  message "{q} reaches {s}"
}
rule own.void "Everything means nothing" {
  stride tampering
  likelihood 2
  for database s
  unless s has redaction
  message "{s} shows all"
}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    write(tmp_path, "shop.threat", MODEL)
    return tmp_path


def ask(folder: Path, rule: str, element: str, *options: str) -> Done:
    return threatdsl("why-not", "shop.threat", rule, element, "--now", DAY, *options, cwd=folder)


def data(folder: Path, rule: str, element: str) -> dict[str, Any]:
    done = ask(folder, rule, element, "--format", "json")
    assert done.code == 0, done.err
    found: dict[str, Any] = json.loads(done.out)
    return found


def test_the_clause_that_fails_first_is_shown_with_its_values_and_places(shop: Path) -> None:
    done = ask(shop, "disclosure.cleartext-crossing", "person -> web")
    assert done.code == 0
    assert done.out.splitlines() == [
        "disclosure.cleartext-crossing@person->web",
        "Sensitive data crosses a trust boundary in clear text. no finding.",
        "",
        "`when` fails: confidentiality of Note is public, below confidential",
        "      for  Person → Web   [shop.threat:15:1]",
        "     when  Person → Web crosses a trust boundary   [shop.threat:15:1]",
        "      but  confidentiality of Note is public, below confidential   [shop.threat:5:20]",
    ]


def test_why_not_as_json(shop: Path) -> None:
    found = data(shop, "disclosure.cleartext-crossing", "web->deep")
    (reason,) = found.pop("reasons")
    assert found == {
        "schema": "threatdsl/why-not/1",
        "rule": "disclosure.cleartext-crossing",
        "title": "Sensitive data crosses a trust boundary in clear text",
        "elements": ["web->deep"],
        "outcome": "none",
        "off_until": None,
        "findings": [],
        "questions": [],
    }
    assert reason["clause"] == "when"
    assert reason["text"] == "Web → Deep stays within one trust boundary"
    assert reason["steps"][-1]["places"] == ["shop.threat:16:1"]


def test_an_element_of_another_kind_is_told_where_to_ask(shop: Path) -> None:
    assert (
        "`for` fails: Web is a service, and the rule looks at a flow: ask at person->web, reply, web->deep"
        in ask(shop, "disclosure.cleartext-crossing", "web").out
    )
    assert (
        "`for` fails: Web → Deep is a flow, and the rule looks at a process: ask at web or deep"
        in ask(shop, "tampering.script-in-page", "web->deep").out
    )


def test_a_finding_that_is_there_is_named_with_its_outcome(shop: Path) -> None:
    out = ask(shop, "own.way", "db").out
    assert "own.way@card,db is open: Deep reaches Orders." in out
    assert '`threatdsl explain MODEL "own.way@card,db"` says why.' in out
    assert data(shop, "own.held", "db")["findings"] == [{"id": "own.held@db", "outcome": "mitigated"}]


def test_a_question_names_the_missing_fact_and_the_line_to_add(shop: Path) -> None:
    out = ask(shop, "disclosure.external-entities", "web").out
    assert "An XML document reads files and internal addresses. question." in out
    assert "not decided, because nobody stated\n   Which formats that others wrote does Web take apart?" in out
    assert "       parses []   # or any of: json, xml" in out
    assert "and  parses of Web may include xml" in out


@pytest.mark.parametrize(
    ("rule", "element", "clause", "text"),
    [
        ("own.way", "note,db", "for", "confidentiality of Note is public, below restricted"),
        ("own.way", "card,web", "reaches", "Web is a service, and the rule looks at a data store"),
        ("own.way", "card,notes", "reaches", "stores of Notes does not include Card"),
        ("own.nobody", "db", "from", "a way begins at a queue, and the model has none"),
        ("own.held", "notes", "path", "no way leads to Notes"),
        ("own.call", "db", "passing", "no way there passes what the rule asks for"),
    ],
)
def test_a_path_rule_says_how_far_its_search_got(shop: Path, rule: str, element: str, clause: str, text: str) -> None:
    (reason,) = data(shop, rule, element)["reasons"]
    assert (reason["clause"], reason["text"]) == (clause, text)


def test_where_no_way_leads_there_is_said_what_can_be_reached(shop: Path) -> None:
    out = ask(shop, "own.held", "notes").out
    assert "     from  Person   [shop.threat:6:43]" in out
    assert "      but  from there it gets to Web, Deep, Orders only   [shop.threat:13:3]" in out


def test_a_sink_alone_is_answered_for_each_thing_of_the_for(shop: Path) -> None:
    out = ask(shop, "own.way", "notes").out
    assert "for card: `reaches` fails: stores of Notes does not include Card" in out
    assert "for note" not in out


def test_environments_that_differ_are_told_apart(shop: Path) -> None:
    found = {reason["clause"]: reason for reason in data(shop, "own.held", "aside")["reasons"]}
    assert found["environments"]["environments"] == ["prod"]
    assert found["path"]["environments"] == ["staging"]


def test_where_what_would_help_means_nothing_there_is_no_finding(shop: Path) -> None:
    text = MODEL.replace(
        'database db "Orders" { stores [card]', 'database db "Orders" { stores [card]; not-applicable [redaction]'
    )
    write(shop, "shop.threat", text)
    (reason,) = data(shop, "own.void", "db")["reasons"]
    assert (reason["clause"], reason["text"]) == ("unless", "what would mitigate it is meaningless there")
    assert reason["steps"][-1]["text"] == "redaction means nothing at Orders"


def test_a_rule_that_is_switched_off_says_so_and_what_it_would_say(shop: Path) -> None:
    write(shop, "shop.threat", f'{MODEL}disable own.way until 2027-01-31 {{ reason "Later" }}\n')
    out = ask(shop, "own.way", "card,db").out
    assert "The rule is switched off until 2027-01-31. This is what it would say." in out
    assert "own.way@card,db is open" in out
    assert "threatdsl explain" not in out
    assert data(shop, "own.way", "card,db")["off_until"] == "2027-01-31"


@pytest.mark.parametrize(
    ("rule", "element", "message"),
    [
        ("own.wya", "db", "there is no rule own.wya; did you mean `own.way`?"),
        ("own.way", "dbb", "there is no dbb in the model; did you mean `db`?"),
        ("own.way", "deep -> web", "there is no deep->web in the model; that flow is called `reply`"),
        ("own.held", "card,db", "own.held speaks of one element, not of 2"),
        ("own.way", "person -> nowhere", "there is no person->nowhere in the model; did you mean `person->web`?"),
    ],
)
def test_what_does_not_exist_gets_a_suggestion(shop: Path, rule: str, element: str, message: str) -> None:
    done = ask(shop, rule, element)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
