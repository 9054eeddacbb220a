"""Each mistake is told once, at its place, and nothing that only follows from it."""

from pathlib import Path

import pytest

from tests.model.cases import diagnose
from threatdsl.diagnostics import Diagnostic, errors_in

HEAD = 'model shop "Shop" { }\n'
MANY = 3000


def found_in(tmp_path: Path, text: str, **files: str) -> tuple[Diagnostic, ...]:
    """What is wrong with a model of this text; `files` stand beside it."""
    (tmp_path / "threatdsl.root").touch()
    for name, content in files.items():
        (tmp_path / f"{name}.threat").write_text(content, encoding="utf-8")
    path = tmp_path / "m.threat"
    path.write_text(text, encoding="utf-8")
    return diagnose(path)[1]


def codes(found: tuple[Diagnostic, ...]) -> list[str]:
    return [diagnostic.code for diagnostic in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('servce api "API" { nonsense 3; technology [1] }\nflow api -> api { protocol tls }', ["TM0210"]),
        ('kind rds "RDS" { is databse }\nrds db "DB" { stores [x]; size 3 }', ["TM0210"]),
        ('kind a "A" { is b }\nkind b "B" { is a }\na x "X" { y 3 }\nservice s "S" { depends-on x }', ["TM0216"]),
        ('import nothing as corp\ncorp.rds db "DB" { size 3 }\nservice s "S" { controls [corp.tls] }', ["TM0205"]),
        ('service a "A"\nflow a -> nobody { protocol nope }', ["TM0213", "TM0213"]),
        ('service a "A"\nservice b "B"\nflow [a, b] -> [a, b] { protocol nope }', ["TM0213"]),
        ('model shop "Again"', ["TM0208"]),
        ('data a "A" { form-of b }\ndata b "B" { form-of c }\ndata c "C" { form-of a }', ["TM0227"]),
        ('data d "D" { form-of d }', ["TM0227"]),
        ('scale x "X" { order unknown }', ["TM0301"]),
        ('scale x "X" { order [] }', ["TM0304"]),
        ('relation r "R" { from element; to elemnt }', ["TM0210"]),
        ('data d "D" { confidentiality restricted }\nservice s "S" { stores [unknown] }', ["TM0301"]),
        ('service unknown "S"', ["TM0218"]),
        ('service s "S"\nflow s.t s -> s', ["TM0218"]),
        ('kind a "A" { property b "B" { type text; required maybe } }', ["TM0302"]),
        ('kind a "A" { property b "B" { type text; effct later } }', ["TM0204"]),
        ('control-class c "C" { guards [elemnt]; layer prevent; lowers likelihood }', ["TM0302"]),
        ('service s "S" { lacks [rate-limiting]; controls [rate-limiting]; optional [rate-limiting] }', ["TM0222"] * 2),
        ('disable disclosure until 2026-12-31 { reason "x" }', ["TM0409"]),
        ('disable disclosure.nothing until 2026-12-31 { reason "x" }', ["TM0403"]),
        ("disable disclosure.cleartext-crossing", ["TM0304", "TM0401"]),
        ('service "API"', ["TM0211"]),
        ('boundary b "B" {\n  trust internal\n  service "API"\n}', ["TM0211"]),
    ],
)
def test_a_mistake_has_no_followers(tmp_path: Path, text: str, expected: list[str]) -> None:
    found = found_in(tmp_path, HEAD + text)
    assert sorted(codes(found)) == sorted(expected), [d.message for d in found]


@pytest.mark.parametrize(
    "text",
    [
        'service a "A"\nflow a -> a "Gossip"',
        'service a "A" { stores [] }',
        'scale trust "More" { order [untrusted, partner, internal, own, restricted] }\nboundary b "B" { trust own }',
        'enumeration programming-language "More" { values [cobol] }\nservice s "S" { language [cobol, rust] }',
        'kind rds "RDS" { is database; property zones "Zones" { type number; required yes } }\nrds db "DB" { zones 2 }',
        'adversary insider "Our insider" { starts-at api }\nservice api "API"',
    ],
)
def test_what_is_unusual_and_right_is_accepted(tmp_path: Path, text: str) -> None:
    assert found_in(tmp_path, HEAD + text) == ()


def test_unknown_may_be_written_for_every_property(tmp_path: Path) -> None:
    path = tmp_path / "m.threat"
    path.write_text(HEAD, encoding="utf-8")
    model = diagnose(path)[0].model
    assert model is not None
    kinds = model.vocabulary.kinds
    for kind in ("service", "data", "runtime", "role", "boundary", "control", "policy"):
        body = "\n".join(f"  {name} unknown" for name in kinds[kind].properties)
        found = found_in(tmp_path, f'{HEAD}{kind} thing "Thing" {{\n{body}\n}}')
        assert not errors_in(found), (kind, found)


def test_both_places_of_a_name_that_is_declared_twice_are_shown(tmp_path: Path) -> None:
    (found,) = found_in(tmp_path, HEAD + 'service api "API"\nboundary b "B" { database api "API" }')
    assert (found.span.line, found.related[0].span.line) == (3, 2)


