"""What to write into a model to answer a question: the line, and where it goes."""

from collections.abc import Iterable, Iterator
from itertools import chain

import msgspec

from threatdsl.diagnostics import Span
from threatdsl.model.facts import EXAMPLES, NEVER_EMPTY
from threatdsl.model.model import Model
from threatdsl.model.things import Flow, Thing
from threatdsl.model.vocabulary import PropertyDefinition
from threatdsl.model.wording import a, noun
from threatdsl.model.written import Written, property_of
from threatdsl.rules.finding import Answer, Change
from threatdsl.rules.guards import STATING, Guards, who_may_say
from threatdsl.syntax import nodes

MOST_CHOICES = 6
MOVED = ("boundary", "parent")  # what follows from the braces that a thing stands in, and is said by no line
Node = nodes.Declaration | nodes.Flow


class Answering(msgspec.Struct, frozen=True):
    """The answers to questions about one model."""

    model: Model
    written: Written
    guards: Guards

    def answers(self, thing: Thing, fact: str) -> tuple[Answer, ...]:
        """All ways to answer: one for a property, to have and to lack for a control class."""
        if fact in self.model.vocabulary.classes:
            return self._of_class(thing, fact)
        if fact in MOVED:
            return (Answer(self.head(thing), thing.span, hint=self._move(thing)),)
        value, hint = self._value(self.model.vocabulary.kinds[thing.kind].properties[fact], thing)
        changes = tuple(self._stating(thing, fact, value)) if value else ()
        return (Answer(self.head(thing), thing.span, changes, hint),)

    def head(self, thing: Thing) -> str:
        """The first words of a declaration, which name it: `service gateway`, `flow a -> b`."""
        node = self.written.statement(thing)
        if isinstance(node, nodes.Declaration):
            return f"{node.kind.text} {node.name.text}"
        return self.written.line(thing.span) if isinstance(thing, Flow) and node is not None else thing.id

    # ---- control classes -----------------------------------------------------------------------------------------

    def _of_class(self, thing: Thing, control_class: str) -> tuple[Answer, ...]:
        guard = self.guards.guard(thing, control_class)
        optional = (self.model.things[statement.place] for statement in guard.statements if guard.optional)
        place = next(chain(optional, who_may_say(self.model, thing, control_class)), None)
        return () if place is None else tuple(self.saying(place, says, control_class) for says in ("controls", "lacks"))

    def saying(self, place: Thing, says: str, control_class: str) -> Answer:
        """The changes after which a place `controls` or `lacks` a class, and says nothing else of it."""
        name = self.written.name(control_class, place.span.file)
        changes: list[Change] = []
        node = self.written.statement(place)
        lines = {} if node is None else {word: property_of(node, word) for word in STATING}
        stated = lines.get(says)
        items = self.written.items(stated.value) if stated is not None and place.items(says) else ()
        for word, line in lines.items():
            if line is not None and word != says and control_class in map(str, place.items(word)):
                changes.append(self._without(line, name))
        changes += self._stating(place, says, f"[{', '.join((*items, name))}]")
        return Answer(self.head(place), place.span, tuple(changes))

    def _without(self, line: nodes.Property, name: str) -> Change:
        """The line of a list without one of its items, or nothing where it was the only one."""
        rest = [item for item in self.written.items(line.value) if item != name]
        if not rest:
            return Change("remove", line.name.text, "", line.span)
        return Change("replace", line.name.text, f"{line.name.text} [{', '.join(rest)}]", line.span)

    # ---- properties ----------------------------------------------------------------------------------------------

    def _stating(self, thing: Thing, name: str, value: str) -> Iterator[Change]:
        """The change after which a thing states a property."""
        node = self.written.statement(thing)
        if node is None:
            return
        line, text = property_of(node, name), f"{name} {value}"
        if line is not None:
            yield Change("replace", name, text, line.span)
        elif node.body is None:
            head = self.written.line(node.span)
            yield Change("replace", head.partition(" ")[0], f"{head} {{ {text} }}", node.span)
        else:
            yield Change("add", name, text, _before_brace(node.span))

    def _value(self, definition: PropertyDefinition, thing: Thing) -> tuple[str, str]:
        """A value that the property takes, and what it may be instead. Of words of a scale the least safe one."""
        type_, vocabulary = definition.type.name, self.model.vocabulary
        words = vocabulary.enumerations[type_].values if type_ in vocabulary.enumerations else ()
        if type_ in vocabulary.scales:
            scale = vocabulary.scales[type_]
            words = tuple(reversed(scale.order)) if scale.impact else scale.order
        elif type_ == "yes-no":
            words = ("no", "yes")
        elif type_ in vocabulary.kinds:
            words = self._names(type_, thing)
        if definition.name in NEVER_EMPTY:
            return "", f"name in `{definition.name}` what is there; the rest stays unknown"
        if definition.type.listed:
            return "[]", f"or any of: {_some(words)}" if words else "or what is true"
        if words:
            return words[0], f"or: {_some(words[1:])}" if words[1:] else ""
        if type_ in EXAMPLES:
            return EXAMPLES[type_], "put the true value in its place"
        return "", f"declare {a(noun(type_))} first, then name it here"

    def _names(self, kind: str, thing: Thing) -> tuple[str, ...]:
        """The names of a kind that the file of a thing declares itself: these need no import."""
        known = (other for other in self.model.of_kind(kind) if other.span.file == thing.span.file)
        return tuple(other.id.rpartition(".")[2] for other in known if other.id != thing.id)

    def _move(self, thing: Thing) -> str:
        names = self._names("boundary", thing)
        where = f"one of them: {_some(names)}" if names else 'for example boundary NAME "Title" { trust internal }'
        return f"move it into the braces of the boundary that it stands in, {where}"


def answering(model: Model, written: Written) -> Answering:
    """The answers to questions about a model; `written` holds its files."""
    return Answering(model, written, Guards(model))


def _some(words: Iterable[str]) -> str:
    known = tuple(words)
    return ", ".join((*known[:MOST_CHOICES], *(("...",) if len(known) > MOST_CHOICES else ())))


def _before_brace(span: Span) -> Span:
    """The place before the brace that ends a statement."""
    line, column, offset = span.end_line, span.end_column - 1, span.end - 1
    return Span(span.file, line, column, line, column, offset, offset)
