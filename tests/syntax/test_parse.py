"""Texts become nodes with exact places."""

from pathlib import Path

import msgspec
import pytest
from lark import Lark

from threatdsl.diagnostics import CODES, Diagnostic, Span
from threatdsl.syntax import nodes as n
from threatdsl.syntax import parse
from threatdsl.syntax.tables import grammar_text

CASES = Path(__file__).parents[1] / "cases/syntax"


def only(text: str) -> n.Statement:
    """The one statement of a text without mistakes."""
    parsed = parse(text, "m.threat")
    assert parsed.diagnostics == ()
    (statement,) = parsed.document.statements
    return statement


def mistakes(text: str) -> list[tuple[str, int, int]]:
    return [(d.code, d.span.line, d.span.column) for d in parse(text, "m.threat").diagnostics]


def spans(node: object) -> list[Span]:
    if isinstance(node, Span):
        return [node]
    if isinstance(node, tuple):
        return [span for item in node for span in spans(item)]
    if isinstance(node, msgspec.Struct):
        return [span for field in node.__struct_fields__ for span in spans(getattr(node, field))]
    return []


def test_the_grammar_has_no_conflicts_and_no_ambiguous_terminals() -> None:
    strict = Lark(grammar_text(), parser="lalr", strict=True)  # raises at a conflict
    assert strict.terminals


