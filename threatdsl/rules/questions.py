"""The facts that nobody stated, as questions: what is asked, in which order, and what would answer it."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from threatdsl.model.model import Model
from threatdsl.model.problems import Problems
from threatdsl.model.things import Thing
from threatdsl.model.written import Written
from threatdsl.rules.answers import Answering, answering
from threatdsl.rules.evaluation import Asked
from threatdsl.rules.expressions import AllOf, AnyOf, Binding, Expression, Negation, Quantifier
from threatdsl.rules.facts import Facts
from threatdsl.rules.finding import Decides, Finding, FindingKey, Question
from threatdsl.rules.guards import Guards
from threatdsl.rules.load import load_rules
from threatdsl.rules.rule import CheckedRule
from threatdsl.rules.texts import shown
from threatdsl.rules.values import Listing, Value

Fact = tuple[str, str]


def questions_of(asked: Iterable[Asked], model: Model) -> tuple[Question, ...]:
    """What has to be known to tell whether threats apply: one question a fact, that settles most findings first."""
    settles: dict[Fact, dict[FindingKey, str]] = {}
    for missing in asked:
        for thing, fact in missing.asks:
            settles.setdefault((thing.id, fact), {})[missing.key] = missing.finding
    guards = Guards(model)
    return _in_order(_question(guards, fact, found, Decides.APPLIES) for fact, found in settles.items())


def ranked(
    model: Model, written: Written, questions: Iterable[Question], findings: Iterable[Finding]
) -> tuple[Question, ...]:
    """All questions with their answers: those about threats, joined with those about controls of unassessed findings.

    `questions` are an analysis's own, `findings` the unassessed ones that are to be settled; `written` holds the
    model's files.
    """
    first = {(question.element, question.fact): question for question in questions}
    settles = {fact: dict(zip(q.findings, q.settles, strict=True)) for fact, q in first.items()}
    for finding in findings:
        for fact in finding.unstated:
            settles.setdefault(fact, {})[finding.key] = finding.id
    guards = Guards(model)
    whole = (
        _question(guards, fact, found, Decides.APPLIES if fact in first else Decides.HELD)
        for fact, found in settles.items()
    )
    return answered(model, written, _in_order(whole))


def answered(model: Model, written: Written, questions: Iterable[Question]) -> tuple[Question, ...]:
    """The questions with what would answer each, and what the answer would tell."""
    sentences, answers = _Sentences.of(model), answering(model, written)
    return tuple(_with_answers(question, model, sentences, answers) for question in questions)


def _in_order(questions: Iterable[Question]) -> tuple[Question, ...]:
    return tuple(sorted(questions, key=lambda q: (-len(q.settles), q.span, q.element, q.fact)))


def _question(guards: Guards, fact: Fact, settles: Mapping[FindingKey, str], decides: Decides) -> Question:
    thing = guards.model.things[fact[0]]
    sentence = _sentence(thing, fact[1], guards)
    return Question(*fact, sentence, tuple(settles.values()), thing.span, tuple(settles), decides)


def _with_answers(question: Question, model: Model, sentences: "_Sentences", answers: Answering) -> Question:
    return msgspec.structs.replace(
        question,
        sentences=tuple(sentences.of_finding(key) for key in question.findings),
        answers=answers.answers(model.things[question.element], question.fact),
    )


def _sentence(thing: Thing, fact: str, guards: Guards) -> str:
    """The question that a missing fact is, in the words of the vocabulary where it has some."""
    title, vocabulary = shown(thing, guards.model), guards.model.vocabulary
    if fact in vocabulary.classes:
        meaning = _inside_a_sentence(vocabulary.classes[fact].title)
        if guards.guard(thing, fact).optional:
            return f"Is {fact} of {title} always on ({meaning})? It is stated as optional."
        return f"Does {title} have {fact} ({meaning})?"
    if fact in ("boundary", "parent"):
        return f"In which boundary does {title} stand?"
    definition = vocabulary.kinds[thing.kind].properties.get(fact)
    if definition is None:
        return f"What is `{fact}` of {title}?"
    return definition.asks.replace("{it}", title) or f"What is `{fact}` of {title}? {definition.title}."


def _inside_a_sentence(title: str) -> str:
    """A title without its capital, unless that is one of a name or an abbreviation."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


# ---- what an answer would tell of a finding -------------------------------------------------------------------------


class _Sentences(msgspec.Struct, frozen=True):
    """What rules ask about the findings that they cannot decide."""

    facts: Facts
    rules: Mapping[str, CheckedRule]

    @staticmethod
    def of(model: Model) -> "_Sentences":
        return _Sentences(Facts(model), {rule.id: rule for rule in load_rules(model, Problems())})

    def of_finding(self, finding: FindingKey) -> str:
        """The rule's question at the elements of the finding, the rule's title where it has none."""
        id_, elements = finding
        rule = self.rules[id_]
        if not rule.texts.question.parts:
            return rule.info.title
        domains = (rule.subject, rule.path.sink if rule.path is not None else None)
        names = (domain.variable for domain in domains if domain is not None)
        things = (self.facts.model.things[element] for element in elements)
        binding = Binding(self.facts, dict(zip(names, things, strict=True)))
        found: dict[str, tuple[Value, ...]] = {} if rule.path is None else {rule.path.source.variable: ()}
        for condition in (rule.when, rule.unless):
            found.update(_possible(condition, binding) if condition is not None else ())
        return rule.texts.question.fill(binding, "a control", found)


def _possible(condition: Expression, binding: Binding | None) -> Iterator[tuple[str, tuple[Value, ...]]]:
    """The items that each quantifier of a condition may be about, by variable; none where nothing is known of them."""
    if isinstance(condition, AllOf | AnyOf):
        for part in condition.parts:
            yield from _possible(part, binding)
    elif isinstance(condition, Negation):
        yield from _possible(condition.part, binding)
    elif isinstance(condition, Quantifier):
        listing = condition.source.read(binding) if binding is not None else None
        items = listing.items if isinstance(listing, Listing) else ()
        found = tuple(item for item in items if binding is not None and condition.test(binding, item) is not False)
        yield condition.variable, found
        if condition.where is not None:
            inner = binding.having(condition.variable, found[0]) if binding is not None and found else None
            yield from _possible(condition.where, inner)
