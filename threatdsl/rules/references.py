"""Whether the ids that rules, control classes, controls and threats cite exist and may be cited."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

import msgspec

from threatdsl.diagnostics import Edit, Span
from threatdsl.model.model import Model
from threatdsl.model.problems import Problems
from threatdsl.model.sources import SHIPPED
from threatdsl.model.vocabulary import Vocabulary
from threatdsl.rules.catalogues import SCHEMES, Catalogue, Catalogues, enclosing
from threatdsl.syntax import nodes

MOST_OFFERED = 3
SIMILAR = 0.85  # of difflib: ids are short, and half of them look alike
NEWER = "newer data can be given with --ref-data"
LISTS = {
    "category": "a category gathers weaknesses: cite the one that the threat comes from",
    "view": "a view is an extract of the catalogue: cite the weakness that the threat comes from",
}


class Citation(msgspec.Struct, frozen=True):
    """An id as it is cited, and where; `name` is the property, which tells the catalogue."""

    name: str
    id: str
    span: Span


def check_references(model: Model, catalogues: Catalogues, problems: Problems) -> None:
    """Report every id that cannot be cited, and with a warning those that had better not be.

    What ships with threatdsl is checked only against data that was given: against the shipped data it never changes.
    """
    for citation in citations(model):
        if catalogues.given or not citation.span.file.startswith(SHIPPED):
            _check(citation, catalogues, problems)


def citations(model: Model) -> Iterator[Citation]:
    """Everything that the files of a model cite."""
    for bound in model.rules:
        for clause in bound.node.clauses:
            if isinstance(clause, nodes.Property) and clause.name.text in SCHEMES:
                yield from _in_property(clause)
    for class_ in model.vocabulary.classes.values():
        spans = class_.nist_spans or (class_.span,) * len(class_.nist)
        yield from (Citation("nist", id_, span) for id_, span in zip(class_.nist, spans, strict=True))
    citing = _citing_properties(model.vocabulary)
    for thing in model.things.values():
        for name in citing.get(thing.kind, ()):
            fact = thing.facts.get(name)
            if fact is not None and isinstance(fact.value, tuple):
                spans = fact.item_spans or (fact.span,) * len(fact.value)
                yield from (Citation(name, str(item), span) for item, span in zip(fact.value, spans, strict=True))


def _in_property(node: nodes.Property) -> Iterator[Citation]:
    for item in node.value.items if isinstance(node.value, nodes.Items) else (node.value,):
        # What is no text, or unknown, is reported where it is bound.
        if isinstance(item, nodes.Name | nodes.Text | nodes.Number | nodes.Reference) and item.text != "unknown":
            yield Citation(node.name.text, item.text, item.span)


def _citing_properties(vocabulary: Vocabulary) -> Mapping[str, tuple[str, ...]]:
    """The properties of the prelude that cite a catalogue, by kind. A team's own property of that name may not."""
    found = {
        kind.name: tuple(
            name for name, known in kind.properties.items() if name in SCHEMES and known.span.file.startswith(SHIPPED)
        )
        for kind in vocabulary.kinds.values()
    }
    return {kind: names for kind, names in found.items() if names}


def _check(citation: Citation, catalogues: Catalogues, problems: Problems) -> None:
    catalogue = catalogues[citation.name]
    entry, written = catalogue.entries.get(citation.id), _written(citation, citation.id)
    if entry is None:
        exists = re.fullmatch(SCHEMES[citation.name].form, citation.id)
        (_missing if exists else _malformed)(citation, catalogue, problems)
    elif entry.kind in LISTS:
        problems.error(
            "TM0541", f"{written} is a {entry.kind}", citation.span, label=entry.title, help=LISTS[entry.kind]
        )
    elif entry.status:
        offer = _offer(citation, catalogue, catalogue.successors(citation.id))
        help = f"cite {offer}" if offer else "the data names no other in its place"
        problems.error("TM0542", f"{written} is {entry.status}", citation.span, label=entry.title, help=help)
    elif entry.use:
        offer = _offer(citation, catalogue, catalogue.narrower(citation.id))
        help = f"more precise: {offer}" if offer else "cite the weakness that the threat comes from"
        message = f"{written} is {entry.use} for mapping"
        if entry.use == "prohibited":
            problems.error("TM0543", message, citation.span, label=entry.title, help=help)
        else:
            problems.warning("TM0544", message, citation.span, label=entry.title, help=help)


def _missing(citation: Citation, catalogue: Catalogue, problems: Problems) -> None:
    """Report an id that is written as it should be, and that the catalogue does not have."""
    about = catalogue.about
    closest = _closest(citation.id, catalogue) if problems.few else ""
    problems.error(
        "TM0540",
        f"{about.name} {about.version} has no entry {citation.id}",
        citation.span,
        label="unknown id",
        help=f"did you mean {_offer(citation, catalogue, (closest,))}?" if closest else NEWER,
    )


def _malformed(citation: Citation, catalogue: Catalogue, problems: Problems) -> None:
    """Report what is no id of the catalogue: `CWE-79`, `abc`."""
    scheme = SCHEMES[citation.name]
    bare = re.sub(rf"^{re.escape(scheme.name)}[- ]*|^0+", "", citation.id.strip().upper())
    meant = next((id_ for id_ in (bare, f"V{bare}") if id_ in catalogue.entries), "")
    problems.error(
        "TM0545",
        f"`{citation.id}` is no id of {scheme.name}",
        citation.span,
        label="not an id",
        help=f"{'write' if meant else 'ids are written as in'}: {citation.name} {meant or scheme.example}",
        fix=Edit(citation.span, meant) if meant else None,
    )


def _closest(id_: str, catalogue: Catalogue) -> str:
    """What the id would be part of, else one that looks like it; empty where nothing is close."""
    outer = enclosing(id_)
    if outer in catalogue.entries and catalogue.entries[outer].citable:
        return outer
    citable = (other for other, entry in catalogue.entries.items() if entry.citable)
    return next(iter(get_close_matches(id_, citable, n=1, cutoff=SIMILAR)), "")


def _offer(citation: Citation, catalogue: Catalogue, ids: tuple[str, ...]) -> str:
    """The first ids with their titles, and how many there are beside them."""
    named = [f"{_written(citation, id_)} {catalogue.title(id_)}".strip() for id_ in ids[:MOST_OFFERED]]
    more = len(ids) - len(named)
    return " or ".join(named) + (f" ({more} more)" if more else "")


def _written(citation: Citation, id_: str) -> str:
    return f"{SCHEMES[citation.name].prefix}{id_}"
