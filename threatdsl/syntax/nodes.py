"""The nodes of a parsed file. They say what was written and where; names are not looked up yet.

Immutable msgspec structs: as quick to build as tuples, and `msgspec.msgpack` stores and reads them as they are.
"""

from typing import Literal

import msgspec

from threatdsl.diagnostics import Span


class Node(msgspec.Struct, frozen=True, tag=True, gc=False):
    """Anything with a place in the text."""

    span: Span


# ---- values ----------------------------------------------------------------------------------------------------------


class Name(Node, frozen=True):
    """A name, dotted or not: `gateway`, `aws.rds`, `f.from.boundary`, `T1557.002`."""

    text: str


class Text(Node, frozen=True):
    """A quoted text with its escapes resolved.

    `block` tells a triple-quoted text, whose common indentation is removed.
    """

    text: str
    block: bool = False


class Number(Node, frozen=True):
    """A number as written: `3`, `-1.5`."""

    text: str


class Date(Node, frozen=True):
    """A date as written, `2026-10-01`. Whether the calendar has it is checked where it is bound."""

    text: str


class Duration(Node, frozen=True):
    """A time span as written: `90d`, units s m h d w y."""

    text: str


class Reference(Node, frozen=True):
    """A control id with an enhancement: `AC-2(3)`."""

    text: str


class Pair(Node, frozen=True):
    """`a -> b` as a value or a target: the unnamed flow of the two."""

    source: Name
    target: Name


Scalar = Name | Text | Number | Date | Duration | Reference
Item = Scalar | Pair


class Items(Node, frozen=True):
    """A list: `[a, b, c -> d]`."""

    items: tuple[Item, ...]


Value = Item | Items

# ---- statements ------------------------------------------------------------------------------------------------------


class Property(Node, frozen=True):
    """`confidentiality restricted`."""

    name: Name
    value: Value


class Import(Node, frozen=True):
    """`import "lib/controls.threat" as corp` (a Text) or `import aws` (a Name: a library that ships with threatdsl)."""

    source: Text | Name
    alias: Name | None


class Declaration(Node, frozen=True):
    """`service gateway "API gateway" { ... }`: a title, a body or both; `body` is None without braces."""

    kind: Name
    name: Name
    title: Text | None
    body: tuple["Statement", ...] | None


class Flow(Node, frozen=True):
    """`flow browse customer -> gateway "Browse" { ... }`; `[a, b] -> [c, d]` stands for each pair."""

    name: Name | None
    sources: tuple[Name, ...]
    targets: tuple[Name, ...]
    title: Text | None
    body: tuple["Statement", ...] | None


class Decision(Node, frozen=True):
    """`accept RULE on TARGET until DATE { ... }`. `targets` is one Pair, or one or more names."""

    verb: Literal["accept", "dismiss", "transfer", "adjust"]
    rule: Name
    targets: tuple[Name | Pair, ...]
    until: Date | None
    body: tuple["Statement", ...] | None


class Switch(Node, frozen=True):
    """`disable RULE until DATE { ... }`."""

    rule: Name
    until: Date | None
    body: tuple["Statement", ...] | None


class Rule(Node, frozen=True):
    """`rule disclosure.cleartext-crossing "Title" { clauses }`."""

    name: Name
    title: Text
    clauses: tuple["Clause", ...]


Statement = Property | Import | Declaration | Flow | Decision | Switch | Rule

# ---- clauses of a rule -----------------------------------------------------------------------------------------------


class Binder(Node, frozen=True):
    """`for flow f where C` and its kin: `clause` is the word it begins with."""

    clause: Literal["for", "from", "reaches", "through", "avoiding", "passing"]
    kind: Name
    variable: Name
    where: "Expression | None"


class Condition(Node, frozen=True):
    """`when C` (the threat applies) or `unless C` (what mitigates it)."""

    clause: Literal["when", "unless"]
    expression: "Expression"


Clause = Binder | Condition | Property

# ---- expressions -----------------------------------------------------------------------------------------------------


class Or(Node, frozen=True):
    """`a or b or ...`, two parts or more."""

    parts: tuple["Expression", ...]


class And(Node, frozen=True):
    """`a and b and ...`, two parts or more."""

    parts: tuple["Expression", ...]


class Not(Node, frozen=True):
    """`not a`."""

    part: "Expression"


class Quantified(Node, frozen=True):
    """`some d in f.data where C`; without `where` it asks whether there is any (some), none (no)."""

    quantifier: Literal["some", "no", "every"]
    variable: Name
    source: "Operand"
    where: "Expression | None"


class Compare(Node, frozen=True):
    """`d.confidentiality >= confidential`."""

    left: "Operand"
    operator: Literal["==", "!=", "<", "<=", ">", ">="]
    right: "Operand"


class Member(Node, frozen=True):
    """`d in a.stores`."""

    left: "Operand"
    right: "Operand"


class IsKind(Node, frozen=True):
    """`a is datastore`."""

    operand: "Operand"
    kind: Name


class Has(Node, frozen=True):
    """`f has encryption-in-transit`."""

    operand: "Operand"
    control: Name


class Lacks(Node, frozen=True):
    """`s lacks encryption-at-rest`: somebody says that it is not there; silence is no such statement."""

    operand: "Operand"
    control: Name


class Truth(Node, frozen=True):
    """An operand that stands alone as a condition: `f.crosses`."""

    operand: "Operand"


class Count(Node, frozen=True):
    """`count(x in S where C)`, a number."""

    variable: Name
    source: "Operand"
    where: "Expression | None"


Operand = Name | Text | Number | Date | Duration | Count
Expression = Or | And | Not | Quantified | Compare | Member | IsKind | Has | Lacks | Truth

# ---- a file ----------------------------------------------------------------------------------------------------------


class Comment(Node, frozen=True):
    """`# ...` to the end of the line, with the `#`."""

    text: str


class Document(msgspec.Struct, frozen=True):
    """A parsed file: its statements in order, and all comments in order."""

    file: str
    statements: tuple[Statement, ...]
    comments: tuple[Comment, ...]
