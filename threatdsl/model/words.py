"""Declarations of scales, classes, protocols, kinds and relations to the vocabulary."""

from collections.abc import Iterator, Mapping

import msgspec

from threatdsl.diagnostics import Related, Span, did_you_mean
from threatdsl.model.facts import bind_facts
from threatdsl.model.kinds import bind_kinds
from threatdsl.model.names import Names, may_declare
from threatdsl.model.problems import Problems
from threatdsl.model.scope import Scope
from threatdsl.model.sources import Source
from threatdsl.model.things import UNKNOWN, Fact, FactValue
from threatdsl.model.values import ValueBinder
from threatdsl.model.vocabulary import (
    ControlClass,
    Enumeration,
    PropertyDefinition,
    Protocol,
    Relation,
    Scale,
    ValueType,
    Vocabulary,
)
from threatdsl.model.wording import a
from threatdsl.syntax.nodes import Declaration, Property

GUARDS = ("element", "flow", "boundary", "runtime", "role", "inbound", "outbound", "inside", "crossing", "hosted")
Word = Scale | Enumeration | ControlClass | Protocol | Relation
IMPACTS = range(1, 6)
LAYERS = ("prevent", "detect", "respond")
BUILT_IN = Span(file="threatdsl:language", line=1, column=1, end_line=1, end_column=1, start=0, end=0)


def property_table(owner: str, **types: str) -> Mapping[str, PropertyDefinition]:
    """The properties of a built-in body: `order="[text]!"` is a list of texts that must be there."""

    def definition(name: str, type_: str) -> PropertyDefinition:
        value_type = ValueType(type_.strip("[]!"), listed=type_.startswith("["))
        return PropertyDefinition(name, "", value_type, owner, BUILT_IN, required=type_.endswith("!"))

    names = {name.replace("_", "-").strip("-"): type_ for name, type_ in types.items()}
    return {name: definition(name, type_) for name, type_ in names.items()}


BODIES: Mapping[str, Mapping[str, PropertyDefinition]] = {
    "scale": property_table("scale", order="[text]!", impact="[number]"),
    "enumeration": property_table("enumeration", values="[text]!"),
    "control-class": property_table(
        "control-class", guards="[text]!", layer="text!", lowers="text!", steps="number", nist="[text]"
    ),
    "protocol": property_table("protocol", secures="[class]", denies="[class]", not_applicable="[class]"),
    "relation": property_table("relation", from_="text!", to="text!"),
    "kind": {},
}


def words_in(sources: tuple[Source, ...], word: str) -> Iterator[tuple[Source, Declaration]]:
    """All declarations `word name ...` at the top of the files."""
    for source in sources:
        for statement in source.document.statements:
            if isinstance(statement, Declaration) and statement.kind.text == word:
                yield source, statement


def full_name(scope: Scope, name: str) -> str:
    """The name of a word or thing that a file declares."""
    return f"{scope.namespace}.{name}" if scope.namespace else name


def bind_vocabulary(sources: tuple[Source, ...], problems: Problems) -> Vocabulary:
    """All words that the files declare."""
    words = _WordBinder(sources, problems)
    words.bind_scales()
    words.bind_enumerations()
    words.bind_classes()
    words.bind_protocols()
    words.bind_relations()
    kinds = bind_kinds(tuple(words_in(sources, "kind")), words.so_far(), problems)
    vocabulary = Vocabulary(kinds, words.scales, words.enumerations, words.classes, words.protocols, words.relations)
    _check_relations(vocabulary, problems)
    return vocabulary


def _check_relations(vocabulary: Vocabulary, problems: Problems) -> None:
    for relation in vocabulary.relations.values():
        for end in (relation.source, relation.target):
            if end and end not in vocabulary.kinds:
                problems.error(
                    "TM0210", f"unknown kind `{end}`", relation.span, help=did_you_mean(end, vocabulary.kinds)
                )


