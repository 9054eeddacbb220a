"""Checks that disagree: one proves a class where another refutes it, so that neither can be believed."""

from collections.abc import Iterable

import msgspec

from threatdsl.evidence.verdict import PROVING, REFUTING, Ruling, Verdict


def compared(rulings: tuple[Ruling, ...]) -> tuple[Ruling, ...]:
    """The rulings, those in conflict that another check contradicts; each of them says which other check."""
    at: dict[str, list[Ruling]] = {}
    for ruling in rulings:
        at.setdefault(ruling.place, []).append(ruling)
    return tuple(_compared(ruling, at[ruling.place]) for ruling in rulings)


def _compared(ruling: Ruling, rulings: Iterable[Ruling]) -> Ruling:
    """The ruling beside all those of its place."""
    other = next((other for other in rulings if _disagree(ruling, other)), None)
    if other is None:
        return ruling
    why = f"{ruling.why}; {other.check.name} says {other.verdict.value}: {other.why}"
    return msgspec.structs.replace(ruling, verdict=Verdict.CONFLICT, why=why, alone=ruling.verdict)


def _disagree(one: Ruling, other: Ruling) -> bool:
    """Whether one proves and the other refutes a class that both decide in one environment."""
    environments = {one.check.environment, other.check.environment}
    return (
        (len(environments) == 1 or "" in environments)
        and not set(one.check.classes).isdisjoint(other.check.classes)
        and any(a.verdict in PROVING and b.verdict in REFUTING for a, b in ((one, other), (other, one)))
    )
