"""Written values to typed ones."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping

import msgspec

from threatdsl.diagnostics import Span, did_you_mean
from threatdsl.model.names import Names, find
from threatdsl.model.scope import Scope
from threatdsl.model.things import UNKNOWN, ControlRef, FactValue, Ref, Scalar, Word
from threatdsl.model.vocabulary import ValueType
from threatdsl.model.wording import a, noun
from threatdsl.syntax.nodes import Date, Duration, Item, Items, Name, Number, Pair, Reference, Text, Value

DAYS = {"d": 1, "w": 7, "y": 365}
SECONDS = {"s": 1, "m": 60, "h": 3600}
LEVELS = ("info", "low", "medium", "high", "critical")
ACTIONS = ("ignore", "warn", "fail")
STRIDE = (
    "spoofing",
    "tampering",
    "repudiation",
    "information-disclosure",
    "denial-of-service",
    "elevation-of-privilege",
)
FIXED_WORDS = {"level": LEVELS, "action": ACTIONS, "stride": STRIDE}

ONE = {
    "text": "a text",
    "number": "a number",
    "date": "a date",
    "duration": "a time span",
    "yes-no": "yes or no",
    "class": "a control class",
    "control": "a control",
    "protocol": "a protocol",
    "rule": "a rule",
    "former-name": "a former name",
}


def duration(text: str) -> dt.timedelta:
    """`90d` as a time span; a year is 365 days."""
    amount, unit = int(text[:-1]), text[-1]
    return dt.timedelta(days=amount * DAYS[unit]) if unit in DAYS else dt.timedelta(seconds=amount * SECONDS[unit])


def number(text: str) -> int | float:
    """`3` as an int, `1.5` as a float."""
    return float(text) if "." in text else int(text)


def kind_of_value(item: Item | Items) -> str:
    """What a written value is, for messages."""
    names = {Name: "a name", Text: "a text", Number: "a number", Date: "a date", Duration: "a time span"}
    return names.get(type(item), {Reference: "an id", Pair: "a flow", Items: "a list"}.get(type(item), "a value"))


class ValueBinder(msgspec.Struct, frozen=True):
    """Binds the values of one file; every mistake is a diagnostic, and the value is then None."""

    names: Names
    scope: Scope

    def bind(self, value: Value, type_: ValueType) -> FactValue | None:
        """The typed value. A single item stands for a list of one where a list is wanted."""
        if isinstance(value, Name) and value.text == "unknown":
            return UNKNOWN
        if type_.listed:
            items = tuple(self._stated(value.items)) if isinstance(value, Items) else (value,)
            bound = tuple(self.scalar(item, type_.name) for item in items)
            self._once(bound, items)
            return tuple(item for item in bound if item is not None)
        if isinstance(value, Items):
            self._wrong(value, self._one(type_.name), "one value, not a list")
            return None
        return self.scalar(value, type_.name)

    def _stated(self, items: tuple[Item, ...]) -> Iterator[Item]:
        """The items of a list without `unknown`, which is no item."""
        for item in items:
            if isinstance(item, Name) and item.text == "unknown":
                self.names.problems.error(
                    "TM0301", "`unknown` stands in a list", item.span, help="write `unknown` instead of the list"
                )
            else:
                yield item

    def _once(self, bound: tuple[Scalar | None, ...], written: tuple[Item, ...]) -> None:
        seen: set[Scalar] = set()
        for item, node in zip(bound, written, strict=True):
            if item in seen and not isinstance(node, Number):
                self.names.problems.warning(
                    "TM0307", f"`{item}` stands twice in this list", node.span, label="no effect"
                )
            if item is not None:
                seen.add(item)

    def scalar(self, item: Item, type_: str) -> Scalar | None:
        """One typed item."""
        basic = BASIC.get(type_)
        if basic is not None:
            return basic(self, item)
        if type_ in FIXED_WORDS:
            return self._word(item, type_, FIXED_WORDS[type_], ordered=type_ == "level")
        vocabulary = self.names.vocabulary
        if type_ in vocabulary.scales:
            return self._word(item, type_, vocabulary.scales[type_].order, ordered=True)
        if type_ in vocabulary.enumerations:
            return self._word(item, type_, vocabulary.enumerations[type_].values, ordered=False)
        return self._reference(item, type_)

    def _reference(self, item: Item, kind: str) -> Ref | None:
        if isinstance(item, Pair):
            id_ = self.names.flow(self.scope, item)
        elif isinstance(item, Name):
            id_ = self.names.thing(self.scope, item, kind)
        else:
            self._wrong(item, a(noun(kind)), f"the name of {a(noun(kind))}")
            return None
        return Ref(id_) if id_ is not None else None

    def _word(self, item: Item, scale: str, words: tuple[str, ...], *, ordered: bool) -> Word | None:
        if not isinstance(item, Name):
            self._wrong(item, f"a value of {scale}", f"one of {', '.join(words)}")
            return None
        if item.text in words:
            return Word(scale, item.text, words.index(item.text) if ordered else None)
        self.names.problems.error(
            "TM0302",
            f"`{item.text}` is not a value of {scale}",
            item.span,
            label="unknown value",
            help=did_you_mean(item.text, words) or f"there are: {', '.join(words)}",
        )
        return None

    def control(self, item: Item) -> ControlRef | None:
        """A declared control, or a class as an anonymous control."""
        if not isinstance(item, Name):
            self._wrong(item, "a control", "the name of a control or of a control class")
            return None
        names, vocabulary = self.names, self.names.vocabulary
        declared = find(self.scope, item.text, names.things)
        if declared is not None and names.fits(names.things[declared].kind, "control"):
            return ControlRef(declared, anonymous=False)
        class_ = find(self.scope, item.text, vocabulary.classes)
        if class_ is not None:
            return ControlRef(class_, anonymous=True)
        controls = [d.id for d in names.things.values() if names.fits(d.kind, "control")]
        names.unknown(self.scope, item, "control or control class", (*controls, *vocabulary.classes))
        return None

    def class_(self, item: Item) -> str | None:
        """The name of a control class."""
        return self._vocabulary_word(item, "control class", self.names.vocabulary.classes)

    def protocol(self, item: Item) -> str | None:
        """The name of a protocol."""
        return self._vocabulary_word(item, "protocol", self.names.vocabulary.protocols)

    def _vocabulary_word(self, item: Item, what: str, table: Mapping[str, object]) -> str | None:
        if not isinstance(item, Name):
            self._wrong(item, a(what), f"the name of {a(what)}")
            return None
        found = find(self.scope, item.text, table)
        if found is None:
            self.names.unknown(self.scope, item, what, table)
        return found

    def _one(self, type_: str) -> str:
        """What one value of a type is called."""
        if type_ in ONE:
            return ONE[type_]
        return a(noun(type_)) if type_ in self.names.vocabulary.kinds else f"a value of {type_}"

    def _wrong(self, item: Item | Items, type_: str, wanted: str) -> None:
        self.names.problems.error(
            "TM0301",
            f"{kind_of_value(item)} stands where {type_} is wanted",
            item.span,
            label=f"needs {wanted}",
        )

    def text(self, item: Item) -> str | None:
        """A text; a bare word, number or id counts as one."""
        if isinstance(item, Pair | Date | Duration):
            self._wrong(item, "a text", 'a text in quotes: "..."')
            return None
        return item.text

    def number(self, item: Item) -> int | float | None:
        """A number."""
        if isinstance(item, Number):
            return number(item.text)
        self._wrong(item, "a number", "a number")
        return None

    def date(self, item: Item) -> dt.date | None:
        """A date of the calendar."""
        if not isinstance(item, Date):
            self._wrong(item, "a date", "a date such as 2026-12-31")
            return None
        return self.calendar(item.text, item.span)

    def calendar(self, text: str, span: Span) -> dt.date | None:
        """`2026-12-31` as a date, None with a diagnostic when the calendar has no such day."""
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            self.names.problems.error("TM0303", f"the calendar has no {text}", span, label="year-month-day")
            return None

    def duration(self, item: Item) -> dt.timedelta | None:
        """A time span."""
        if not isinstance(item, Duration):
            self._wrong(item, "a time span", "a time span such as 90d (units s m h d w y)")
            return None
        try:
            return duration(item.text)
        except OverflowError:
            self._wrong(item, "a time span", "one that ends before the year 9999")
            return None

    def yes_no(self, item: Item) -> bool | None:
        """Yes or no."""
        if isinstance(item, Name) and item.text in ("yes", "no"):
            return item.text == "yes"
        self._wrong(item, "yes or no", "yes, no or unknown")
        return None

    def former_name(self, item: Item) -> str | None:
        """A name that is no longer declared: `old`, `a -> b`."""
        if isinstance(item, Pair):
            return f"{item.source.text}->{item.target.text}"
        if isinstance(item, Name):
            return item.text
        self._wrong(item, "a former name", "a name, or a -> b")
        return None

    def rule(self, item: Item) -> str | None:
        """A rule id; whether the rule exists is known when rules are loaded."""
        if isinstance(item, Name):
            return item.text
        self._wrong(item, "a rule", "the id of a rule")
        return None


BASIC: Mapping[str, Callable[[ValueBinder, Item], Scalar | None]] = {
    "text": ValueBinder.text,
    "number": ValueBinder.number,
    "date": ValueBinder.date,
    "duration": ValueBinder.duration,
    "yes-no": ValueBinder.yes_no,
    "class": ValueBinder.class_,
    "control": ValueBinder.control,
    "protocol": ValueBinder.protocol,
    "rule": ValueBinder.rule,
    "former-name": ValueBinder.former_name,
}
BASIC_TYPES = frozenset(BASIC) | frozenset(FIXED_WORDS)
