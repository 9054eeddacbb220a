"""What each statement of a model alone cannot see: contradictions, empty meets, words without effect."""

from collections.abc import Iterator, Mapping

from threatdsl.diagnostics import Related, Span
from threatdsl.model.classes import classes_of
from threatdsl.model.problems import Problems
from threatdsl.model.things import Fact, Flow, Ref, Thing
from threatdsl.model.vocabulary import ControlClass, Vocabulary
from threatdsl.model.wording import LONGEST_CIRCLE, circle

STATING = ("controls", "optional", "lacks", "not-applicable")
SHIPPED_FORBIDS = ("policy", "check")


def check_consistency(things: Mapping[str, Thing], vocabulary: Vocabulary, problems: Problems) -> None:
    """Report contradictions of one place, statements that reach nothing, flows that are in no environment."""
    for thing in things.values():
        if vocabulary.is_a(thing.kind, "place"):
            _contradictions(thing, things, problems)
            _reach_nothing(thing, things, vocabulary, problems)
            _environments(thing, things, problems)
    _form_circles(things, problems)


def _contradictions(thing: Thing, things: Mapping[str, Thing], problems: Problems) -> None:
    said: dict[str, str] = {}
    doubled: dict[tuple[str, str], list[str]] = {}
    for name in STATING:
        fact = thing.facts.get(name)
        if fact is None:
            continue
        for class_ in dict.fromkeys(classes_of(fact, things)):
            earlier = said.get(class_)
            if earlier is None:
                said[class_] = name
            elif earlier != name:
                doubled.setdefault((earlier, name), []).append(class_)
    for (first, second), classes in doubled.items():
        problems.error(
            "TM0222",
            f"`{first}` and `{second}` both name {', '.join(classes)}",
            thing.facts[second].span,
            label=f"`{second}` here",
            related=(Related(f"`{first}` here", thing.facts[first].span),),
            help="keep the one that is true",
        )


def _reach_nothing(thing: Thing, things: Mapping[str, Thing], vocabulary: Vocabulary, problems: Problems) -> None:
    for name in ("controls", "lacks", "optional"):
        fact = thing.facts.get(name)
        for class_ in classes_of(fact, things) if fact is not None else ():
            if fact is not None and not reaches_from(vocabulary.classes[class_], thing.kind, vocabulary):
                problems.warning(
                    "TM0224",
                    f"`{class_}` stated on a {thing.kind.replace('-', ' ')} guards nothing",
                    fact.span,
                    label="no effect",
                    help=f"it guards {', '.join(sorted(vocabulary.classes[class_].guards))}",
                )


def reaches_from(class_: ControlClass, kind: str, vocabulary: Vocabulary) -> bool:
    """Whether a class stated on a thing of `kind` guards anything."""
    ways = {
        "element": {"element", "inbound", "outbound"},
        "flow": {"flow"},
        "boundary": {"boundary", "inside", "crossing"},
        "runtime": {"runtime", "hosted"},
        "role": {"role"},
    }
    return any(vocabulary.is_a(kind, root) and class_.guards & reach for root, reach in ways.items())


def reaches_class(class_: ControlClass, kind: str, vocabulary: Vocabulary) -> bool:
    """Whether a class can guard a thing of `kind`, stated there or elsewhere."""
    ways = {
        "element": {"element", "hosted", "inside"},
        "flow": {"flow", "inbound", "outbound", "crossing", "inside"},
        "boundary": {"boundary", "inside", "crossing"},
        "runtime": {"runtime", "hosted"},
        "role": {"role"},
    }
    return any(class_.guards & reach for root, reach in ways.items() if vocabulary.is_a(kind, root))


def environments_of(thing: Thing, things: Mapping[str, Thing]) -> frozenset[str] | None:
    """The environments a thing is limited to: those that it names and its boundary, or the ends of a flow, have too."""
    own = thing.facts.get("environments")
    limits = [limit for id_ in _around(thing) if (limit := environments_of(things[id_], things)) is not None]
    if own is not None and isinstance(own.value, tuple):
        limits.append(frozenset(str(ref) for ref in own.value))
    return frozenset.intersection(*limits) if limits else None


def _around(thing: Thing) -> tuple[str, ...]:
    """What a thing can only be in together with: the ends of a flow, the boundary around anything else."""
    if isinstance(thing, Flow):
        return thing.source, thing.target
    return (thing.parent,) if thing.parent is not None else ()


def _environments(thing: Thing, things: Mapping[str, Thing], problems: Problems) -> None:
    limit = environments_of(thing, things)
    if limit is None or limit or any(environments_of(things[id_], things) == frozenset() for id_ in _around(thing)):
        return  # what surrounds it is in none either, and is reported there
    if isinstance(thing, Flow):
        message, help_ = f"the ends of {thing.id} share no environment", "a flow is in the environments of both ends"
    else:
        message, help_ = f"`{thing.id}` is in no environment", "a place is in those that its boundary has too"
    problems.error("TM0225", message, thing.span, help=f"{help_}: widen one of them")


def _form_circles(things: Mapping[str, Thing], problems: Problems) -> None:
    done: set[str] = set()
    for thing in things.values():
        seen: dict[str, Span] = {}
        id_, value = thing.id, thing.value("form-of")
        while isinstance(value, Ref) and id_ not in done:
            done.add(id_)
            seen[id_] = things[id_].facts["form-of"].span
            id_, value = value.id, things[value.id].value("form-of")
        if id_ in seen:
            names = list(seen)[list(seen).index(id_) :]
            problems.error(
                "TM0227",
                f"forms in a circle: {circle(names, 'of')}",
                seen[names[0]],
                label="is a form of itself in the end",
                related=tuple(Related("by way of this one", seen[other]) for other in names[1:LONGEST_CIRCLE]),
                help="one of them is the clear form and is a form of nothing",
            )


def without_effect(
    things: Mapping[str, Thing], team: frozenset[str], vocabulary: Vocabulary, problems: Problems
) -> None:
    """One warning that names all words of the team's files that this version reads but does not act on yet."""
    used = sorted(_later_words(things, team, vocabulary), key=lambda use: (use[1], use[0]))
    if not used:
        return
    words = ", ".join(f"`{word}`" for word in sorted({word for word, _ in used}))
    problems.warning(
        "TM0901", f"read and checked, but without effect in this version: {words}", used[0][1], label="first use"
    )


def _later_words(
    things: Mapping[str, Thing], team: frozenset[str], vocabulary: Vocabulary
) -> Iterator[tuple[str, Span]]:
    for thing in things.values():
        if thing.span.file not in team:
            continue
        kind = vocabulary.kinds[thing.kind]
        if kind.later:
            yield kind.name, thing.span
            continue
        facts: Mapping[str, Fact] = thing.facts
        yield from ((name, fact.span) for name, fact in facts.items() if kind.properties[name].later)
