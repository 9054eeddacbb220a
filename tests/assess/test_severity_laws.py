"""What holds for every severity, whatever a rating says and evidence leaves of controls."""

import re
from collections.abc import Callable, Mapping

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.assess.judging import assessment
from tests.assess.test_laws import CLASSES, NAMES, systems, text
from threatdsl.assess.assessment import AssessedFinding, Score, SeverityViews
from threatdsl.assess.lowering import Credit, full, lowerings
from threatdsl.assess.rating import OURS, Rating
from threatdsl.assess.severity import severity
from threatdsl.model.level import Level
from threatdsl.model.vocabulary import ControlClass
from threatdsl.model.words import BUILT_IN
from threatdsl.rules.guards import Guards

WORST_FIRST = (Credit.NONE, Credit.HALF, Credit.FULL)
System = Mapping[str, tuple[str, ...]]
FEW = settings(max_examples=25)
CREDITS = st.fixed_dictionaries(dict.fromkeys(CLASSES, st.sampled_from(Credit)))


@st.composite
def ratings(draw: st.DrawFn) -> Rating:
    """A rating of any size whose table never falls."""
    height, width = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    table = [[draw(st.sampled_from(Level)) for _ in range(width)] for _ in range(height)]
    for row in range(height):
        for column in range(width):
            before = [*table[row][max(0, column - 1) : column], *(r[column] for r in table[max(0, row - 1) : row])]
            table[row][column] = max(table[row][column], *before, Level.INFO)
    return Rating(("a", "b", "c", "d", "e"), tuple(map(tuple, table)), exposure=draw(st.booleans()))


def classes(*, least: int = 0) -> st.SearchStrategy[tuple[ControlClass, ...]]:
    """Control classes of every layer and number of steps."""
    drawn = st.tuples(st.sampled_from(("prevent", "detect", "respond")), st.integers(1, 4))
    return st.lists(drawn, min_size=least, max_size=5).map(_classes)


def _classes(drawn: list[tuple[str, int]]) -> tuple[ControlClass, ...]:
    return tuple(
        ControlClass(f"c{number}", "Class", frozenset(), layer, "likelihood", steps, (), BUILT_IN)
        for number, (layer, steps) in enumerate(drawn)
    )


def by(believed: Mapping[str, Credit]) -> Callable[[ControlClass], Credit]:
    return lambda class_: believed.get(class_.name, Credit.FULL)


def lowered(some: tuple[ControlClass, ...], credit: Callable[[ControlClass], Credit] = full) -> int:
    return sum(steps for steps, _ in lowerings(some, "likelihood", credit))


def rated(
    system: System, rating: Rating, believed: Mapping[str, Credit], likelihood: int | None = None
) -> dict[str, SeverityViews]:
    """The severities of a system's findings under a rating and with what evidence leaves of its controls.

    With a `likelihood` as if all rules stated that one.
    """
    assessed = assessment(text(system))
    guards, views = Guards(assessed.model), {}
    for one in assessed.findings:
        rule = replace(one.finding.rule, likelihood=likelihood or one.finding.rule.likelihood)
        views[one.id] = severity(guards, replace(one.finding, rule=rule), None, rating, by(believed))
    return views


def scores(found: AssessedFinding | SeverityViews) -> list[Score]:
    views = found if isinstance(found, SeverityViews) else found.severity
    return [score for score in (views.inherent, views.declared, views.verified) if score is not None]


# ---- tables ----------------------------------------------------------------------------------------------------------


@given(ratings(), *[st.integers(1, 5)] * 4)
def test_more_likely_or_worse_is_never_less_severe(rating: Rating, a: int, b: int, c: int, d: int) -> None:
    for one in (rating, OURS):
        assert one.level(max(a, c), max(b, d)) >= one.level(a, b)


@given(ratings())
def test_what_is_off_the_table_counts_as_its_end(rating: Rating) -> None:
    assert rating.level(5, 5) is rating.table[-1][-1]
    assert rating.level(1, 5) is rating.table[-1][0]
    assert rating.level(5, 1) is rating.table[0][-1]


# ---- controls --------------------------------------------------------------------------------------------------------


@given(classes(least=1), st.data())
def test_one_more_class_never_lowers_less(some: tuple[ControlClass, ...], data: st.DataObject) -> None:
    believed = {c.name: data.draw(st.sampled_from(Credit)) for c in some}
    assert lowered(some, by(believed)) >= lowered(some[:-1], by(believed))


