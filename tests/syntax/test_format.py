"""The layout is canonical: one text, whatever the author's blanks, and nothing lost."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from threatdsl.syntax import format_text, parse

NAMES = st.sampled_from(["gateway", "aws.rds", "a-b", "and", "when", "x" * 30, "f.from"])
TEXTS = st.sampled_from(['""', '"API"', '"{a; b} # c"', '"\\"q\\""', f'"{"long " * 12}"', '"日本 👩"'])
SCALARS = st.one_of(
    NAMES, TEXTS, st.sampled_from(["3", "-1.5", "2026-01-01", "90d", "AC-2(3)", '"""\n    a\n   b\n"""'])
)
GAPS = st.sampled_from(["", "\n", "\n\n\n", "  # c\n", "\n# d\n", " # e\n\n  # f\n"])
ENDS = st.sampled_from(["\n", ";", "; ", "\n\n\n", " # trailing\n", " # t\n# own\n\n", "\n\t"])
OPERANDS = st.one_of(NAMES.filter(lambda name: name not in {"and", "when"}), st.just("count(x in y where z)"))
TESTS = st.one_of(
    OPERANDS,
    st.builds("{} {} {}".format, OPERANDS, st.sampled_from([">=", "==", "in", "<"]), OPERANDS),
    st.builds("not {} has b".format, NAMES.filter(lambda name: name not in {"and", "when"})),
    st.just("some d in e where (d.f or d.g)"),
)


def spread(items: list[str], gaps: list[str]) -> str:
    """A list with what may stand between its items."""
    gaps = [*gaps, *[""] * len(items), ""]
    return "[" + gaps[-1] + "".join(f"{gap}{item}," for gap, item in zip(gaps, items, strict=False)) + gaps[0] + "]"


LISTS = st.builds(
    spread,
    st.lists(st.one_of(SCALARS, st.builds("{}->{}".format, NAMES, NAMES)), max_size=5),
    st.lists(GAPS, max_size=5),
)
PROPERTIES = st.builds("{}  {}".format, NAMES, st.one_of(SCALARS, LISTS, st.just("a->b")))


def joined(first: str, rest: list[tuple[str, str, str, str]]) -> str:
    """Conditions with comments and line ends around each `and` and `or`."""
    return first + "".join(f" {before}{word} {after}{test}" for before, word, after, test in rest)


CONDITIONS = st.recursive(
    TESTS,
    lambda inner: st.builds(
        joined, inner, st.lists(st.tuples(GAPS, st.sampled_from(["and", "or"]), GAPS, inner), max_size=3)
    ).map(lambda condition: f"({condition})"),
    max_leaves=6,
)
CLAUSES = st.one_of(
    PROPERTIES.filter(lambda text: not text.startswith(("when", "and"))),
    st.builds(
        "{} {}".format,
        st.sampled_from(["when", "unless", "for flow f where"]),
        st.builds(
            joined, CONDITIONS, st.lists(st.tuples(GAPS, st.sampled_from(["and", "or"]), GAPS, CONDITIONS), max_size=3)
        ),
    ),
    st.just("for flow f"),
)


def block(head: str, opening: str, statements: list[tuple[str, str]]) -> str:
    return f"{head}{{{opening}" + "".join(statement + end for statement, end in statements) + "}"


RULES = st.builds(block, st.just('rule r  "R" '), GAPS, st.lists(st.tuples(CLAUSES, ENDS), max_size=4))
STATEMENTS = st.recursive(
    st.one_of(
        PROPERTIES,
        RULES,
        st.sampled_from(["import  aws", 'import "x" as y', "disable a until 2026-01-01", "flow a->b"]),
    ),
    lambda inner: st.builds(
        block,
        st.sampled_from(['service a "A"', "model m ", 'flow [a,\nb ]->c "x"', "accept r on a->b until 2026-01-01 "]),
        GAPS,
        st.lists(st.tuples(inner, ENDS), max_size=4),
    ),
    max_leaves=8,
)
FILES = st.builds(
    lambda gap, parts, last: gap + "".join(a + b for a, b in parts) + last,
    GAPS,
    st.lists(st.tuples(STATEMENTS, ENDS), max_size=5),
    st.sampled_from(["", "# end", "a 1"]),
)


def meaning(node: object) -> object:
    """Nodes without their places."""
    if isinstance(node, msgspec.Struct):
        fields = [field for field in node.__struct_fields__ if field != "span"]
        return (type(node).__name__, *(meaning(getattr(node, field)) for field in fields))
    return tuple(map(meaning, node)) if isinstance(node, tuple) else node


@given(FILES, st.booleans())
def test_formatting_keeps_every_node_and_comment_and_is_idempotent(text: str, windows: bool) -> None:  # noqa: FBT001  # drawn
    text = text.replace("\n", "\r\n") if windows else text
    before = parse(text, "m")
    assert before.diagnostics == ()
    formatted = format_text(text, "m")
    after = parse(formatted.text, "m")
    assert after.diagnostics == ()
    assert meaning(after.document) == meaning(before.document)
    assert format_text(formatted.text, "m").text == formatted.text


@given(FILES)
def test_blanks_and_line_ends_of_windows_make_no_difference(text: str) -> None:
    formatted = format_text(text, "m").text
    assert "\n\n\n" not in formatted
    assert "\t" not in formatted
    assert not any(line != line.rstrip() for line in formatted.split("\n"))
    assert format_text(text.replace("\n", "\r\n"), "m").text.replace("\r\n", "\n") == formatted


def test_a_text_with_mistakes_stays_as_it_is() -> None:
    formatted = format_text("a   = 1", "m")
    assert formatted.text == "a   = 1"
    assert [diagnostic.code for diagnostic in formatted.diagnostics] == ["TM0120"]


def test_a_body_on_one_line_stays_there_while_it_fits() -> None:
    assert format_text('data a "A"{b c;d [e,f]}', "m").text == 'data a "A" { b c; d [e, f] }\n'
    long = "x" * 90
    assert format_text(f'data a "A"{{b {long}}}', "m").text == f'data a "A" {{\n  b {long}\n}}\n'


def test_a_long_condition_is_broken_before_its_words() -> None:
    long = "f." + "x" * 50
    text = f'rule r "R" {{\n  when {long} and {long}\n}}\n'
    assert format_text(text, "m").text == f'rule r "R" {{\n  when {long}\n    and {long}\n}}\n'


def test_and_is_a_name_like_any_other_in_a_list() -> None:
    assert format_text("a [\nand->b, or]", "m").text == "a [\n  and -> b,\n  or,\n]\n"
