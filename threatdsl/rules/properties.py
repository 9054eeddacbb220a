"""What a rule says about itself: STRIDE, likelihood, references, texts."""

from collections.abc import Iterator, Mapping

from threatdsl.diagnostics import Related, did_you_mean
from threatdsl.model.facts import bind_facts
from threatdsl.model.names import Names
from threatdsl.model.problems import Problems
from threatdsl.model.scope import Scope
from threatdsl.model.things import UNKNOWN, Fact, Word
from threatdsl.model.values import ValueBinder
from threatdsl.model.vocabulary import Vocabulary
from threatdsl.model.words import property_table
from threatdsl.rules.catalogues import SCHEMES
from threatdsl.rules.finding import Gives, RuleInfo, Stride
from threatdsl.syntax import nodes

PROPERTIES = property_table(
    "rule",
    stride="stride!",
    likelihood="number!",
    impact="number",
    impact_of="text",
    gives="text",
    finding_id="text",
    cwe="[text]",
    capec="[text]",
    attack="[text]",
    atlas="[text]",
    nist="[text]",
    asvs="[text]",
    message="text!",
    mitigated="text",
    question="text",
    no_control="text",
    fix="text",
    text="text",
)
CHOICES = {"impact-of": ("confidentiality", "integrity", "availability"), "gives": tuple(Gives)}


def rule_facts(node: nodes.Rule, scope: Scope, vocabulary: Vocabulary, problems: Problems) -> Mapping[str, Fact]:
    """The properties of a rule. Mistakes are diagnostics."""
    binder = ValueBinder(Names(vocabulary, problems), scope)
    body = tuple(clause for clause in node.clauses if isinstance(clause, nodes.Property))
    facts = bind_facts(binder, body, "rule", node.name.span, PROPERTIES)
    for name, fact in facts.items():
        if fact.value is UNKNOWN:
            problems.error("TM0301", f"`{name}` of a rule cannot be unknown", fact.span, label="say it")
    impact_of = facts.get("impact-of")
    if impact_of is not None and "impact" in facts:
        problems.error(
            "TM0564",
            "a rule has `impact` or `impact-of`, not both",
            impact_of.span,
            label="no effect",
            related=(Related("the impact is stated here", facts["impact"].span),),
            help="keep `impact` for one number, or `impact-of` for what the data says",
        )
    for name, known in CHOICES.items():
        _check_choice(facts.get(name), name, known, problems)
    return facts


def _check_choice(fact: Fact | None, name: str, known: tuple[str, ...], problems: Problems) -> None:
    if fact is not None and fact.value not in (*known, UNKNOWN):
        problems.error(
            "TM0302",
            f"`{fact.value}` is not a value of {name}",
            fact.span,
            label="unknown value",
            help=did_you_mean(str(fact.value), known) or f"there are: {', '.join(known)}",
        )


def rule_info(node: nodes.Rule, facts: Mapping[str, Fact], pack: str) -> RuleInfo:
    """The properties of a rule without mistakes."""
    stride, likelihood = facts["stride"].value, facts["likelihood"].value
    impact = facts["impact"].value if "impact" in facts else None
    assert isinstance(stride, Word)  # typed by PROPERTIES
    assert isinstance(likelihood, int)  # typed by PROPERTIES
    gives = _text(facts, "gives")
    return RuleInfo(
        id=node.name.text,
        title=node.title.text,
        stride=Stride(stride.text),
        likelihood=likelihood,
        text=" ".join(_text(facts, "text").split()),
        fix=_text(facts, "fix"),
        references=tuple(_references(facts)),
        span=node.name.span,
        impact_of=_text(facts, "impact-of"),
        stated_gives=Gives(gives) if gives else None,
        no_control=" ".join(_text(facts, "no-control").split()),
        pack=pack,
        impact=impact if isinstance(impact, int) else None,
    )


def _text(facts: Mapping[str, Fact], name: str) -> str:
    value = facts[name].value if name in facts else ""
    return value if isinstance(value, str) else ""


def _references(facts: Mapping[str, Fact]) -> Iterator[str]:
    for name, scheme in SCHEMES.items():
        value = facts[name].value if name in facts else ()
        for item in value if isinstance(value, tuple) else ():
            yield f"{scheme.prefix}{item}"