@given(classes(), st.data())
def test_a_better_verdict_never_lowers_less(some: tuple[ControlClass, ...], data: st.DataObject) -> None:
    believed = {c.name: data.draw(st.sampled_from(Credit)) for c in some}
    better = {name: data.draw(st.sampled_from(WORST_FIRST[WORST_FIRST.index(c) :])) for name, c in believed.items()}
    assert lowered(some, by(better)) >= lowered(some, by(believed))
    assert lowered(some) >= lowered(some, by(better))


@given(classes())
def test_of_one_layer_the_best_counts_and_each_further_one_step(some: tuple[ControlClass, ...]) -> None:
    best: dict[str, int] = {}
    for class_ in some:
        best[class_.layer] = max(class_.steps, best.get(class_.layer, 0))
    assert lowered(some) == (max(best.values()) + len(best) - 1 if best else 0)
    assert lowered(some, lambda _: Credit.HALF) == max((steps // 2 for steps in best.values()), default=0)
    assert lowered(some, lambda _: Credit.NONE) == 0


# ---- whole systems ---------------------------------------------------------------------------------------------------


@FEW
@given(systems(controls=False), ratings(), CREDITS)
def test_without_a_control_nothing_is_less_than_inherent(
    system: System, rating: Rating, believed: Mapping[str, Credit]
) -> None:
    for id_, views in rated(system, rating, believed).items():
        assert views.inherent == views.declared == views.verified, id_


@FEW
@given(systems(), ratings(), CREDITS, CREDITS)
def test_a_better_verdict_never_raises_a_severity(
    system: System, rating: Rating, believed: Mapping[str, Credit], others: Mapping[str, Credit]
) -> None:
    better = {name: max(believed[name], others[name], key=WORST_FIRST.index) for name in CLASSES}
    before, after = rated(system, rating, believed), rated(system, rating, better)
    for id_, views in after.items():
        levels = [score.level for score in scores(views)]
        assert levels[0] >= levels[2] >= levels[1], id_
        assert levels[2] <= scores(before[id_])[2].level, id_


@FEW
@given(systems(), ratings(), CREDITS, st.sampled_from(CLASSES))
def test_deleting_a_check_that_refuted_nothing_never_lowers_a_severity(
    system: System, rating: Rating, believed: Mapping[str, Credit], deleted: str
) -> None:
    held = {**believed, deleted: max(believed[deleted], Credit.HALF, key=WORST_FIRST.index)}
    before, after = rated(system, rating, held), rated(system, rating, {**held, deleted: Credit.HALF})
    for id_, views in after.items():
        assert scores(views)[2].level >= scores(before[id_])[2].level, id_


@FEW
@given(systems(), ratings(), st.sampled_from(NAMES), st.sampled_from(CLASSES), CREDITS)
def test_one_more_control_never_raises_a_severity(
    system: System, rating: Rating, name: str, class_: str, believed: Mapping[str, Credit]
) -> None:
    if any(fact.startswith("controls") for fact in system[name]):
        return
    more = {**system, name: (*system[name], f"controls [{class_}]")}
    before, after = rated(system, rating, believed), rated(more, rating, believed)
    for id_ in before.keys() & after.keys():
        for was, now in zip(scores(before[id_]), scores(after[id_]), strict=True):
            assert now.level <= was.level, id_


@FEW
@given(systems(), ratings(), CREDITS, st.integers(1, 4))
def test_the_terms_of_every_score_add_up_to_it(
    system: System, rating: Rating, believed: Mapping[str, Credit], likelihood: int
) -> None:
    for views in rated(system, rating, believed, likelihood).values():
        for score in scores(views):
            likely, bad = score.terms.split("; I ")
            assert reckoned(likely.removeprefix("L ")) == score.likelihood, score.terms
            assert reckoned(bad) == score.impact, score.terms
            assert score.level is rating.level(score.likelihood, score.impact)


STEP = re.compile(r" (?=[+-] )|(?=, at (?:most|least) )")


def reckoned(terms: str) -> int:
    """What a reader gets who reckons `4 = base 3 + reachable from outside 1` from left to right."""
    value, _, words = terms.partition(" = ")
    first, *steps = STEP.split(words)
    number = re.search(r"\d+$", first)
    total = int(number[0]) if number is not None else int(value)
    assert number is not None or not steps, terms
    for step in steps:
        (amount,) = map(int, re.findall(r"\d+", step))
        if step.startswith(", at"):
            total = min(total, amount) if "most" in step else max(total, amount)
        else:
            total += amount if step.startswith("+") else -amount
    assert total == int(value), terms
    return total