class _WordBinder:
    """Binds one sort of word after the other, since later ones use earlier ones."""

    def __init__(self, sources: tuple[Source, ...], problems: Problems) -> None:
        self._sources = sources
        self._problems = problems
        self.scales: dict[str, Scale] = {}
        self.enumerations: dict[str, Enumeration] = {}
        self.classes: dict[str, ControlClass] = {}
        self.protocols: dict[str, Protocol] = {}
        self.relations: dict[str, Relation] = {}

    def so_far(self) -> Vocabulary:
        """The vocabulary without kinds."""
        return Vocabulary({}, self.scales, self.enumerations, self.classes, self.protocols, self.relations)

    def _declared(self, word: str) -> Iterator[tuple[str, Declaration, "_Body", bool]]:
        """Each declaration of a sort of word: full name, node, body, and whether it may extend the prelude."""
        vocabulary = self.so_far()
        for source, node in words_in(self._sources, word):
            if not may_declare(node.name, self._problems):
                continue
            binder = ValueBinder(Names(vocabulary, self._problems), source.scope)
            facts = bind_facts(binder, node.body or (), word, node.name.span, BODIES[word])
            for statement in node.body or ():
                if not isinstance(statement, Property):
                    self._problems.error("TM0215", f"only properties stand in {a(word)}", statement.span)
            self._known(word, facts)
            yield full_name(source.scope, node.name.text), node, _Body(facts), not source.core

    def _known(self, word: str, facts: Mapping[str, Fact]) -> None:
        for name, fact in facts.items():
            if fact.value is UNKNOWN:
                self._problems.error("TM0301", f"`{name}` of {a(word)} cannot be unknown", fact.span, label="say it")

    def _new(self, table: Mapping[str, Word], name: str, node: Declaration) -> bool:
        if name not in table:
            return True
        self._problems.error(
            "TM0212",
            f"`{name}` is declared twice",
            node.name.span,
            label="second declaration",
            related=(Related("first declaration", table[name].span),),
        )
        return False

    def _title(self, node: Declaration) -> str:
        return node.title.text if node.title is not None else node.name.text

    def bind_scales(self) -> None:
        for name, node, body, extends in self._declared("scale"):
            order, numbers = body.texts("order"), body.numbers("impact")
            impact = tuple(number for number in numbers if number in IMPACTS and isinstance(number, int))
            if numbers and (len(impact) != len(order) or list(impact) != sorted(numbers)):
                words = "`impact` gives each word of the order a whole number from 1 to 5, never falling"
                self._problems.error("TM0305", words, body.facts["impact"].span)
                impact = ()
            bare = node.name.text
            earlier = self.scales.get(bare) if extends else None
            if earlier is None and not self._new(self.scales, name, node):
                continue
            if earlier is not None and not _keeps(earlier.order, order):
                self._problems.error(
                    "TM0306",
                    f"scale `{bare}` must keep the words it has, in their order",
                    node.name.span,
                    help=f"keep {', '.join(earlier.order)} and insert yours between them",
                    related=(Related("declared here first", earlier.span),),
                )
                order, impact = tuple(dict.fromkeys((*earlier.order, *order))), ()
            target = bare if earlier is not None else name
            if earlier is not None and not impact:
                impact = _interpolated(earlier, order)
            self.scales[target] = Scale(target, self._title(node), order, impact, node.name.span)

    def bind_enumerations(self) -> None:
        for name, node, body, extends in self._declared("enumeration"):
            bare, values = node.name.text, body.texts("values")
            earlier = self.enumerations.get(bare) if extends else None
            if earlier is not None:
                values = tuple(dict.fromkeys((*earlier.values, *values)))
                self.enumerations[bare] = Enumeration(bare, earlier.title, values, node.name.span)
            elif self._new(self.enumerations, name, node):
                self.enumerations[name] = Enumeration(name, self._title(node), values, node.name.span)

    def bind_classes(self) -> None:
        for name, node, body, _ in self._declared("control-class"):
            if not self._new(self.classes, name, node):
                continue
            guards, layer, lowers = body.texts("guards"), body.text("layer"), body.text("lowers")
            self._one_of(body, guards, GUARDS, "guards")
            self._one_of(body, (layer,), LAYERS, "layer")
            self._one_of(body, (lowers,), ("likelihood", "impact"), "lowers")
            steps = int(next(iter(body.numbers("steps")), 2))
            nist = body.texts("nist")
            spans = body.facts["nist"].item_spans if nist else ()
            self.classes[name] = ControlClass(
                name, self._title(node), frozenset(guards), layer, lowers, steps, nist, node.name.span, spans
            )

    def _one_of(self, body: "_Body", words: tuple[str, ...], known: tuple[str, ...], what: str) -> None:
        for word in words:
            if word and word not in known:
                self._problems.error(
                    "TM0302",
                    f"`{word}` is not a value of {what}",
                    body.facts[what].span,
                    help=did_you_mean(word, known) or f"there are: {', '.join(known)}",
                )

    def bind_protocols(self) -> None:
        for name, node, body, _ in self._declared("protocol"):
            if self._new(self.protocols, name, node):
                secures, denies, nothing = (frozenset(body.texts(p)) for p in ("secures", "denies", "not-applicable"))
                self.protocols[name] = Protocol(name, self._title(node), secures, denies, nothing, node.name.span)

    def bind_relations(self) -> None:
        for name, node, body, _ in self._declared("relation"):
            if self._new(self.relations, name, node):
                ends = body.text("from"), body.text("to")
                self.relations[name] = Relation(name, self._title(node), *ends, node.name.span)


class _Body(msgspec.Struct, frozen=True):
    """The facts of a word's body, by plain type."""

    facts: Mapping[str, Fact]

    def _value(self, name: str) -> FactValue:
        return self.facts[name].value if name in self.facts else UNKNOWN

    def texts(self, name: str) -> tuple[str, ...]:
        value = self._value(name)
        return tuple(str(item) for item in value) if isinstance(value, tuple) else ()

    def text(self, name: str) -> str:
        value = self._value(name)
        return value if isinstance(value, str) else ""

    def numbers(self, name: str) -> tuple[int | float, ...]:
        value = self._value(name)
        items = value if isinstance(value, tuple) else (value,)
        return tuple(item for item in items if isinstance(item, int | float))


def _keeps(old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    return tuple(word for word in new if word in old) == old


def _interpolated(earlier: Scale, order: tuple[str, ...]) -> tuple[int, ...]:
    """The impact of inserted words: that of the next lower known word, at least 1."""
    if not earlier.impact:
        return ()
    known = dict(zip(earlier.order, earlier.impact, strict=True))
    impact: list[int] = []
    for word in order:
        impact.append(known.get(word, impact[-1] if impact else 1))
    return tuple(impact)
