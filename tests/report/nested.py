"""Models of any size with nested boundaries, data, and flows that run side by side, the same each time."""

from tests.report.building import LACKS, assessment, finding, flow, model, refs, rule, thing, word
from threatdsl.assess.assessment import Assessment
from threatdsl.model.level import Level
from threatdsl.model.model import Model
from threatdsl.model.things import Flow, Thing
from threatdsl.rules.finding import Outcome, Stride

TRUSTS = ("untrusted", "partner", "internal", "internal", "restricted")
KINDS = ("service", "service", "job", "queue", "database")
INFO = rule("spoofing.example", "Callers are not verified", Stride.SPOOFING, "Bad.", ("CWE-287",))
DATA = 12


def nested(elements: int) -> Assessment:
    """A model of that many elements, twice as many flows, six elements a boundary, three deep."""
    zones, places = _zones(elements)
    made = [
        thing(
            f"e{n}",
            "actor" if places[n] == "z0" else KINDS[n % len(KINDS)],
            f"Element number {n} of many",
            10 + n,
            places[n],
            technology="Go 1.24",
            stores=refs(f"d{n % DATA}") if n % 5 == 4 else (),
        )
        for n in range(elements)
    ]
    data = [
        thing(f"d{n}", "data", f"Data asset {n}", confidentiality=word("confidentiality", "restricted"))
        for n in range(DATA)
    ]
    things: list[Thing] = [*zones, *data, *made, *_flows(elements)]
    return _found(model(things), elements)


def _zones(elements: int) -> tuple[list[Thing], list[str]]:
    """The boundaries, and the id of the one around each element."""
    count = max(3, elements // 6)
    zones = []
    for n in range(count):
        parent = None if n < 5 or n % 10 == 0 else f"z{n // 5}"
        zones.append(thing(f"z{n}", "boundary", f"Boundary {n}", 5, parent, trust=word("trust", TRUSTS[n % 5])))
    return zones, [f"z{n % count}" for n in range(elements)]


def _flows(elements: int) -> list[Flow]:
    """Mostly to near elements, some far; every fifth twice."""
    flows = []
    for n in range(elements * 2):
        source, far = n % elements, n % 7 == 0
        target = (
            (source * 13 + 5) % elements if far else (source + 1 + n // elements * max(3, elements // 6)) % elements
        )
        values = {"protocol": "https" if n % 3 else "postgres", "carries": refs(f"d{n % DATA}")}
        lacks = {"lacks": LACKS} if n % 11 == 0 else {}
        flows.append(flow(f"e{source}", f"e{target}", f"Call number {n}", 60, f"f{n}", **values, **lacks))
        if n % 5 == 0:
            flows.append(flow(f"e{source}", f"e{target}", f"Call again {n}", 60, f"g{n}", **values))
    return flows


def _found(made: Model, elements: int) -> Assessment:
    outcomes = (Outcome.OPEN, Outcome.UNASSESSED, Outcome.MITIGATED)
    return assessment(
        made,
        tuple(
            finding(INFO, (f"e{n}",), outcomes[n % 3], "Anybody calls", "Verify", levels=(Level.HIGH, Level.HIGH))
            for n in range(0, elements, 2)
        ),
    )
