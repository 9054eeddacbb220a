"""A checked rule, ready to be evaluated."""

import msgspec

from threatdsl.diagnostics import Span
from threatdsl.rules.expressions import Expression
from threatdsl.rules.finding import RuleInfo
from threatdsl.rules.ids import IdTemplate
from threatdsl.rules.texts import Template


class Domain(msgspec.Struct, frozen=True):
    """`for KIND v where C` and its kin: what a variable ranges over."""

    clause: str
    kind: str
    variable: str
    where: Expression | None
    span: Span


class Path(msgspec.Struct, frozen=True):
    """The parameters of a path rule's search. `relation` is the edge that the search walks."""

    source: Domain
    sink: Domain
    relation: str
    through: Domain | None
    avoiding: Domain | None
    passing: Domain | None

    @property
    def domains(self) -> tuple[Domain, ...]:
        """The clauses that it has."""
        all_ = (self.source, self.sink, self.through, self.avoiding, self.passing)
        return tuple(domain for domain in all_ if domain is not None)


class Texts(msgspec.Struct, frozen=True):
    """A rule's sentences: for a threat that is there, that is held, and that a missing fact leaves open."""

    message: Template
    mitigated: Template
    question: Template
    fix: Template


class CheckedRule(msgspec.Struct, frozen=True):
    """A rule that every name and type of was checked. `subject` is its `for`; a path rule may do without."""

    info: RuleInfo
    subject: Domain | None
    path: Path | None
    when: Expression | None
    unless: Expression | None
    texts: Texts
    finding_id: IdTemplate

    @property
    def id(self) -> str:
        """The rule's id."""
        return self.info.id
