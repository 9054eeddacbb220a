"""docs/reference/vocabulary.md: the words of the prelude."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from threatdsl.model.load import load
from threatdsl.model.vocabulary import Kind, PropertyDefinition, Vocabulary
from threatdsl.rules.attributes import DERIVED

INTRODUCTION = """# Vocabulary

The words that every model has, from `models/lib/prelude.threat` and the files it imports. A team declares more in the
same way, in a library of its own. `unknown` may be written for every property.
"""


def page(folder: Path) -> str:
    """The page; `folder` is for the file that asks for the vocabulary."""
    file = folder / "library.threat"
    file.write_text('library words "Nothing of its own"\n', encoding="utf-8")
    model = load(file, root=folder).model
    assert model is not None
    words = model.vocabulary
    parts = [INTRODUCTION, "## Kinds\n", *_kinds(words)]
    parts += ["## Scales, least first\n", *_scales(words)]
    parts += ["## Enumerations\n", *_enumerations(words)]
    parts += ["## Control classes\n", *_classes(words)]
    parts += ["## Protocols\n", *_protocols(words)]
    parts += ["## Relations\n", *_relations(words)]
    parts += ["## What rules can also read\n", *_derived()]
    return "\n".join(parts)


def _kinds(words: Vocabulary) -> Iterator[str]:
    for kind in words.kinds.values():
        own = [p for p in kind.properties.values() if p.owner == kind.name]
        yield f"### {kind.name}\n"
        yield f"{kind.title}{_ancestry(kind)}.\n"
        if own:
            yield _table(("property", "type", "says"), (_property(p) for p in own))


def _ancestry(kind: Kind) -> str:
    above = ", ".join(f"`{name}`" for name in kind.ancestors[1:])
    inside = ", ".join(f"`{name}`" for name in kind.contains)
    later = "; without effect in this version" if kind.later else ""
    return (f"; is {above}" if above else "") + (f"; holds {inside}" if inside else "") + later


def _property(definition: PropertyDefinition) -> tuple[str, ...]:
    remarks = [definition.title]
    remarks += ["required"] if definition.required else []
    remarks += ["unstated, that of the boundary around it"] if definition.inherits else []
    remarks += [f"edges of `{definition.relation}`"] if definition.relation else []
    remarks += ["without effect in this version"] if definition.later else []
    return f"`{definition.name}`", f"`{definition.type}`", "; ".join(remarks)


def _scales(words: Vocabulary) -> Iterator[str]:
    def values(order: tuple[str, ...], impact: tuple[int, ...]) -> str:
        shown = [f"{word} ({number})" for word, number in zip(order, impact, strict=True)] if impact else order
        return ", ".join(shown)

    yield "The number behind a word is its impact in severities.\n"
    rows = ((f"`{s.name}`", s.title, values(s.order, s.impact)) for s in words.scales.values())
    yield _table(("scale", "says", "words"), rows)


def _enumerations(words: Vocabulary) -> Iterator[str]:
    rows = ((f"`{e.name}`", e.title, ", ".join(e.values)) for e in words.enumerations.values())
    yield _table(("enumeration", "says", "words"), rows)


def _classes(words: Vocabulary) -> Iterator[str]:
    rows = (
        (
            f"`{c.name}`",
            c.title,
            ", ".join(sorted(c.guards)),
            f"{c.layer}, {c.lowers} by {c.steps}",
            ", ".join(c.nist),
        )
        for c in words.classes.values()
    )
    yield _table(("class", "says", "guards", "effect", "NIST SP 800-53"), rows)


def _protocols(words: Vocabulary) -> Iterator[str]:
    rows = (
        (f"`{p.name}`", p.title, *(", ".join(sorted(names)) for names in (p.secures, p.denies, p.not_applicable)))
        for p in words.protocols.values()
    )
    yield _table(("protocol", "says", "secures", "denies", "not applicable"), rows)


def _relations(words: Vocabulary) -> Iterator[str]:
    rows = ((f"`{r.name}`", r.title, f"`{r.source}`", f"`{r.target}`") for r in words.relations.values())
    yield _table(("relation", "says", "from", "to"), rows)


def _derived() -> Iterator[str]:
    yield "Rules read every property, and what follows from the model: `f.from.trust`, `count(e in p.callees) > 3`.\n"
    rows = ((f"`{a.owner}.{a.name}`", f"`{a.type}`", _first_sentence(a.fill.__doc__)) for a in DERIVED.values())
    yield _table(("of", "type", "says"), rows)


def _first_sentence(text: str | None) -> str:
    assert text  # every public function says what it returns
    return text.split(". ")[0].split("\n")[0].rstrip(".")


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