@pytest.mark.parametrize(
    "text", ["", "\n\n", "# only a comment\n", 'service api "API"\n', "import controls\n", "flow a -> b\n"]
)
def test_a_file_without_a_model_is_told_how_to_begin(tmp_path: Path, text: str) -> None:
    found = found_in(tmp_path, text)
    assert codes(found) == ["TM0207"]
    assert "model NAME" in found[0].help


def test_a_library_can_be_checked_by_itself(tmp_path: Path) -> None:
    text = 'library corp "Ours"\ncontrol tls "TLS" { class [encryption-in-transit] }\nservice s "S" { controls [tls] }'
    assert found_in(tmp_path, text) == ()


def test_names_of_a_library_are_known_by_the_name_of_the_import(tmp_path: Path) -> None:
    library = 'library corp "Ours"\ncontrol tls "TLS" { class [encryption-in-transit] }'
    body = 'service s "S" { controls [other.tls] }'
    assert found_in(tmp_path, f'{HEAD}import "corp.threat" as other\n{body}', corp=library) == ()
    (found,) = found_in(tmp_path, f'{HEAD}import "corp.threat"\n{body}', corp=library)
    assert found.help == "did you mean `corp.tls`?"


def test_a_circle_of_imports_is_told_once_with_both_places(tmp_path: Path) -> None:
    a, b = 'library a "A"\nimport "b.threat"', 'library b "B"\nimport "a.threat"'
    (found,) = found_in(tmp_path, HEAD + 'import "a.threat"', a=a, b=b)
    assert found.code == "TM0203"
    assert (found.span.file, found.related[0].span.file) == ("b.threat", "a.threat")


def test_nothing_outside_of_the_root_is_read(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside.threat", tmp_path / "root"
    outside.write_text('library outside "Outside"\n', encoding="utf-8")
    root.mkdir()
    (root / "link.threat").symlink_to(outside)
    for path in ("../outside.threat", "link.threat", str(outside), "/etc/passwd", "sub/../../outside.threat"):
        assert codes(found_in(root, f'{HEAD}import "{path}"')) == ["TM0202"], path


def test_an_import_that_is_no_file_is_told_where_it_stands(tmp_path: Path) -> None:
    (tmp_path / "circle.threat").symlink_to(tmp_path / "circle.threat")
    (tmp_path / "folder").mkdir()
    for path in ("", ".", "folder", "nothing.threat", "circle.threat", "x" * MANY):
        (found,) = found_in(tmp_path, f'{HEAD}import "{path}"')
        assert (found.code, found.span.line) == ("TM0201", 2), path


def test_a_mistake_of_syntax_hides_what_may_only_follow_from_it(tmp_path: Path) -> None:
    text = HEAD + 'data order "Order { confidentiality public }\nservice api "API" { stores [order]; replicas three }'
    assert codes(found_in(tmp_path, text)) == ["TM0101", "TM0301"]


@pytest.mark.parametrize(
    "lines",
    [
        [f'servce s{n} "S"' for n in range(MANY)],
        [f'service s{n} "S" {{ stores [d{n}x] }}' for n in range(MANY)],
        [f'kind k{n} "K" {{ is k{n + 1} }}' for n in range(MANY)],
        [f'kind k{n} "K" {{ is k{(n + 1) % MANY} }}' for n in range(MANY)],
        [f'data d{n} "D" {{ form-of d{(n + 1) % MANY} }}' for n in range(MANY)],
    ],
    ids=["kinds", "names", "chain of kinds", "circle of kinds", "circle of forms"],
)
def test_of_very_many_mistakes_the_first_are_shown_and_the_rest_counted(tmp_path: Path, lines: list[str]) -> None:
    found = found_in(tmp_path, HEAD + "\n".join(lines))
    assert 1 <= len(found) <= 51
    assert all(len(diagnostic.message) < 200 for diagnostic in found)


def test_a_decision_follows_a_renaming(tmp_path: Path) -> None:
    text = """
actor customer "Customer"
service api "API" { was gateway }
data order "Order" { confidentiality restricted }
flow customer -> api { carries [order]; returns []; protocol http }
accept disclosure.cleartext-crossing on customer -> gateway until 2026-12-31 { reason "Soon" }
"""
    assert found_in(tmp_path, HEAD + text) == ()


def test_a_word_inserted_into_a_scale_is_compared_by_shipped_rules(tmp_path: Path) -> None:
    text = """
scale confidentiality "More" { order [public, internal, confidential, secret, restricted] }
actor customer "Customer"
service api "API"
data order "Order" { confidentiality secret }
flow customer -> api { carries [order]; returns []; protocol http }
accept disclosure.cleartext-crossing on customer -> api until 2026-12-31 { reason "Soon" }
"""
    assert found_in(tmp_path, HEAD + text) == ()  # a decision that matches nothing would be a warning
