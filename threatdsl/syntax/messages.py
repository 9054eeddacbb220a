"""What is said about a mistake in the text. The codes are listed in `diagnostics/codes.py`."""

from threatdsl.diagnostics import Diagnostic, Edit, Related, Severity, Span

FORMS = {
    "import": 'an import is written `import "file.threat" as name`, or `import name` for a shipped library',
    "flow": 'a flow is written `flow name a -> b "label" { ... }`; name, label and body may be left out',
    "rule": 'a rule is written `rule name "Title" { ... }`',
    "accept": "a decision is written `accept RULE on TARGET until DATE { ... }`",
    "dismiss": "a decision is written `dismiss RULE on TARGET until DATE { ... }`",
    "transfer": "a decision is written `transfer RULE on TARGET until DATE { ... }`",
    "adjust": "a decision is written `adjust RULE on TARGET until DATE { ... }`",
    "disable": "a switch is written `disable RULE until DATE { ... }`",
}
CLAUSES = {
    **dict.fromkeys(
        ("for", "from", "reaches", "through", "avoiding", "passing"), "written `{} KIND name where CONDITION`"
    ),
    **dict.fromkeys(("when", "unless"), "written `{} CONDITION`; conditions are joined by `and` and `or`"),
}
STATEMENT = 'a property is written `name value`, a declaration `kind name "Title" { ... }`'


def form(word: str, *, in_rule: bool) -> str:
    """How the statement that begins with the word is written."""
    if in_rule and word in CLAUSES:
        return f"`{word}` is " + CLAUSES[word].format(word)
    return "in a rule, a property is written `name value`" if in_rule else FORMS.get(word, STATEMENT)


def _error(code: str, message: str, span: Span, label: str = "", advice: str = "", **more: object) -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, message, span, label, advice, **more)  # type: ignore[arg-type]  # related and fix, by name


# ---- texts and characters --------------------------------------------------------------------------------------------


def text_not_closed(span: Span) -> Diagnostic:
    advice = 'end it with `"` on the same line, or use `"""` for more lines'
    return _error("TM0101", "this text is not closed", span, "the line ends before the text does", advice)


def text_without_start(span: Span) -> Diagnostic:
    return _error("TM0101", "this quote belongs to no text", span, "", 'a text has a `"` before it and one after it')


def block_text_not_closed(span: Span) -> Diagnostic:
    return _error("TM0102", "this text is not closed", span, "opened here", 'end it with `"""`')


def unknown_escape(span: Span, escape: str) -> Diagnostic:
    advice = r"a text knows `\"`, `\\`, `\n` and `\t`; a backslash itself is written `\\`"
    return _error("TM0103", f"`{escape.strip() or 'backslash'}` is not an escape", span, "", advice)


def unwanted_character(span: Span, name: str, *, bidirectional: bool) -> Diagnostic:
    if bidirectional:
        label = "it can make a text read differently from what it says"
        return _error("TM0104", f"bidirectional control character {name}", span, label, "remove it")
    return _error("TM0105", f"control character {name}", span, "", "remove it")


def too_deep(span: Span, deepest: int) -> Diagnostic:
    return _error("TM0106", f"blocks are nested more than {deepest} deep", span, f"level {deepest + 1} opens here")


# ---- brackets --------------------------------------------------------------------------------------------------------


def block_not_closed(span: Span) -> Diagnostic:
    return _error("TM0110", "this block is not closed", span, "opened here", "end it with `}`")


def closes_nothing(span: Span, mark: str, opener: str) -> Diagnostic:
    code = {"}": "TM0111", "]": "TM0113", ")": "TM0115"}[mark]
    return _error(code, f"`{mark}` closes nothing", span, "", f"remove it, or put the missing `{opener}` before")


def list_not_closed(span: Span, mark: str, closer: str) -> Diagnostic:
    if mark == "(":
        return _error("TM0114", "this parenthesis is not closed", span, "opened here", "end it with `)`")
    return _error("TM0112", "this list is not closed", span, "opened here", f"end it with `{closer}`")


def block_not_opened(span: Span, closing: Span) -> Diagnostic:
    related = (Related("this `}` closes it", closing),)
    return _error("TM0116", "a `{` is missing at the end of this line", span, related=related)


def list_in_list(span: Span) -> Diagnostic:
    return _error("TM0118", "a list cannot begin inside of brackets", span, "", "remove this `[`", fix=Edit(span, ""))


def doubled(span: Span) -> Diagnostic:
    return _error("TM0117", "this `{` is doubled", span, "", "remove it", fix=Edit(span, ""))


# ---- statements ------------------------------------------------------------------------------------------------------


def not_an_arrow(span: Span, found: str) -> Diagnostic:
    return _error("TM0121", f"`{found}` is not an arrow", span, "", "write `->`", fix=Edit(span, "->"))


def no_assignment(span: Span, found: str) -> Diagnostic:
    return _error("TM0120", f"`{found}` does not belong here", span, "", "a property is written `name value`")


def comma_missing(span: Span, found: str) -> Diagnostic:
    start = Span(span.file, span.line, span.column, span.line, span.column, span.start, span.start)
    advice = "items of a list are separated by commas"
    return _error("TM0122", f"a comma is missing before `{found}`", span, "", advice, fix=Edit(start, ", "))


def misspelt(span: Span, found: str, meant: str) -> Diagnostic:
    advice = f"did you mean `{meant}`?"
    return _error("TM0123", f"`{found}` does not belong here", span, "", advice, fix=Edit(span, meant))


def not_a_name(span: Span, found: str) -> Diagnostic:
    advice = "a name begins with a letter and has ASCII letters, digits, `-`, `_` and `.`; titles may be in any script"
    return _error("TM0124", f"`{found}` is not a name", span, "", advice)


def not_a_value(span: Span, found: str) -> Diagnostic:
    advice = "a text stands in quotes; a date is written `2026-12-31`, a duration `90d`"
    return _error("TM0125", f"`{found}` is not a value", span, "", advice)


def unexpected(span: Span, found: str, label: str, advice: str) -> Diagnostic:
    return _error("TM0130", f"`{found}` is not expected here", span, label, advice)


def missing(span: Span, what: str, found: str, advice: str) -> Diagnostic:
    return _error("TM0131", f"{what} is missing before `{found}`", span, "", advice)


def line_end_missing(span: Span, found: str) -> Diagnostic:
    return _error("TM0132", f"`{found}` begins a new statement", span, "", "put it on its own line, or a `;` before it")


def incomplete(span: Span, label: str, advice: str) -> Diagnostic:
    return _error("TM0140", "this statement is not complete", span, label, advice)


def no_value(span: Span, name: str, advice: str) -> Diagnostic:
    return _error("TM0141", f"`{name}` has no value", span, "", advice)


def too_many(span: Span, rest: int) -> Diagnostic:
    what = "1 more mistake is" if rest == 1 else f"{rest:,} more mistakes are"
    return _error("TM0199", f"{what} not shown", span, "the first of them is here", "mend the ones above first")


def too_deep_condition(span: Span) -> Diagnostic:
    return _error("TM0106", "this condition is nested too deeply", span, "", "split it into several rules")
