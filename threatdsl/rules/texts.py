"""The sentences of rules: `{f} moves {d}` with the names of things in place of the braces."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from threatdsl.model.model import Model
from threatdsl.model.things import Flow, Thing
from threatdsl.model.titles import ends, isolated
from threatdsl.rules.binding import Binding, Operand
from threatdsl.rules.values import Listing, Range, Value

PLACEHOLDER = re.compile(r"\{([a-z_][a-zA-Z0-9_.\-]*)\}")
CONTROL = "control"


class Template(msgspec.Struct, frozen=True):
    """A text cut into literal parts and operands; `{control}` is the operand None."""

    parts: tuple[str | Operand | None, ...] = ()

    def fill(self, binding: Binding, control: str = "", extra: Mapping[str, tuple[Value, ...]] | None = None) -> str:
        """The sentence. `extra` are witnesses of quantifiers by variable: one is named, the others are counted."""
        model = binding.facts.model
        filled: list[str] = []
        for part in self.parts:
            if isinstance(part, str):
                filled.append(part)
            elif part is None:
                filled.append(control)
            else:
                filled.append(_operand(part, binding, extra or {}, model))
        return "".join(filled)


def placeholders(text: str) -> Iterator[tuple[str, str]]:
    """The text cut into pairs: a literal and the placeholder behind it, empty at the end."""
    at = 0
    for match in PLACEHOLDER.finditer(text):
        yield text[at : match.start()], match.group(1)
        at = match.end()
    yield text[at:], ""


def _operand(operand: Operand, binding: Binding, extra: Mapping[str, tuple[Value, ...]], model: Model) -> str:
    name = operand.text.partition(".")[0]
    if name not in extra or name in binding.variables:
        return shown(operand.read(binding), model)
    witnesses = by_name(extra[name], model)
    if not witnesses:
        return "something"
    first = shown(operand.read(binding.having(name, witnesses[0])), model)
    others = len(witnesses) - 1
    return first if not others else f"{first} and {others} other{'s' if others > 1 else ''}"


def by_name(values: Iterable[Value], model: Model) -> tuple[Value, ...]:
    """Values in the order of how they are written."""
    return tuple(sorted(values, key=lambda value: (shown(value, model), value.id if isinstance(value, Thing) else "")))


def shown(value: Value, model: Model) -> str:
    """A value as sentences write it: a thing by its title, an unnamed flow by its ends."""
    if value is None:
        return "unknown"
    if isinstance(value, Flow):
        return ends(value, model.things)
    if isinstance(value, Thing):
        return isolated(value.title)
    if isinstance(value, Listing):
        return ", ".join(shown(item, model) for item in value.items) or "nothing"
    if isinstance(value, Range):
        return str(value.low) if value.low == value.high else f"at least {value.low}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.timedelta):
        return f"{value.days}d" if not value.seconds else f"{int(value.total_seconds())}s"
    return str(value)
