"""What a reader sees of a diagnostic."""

import json
import re

from threatdsl.diagnostics import CODES, Diagnostic, Related, Severity, Span, as_data, render_text

FILE = "shop.threat"


def span(line: int, column: int, length: int = 1, file: str = FILE) -> Span:
    return Span(file, line, column, line, column + length, 0, length)


def problem(place: Span, label: str = "here", **more: object) -> Diagnostic:
    return Diagnostic("TM0204", Severity.ERROR, "unknown property `x`", place, label, **more)  # type: ignore[arg-type]  # a test


def test_the_form_is_that_of_the_language_reference() -> None:
    source = "\n" * 30 + "      encrpyted at-rest\n"
    diagnostic = Diagnostic(
        "TM0204",
        Severity.ERROR,
        "unknown property `encrpyted`",
        span(31, 7, 9),
        "`aws.rds` has no such property",
        "did you mean `encrypted`?",
    )
    assert render_text(diagnostic, {FILE: source}) == (
        "error[TM0204]: unknown property `encrpyted`\n"
        "  --> shop.threat:31:7\n"
        "   |\n"
        "31 |       encrpyted at-rest\n"
        "   |       ^^^^^^^^^ `aws.rds` has no such property\n"
        "   = help: did you mean `encrypted`?"
    )


def test_related_places_follow_with_their_lines() -> None:
    shown = render_text(problem(span(3, 1), related=(Related("first here", span(1, 3)),)), {FILE: "a b\n\nc d\n"})
    assert shown.endswith("\n ::: shop.threat:1:3\n  |\n1 | a b\n  |   ^ first here")


def test_related_places_of_other_files_and_missing_sources_are_named() -> None:
    diagnostic = problem(span(3, 1), related=(Related("first here", span(7, 3, file="lib.threat")),))
    shown = render_text(diagnostic, {}, path=lambda path: f"models/{path}")
    assert "models/shop.threat:3:1" in shown
    assert "::: models/lib.threat:7:3" in shown
    assert "note: first here" in shown


def caret_column(line: str, place: Span) -> int:
    return render_text(problem(place), {FILE: line}).split("\n")[4].index("^") - len("1 | ")


def test_carets_stand_below_tabs_wide_and_combining_characters() -> None:
    assert caret_column("\tx", span(1, 2)) == 4
    assert caret_column("日本x", span(1, 3)) == 4
    assert caret_column("e\u0301x", span(1, 3)) == 1
    assert caret_column("\U0001f512x", span(1, 2)) == 2


def test_long_lines_are_cropped_around_the_place() -> None:
    lines = render_text(problem(span(1, 5001, 5)), {FILE: "a" * 5000 + "WRONG" + "b" * 5000}).split("\n")
    assert max(map(len, lines)) < 160
    assert lines[3].index("WRONG") == lines[4].index("^^^^^")


def test_nothing_of_the_model_steers_the_terminal() -> None:
    source = "a \x1b[31m\u202e\x9b\x07\r\u2028b"
    shown = render_text(problem(span(1, 1, 12), label="\x1b]0;x\x07"), {FILE: source}, path=lambda _: "\x1b[2J")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2028]", shown)
    assert "\x1b[" in render_text(problem(span(1, 1)), {FILE: "a"}, colour=True)


def test_a_place_behind_the_end_of_the_text_still_renders() -> None:
    assert "^" in render_text(problem(span(1, 9)), {FILE: "a"})
    assert render_text(problem(span(9, 1)), {FILE: "a"}).count("\n") == 1


def test_a_diagnostic_is_plain_data_for_json() -> None:
    data = as_data(problem(span(3, 1), help="mend it"))
    assert json.loads(json.dumps(data)) == {
        "code": "TM0204",
        "severity": "error",
        "message": "unknown property `x`",
        "file": "shop.threat",
        "line": 3,
        "column": 1,
        "help": "mend it",
    }


def test_codes_are_well_formed_and_titles_plain() -> None:
    assert all(re.fullmatch(r"TM\d{4}", code) for code in CODES)
    assert list(CODES) == sorted(CODES)