@pytest.mark.parametrize("name", ["clinic", "rules", "layout"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_span_is_where_its_node_stands(name: str, line_end: str) -> None:
    text = (CASES / f"{name}.threat").read_text("utf-8").replace("\n", line_end)
    parsed = parse(text, "m.threat")
    lines = text.split("\n")
    found = spans(parsed.document)
    assert found
    for span in found:
        start = sum(len(line) + 1 for line in lines[: span.line - 1]) + span.column - 1
        end = sum(len(line) + 1 for line in lines[: span.end_line - 1]) + span.end_column - 1
        assert (start, end) == (span.start, span.end)
    names = [node for node in walk(parsed.document) if isinstance(node, n.Name | n.Number | n.Date | n.Duration)]
    assert [text[node.span.start : node.span.end] for node in names] == [node.text for node in names]


def walk(node: object) -> list[object]:
    fields = [getattr(node, field) for field in node.__struct_fields__] if isinstance(node, msgspec.Struct) else node
    children = fields if isinstance(fields, list | tuple) else ()
    return [node, *(deeper for child in children for deeper in walk(child))]


def test_line_ends_of_windows_mean_the_same() -> None:
    text = 'a "A" # c\nb [\n  c,\n  d\n]\ne """\n  f\n    g\n"""\n'
    windows = parse(text.replace("\n", "\r\n"), "m").document
    property_ = windows.statements[-1]
    assert isinstance(property_, n.Property)
    assert isinstance(property_.value, n.Text)
    assert property_.value.text == "f\n  g"
    assert [comment.text for comment in windows.comments] == ["# c"]


def test_all_comments_are_kept_in_order() -> None:
    text = '# 1\na [ # 2\n  # 3\n  b, # 4\n]\nrule r "R" { # 5\n  when c # 6\n    # 7\n    and d\n} # 8\na "# no"\n# 9'
    assert [c.text for c in parse(text, "m").document.comments] == [f"# {number}" for number in range(1, 10)]


def test_escapes_are_resolved_and_unknown_ones_told_with_their_place() -> None:
    statement = only(r'a "x \"y\" \\ \n\t"')
    assert isinstance(statement, n.Property)
    assert isinstance(statement.value, n.Text)
    assert statement.value.text == 'x "y" \\ \n\t'
    assert mistakes('a 1\n  b "x\\qy"') == [("TM0103", 2, 7)]


def test_conditions_bind_as_in_logic() -> None:
    rule = only('rule r "R" {\n  when a or b and not c\n    and (d or e)\n}')
    assert isinstance(rule, n.Rule)
    condition = rule.clauses[0]
    assert isinstance(condition, n.Condition)
    assert isinstance(condition.expression, n.Or)
    second = condition.expression.parts[1]
    assert isinstance(second, n.And)
    assert [type(part) for part in second.parts] == [n.Truth, n.Not, n.Or]


def test_a_keyword_ends_where_its_word_ends() -> None:
    assert mistakes("accept r onx a until 2026-01-01") == [("TM0123", 1, 10)]
    assert mistakes("import aws asx") != []


def test_reserved_words_are_names_everywhere_but_first() -> None:
    statement = only('kind flow-like { property rule "R" { type flow; from import } }')
    assert isinstance(statement, n.Declaration)


def test_a_decision_without_a_date_is_no_mistake_of_syntax() -> None:
    statement = only('accept r.x on a, b { reason "x" }')
    assert isinstance(statement, n.Decision)
    assert statement.until is None


def test_six_mistakes_are_told_once_each() -> None:
    text = 'a "x\nb c ]\nd = 1\nflow e > f\naccept r on g { reason "h" }\nboundary i "I" {\n  j 1\n'
    assert mistakes(text) == [
        ("TM0101", 1, 3),
        ("TM0113", 2, 5),
        ("TM0120", 3, 3),
        ("TM0121", 4, 8),
        ("TM0110", 6, 16),
    ]


def test_what_stands_around_a_mistake_is_still_read() -> None:
    parsed = parse('a 1\nb = 2\nservice ! "C" {\n  d 3 4 5\n}\ne 6\n', "m")
    assert [d.span.line for d in parsed.diagnostics] == [2, 3, 4]
    names = [s.name.text for s in parsed.document.statements if isinstance(s, n.Property)]
    assert names == ["a", "b", "e"]


def test_spans_behind_a_mended_text_are_those_of_the_file() -> None:
    parsed = parse('service a "A {\n  b [c\n}\nd 1\n', "m")
    last = parsed.document.statements[-1]
    assert (last.span.line, last.span.column, last.span.start, last.span.end) == (4, 1, 24, 27)


def test_a_fix_mends_its_mistake() -> None:
    text = "flow a > b\n"
    (diagnostic,) = parse(text, "m").diagnostics
    assert diagnostic.fix is not None
    span = diagnostic.fix.span
    assert parse(text[: span.start] + diagnostic.fix.replacement + text[span.end :], "m").diagnostics == ()


def test_fifty_mistakes_are_shown_and_the_rest_counted() -> None:
    diagnostics = parse("a\n" * 70, "m").diagnostics
    assert len(diagnostics) == 51
    assert (diagnostics[-1].code, diagnostics[-1].message) == ("TM0199", "20 more mistakes are not shown")


def test_characters_that_reorder_or_hide_text_are_mistakes_in_texts_and_comments() -> None:
    assert mistakes('a "x\u202ey"\n# \u2066\nb\u0007 1\n') == [("TM0104", 1, 5), ("TM0104", 2, 3), ("TM0105", 3, 2)]
    assert mistakes('service a "\u65e5\u672c \u05e9\u05dc\u05d5\u05dd \U0001f468\u200d\U0001f469"') == []


@pytest.mark.parametrize(
    "text", ["a b {" * 10_000, 'rule r "R" { when ' + "(" * 10_000, 'rule r "R" { when ' + "not " * 10_000]
)
def test_nesting_without_end_is_one_mistake(text: str) -> None:
    assert [code for code, _, _ in mistakes(text)] == ["TM0106"]


@pytest.mark.parametrize("mark", [*'\n"# []{}(),;=-a', '\\"', '\\"""', "a\n", "a;", "\u202e", "a {\n", "a [b\n"])
def test_a_text_of_one_mark_repeated_ends(mark: str) -> None:
    assert len(parse(mark * 20_000, "m").diagnostics) <= 51


def test_each_code_is_in_the_table() -> None:
    wrong = [path.read_text("utf-8") for path in CASES.glob("*.threat")]
    found: list[Diagnostic] = [diagnostic for text in wrong for diagnostic in parse(text, "m").diagnostics]
    assert {diagnostic.code for diagnostic in found} <= set(CODES)
