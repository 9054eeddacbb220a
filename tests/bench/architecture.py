"""One architecture in any size: the same seed gives the same text."""

import random
from collections.abc import Iterator

DATA = (
    ("public-news", "public", "high", "medium", "content"),
    ("order", "confidential", "high", "high", "personal"),
    ("card", "restricted", "high", "high", "payment"),
    ("session", "confidential", "medium", "low", "credential"),
    ("audit", "internal", "critical", "medium", "audit"),
    ("metrics", "internal", "low", "low", "telemetry"),
)
PROTOCOLS = ("https", "https", "grpcs", "http", "postgres", "amqps")
SERVICES_IN_A_ZONE = 20
ENTRIES = 8


def architecture(components: int, flows_each: int = 5, *, seed: int = 1) -> str:
    """The text of a model: zones of services and stores in nested boundaries, most calls within one zone."""
    return "\n".join(_lines(components, flows_each, random.Random(seed)))  # noqa: S311 - no secret, the same each time


def _lines(components: int, flows_each: int, dice: random.Random) -> Iterator[str]:
    yield 'model large "A large system" { }'
    for name, confidentiality, integrity, availability, category in DATA:
        yield (
            f'data {name} "{name.title()}" {{ confidentiality {confidentiality}; integrity {integrity}; '
            f"availability {availability}; category {category} }}"
        )
    yield 'boundary internet "Internet" {'
    yield "  trust untrusted"
    for number in range(ENTRIES):
        yield f'  actor user{number} "User {number}"'
    yield "}"
    yield from _zones(components, dice)
    yield from _flows(components, flows_each, dice)


def _zones(components: int, dice: random.Random) -> Iterator[str]:
    yield 'boundary cloud "Cloud" {'
    yield "  trust internal"
    for start in range(0, components, SERVICES_IN_A_ZONE):
        yield f'  boundary zone{start} "Zone {start}" {{'
        for number in range(start, min(start + SERVICES_IN_A_ZONE, components)):
            yield f"    {_component(number, dice)}"
        yield "  }"
    yield "}"


def _component(number: int, dice: random.Random) -> str:
    if number % 4 == 3:
        kept = ", ".join(dice.sample([name for name, *_ in DATA], 2))
        controls = dice.choice(("controls [encryption-at-rest, authorization, backup]", "lacks [encryption-at-rest]"))
        return f'database c{number} "Store {number}" {{ stores [{kept}]; tenants single; replicas 2; {controls} }}'
    controls = dice.choice(
        (
            "controls [authorization, object-authorization, input-validation, audit-logging, rate-limiting]",
            "controls [authorization, input-validation]",
        )
    )
    return f'service c{number} "Service {number}" {{ serves api; parses json; language go; {controls} }}'


def _flows(components: int, flows_each: int, dice: random.Random) -> Iterator[str]:
    names = [name for name, *_ in DATA]
    for number in range(ENTRIES):
        yield (
            f"flow user{number} -> c{number * 4 % components} "
            "{ protocol https; carries [order]; returns [order]; controls [client-authentication] }"
        )
    for source in range(components):
        if source % 4 == 3:
            continue
        for target in sorted(_targets(source, components, flows_each * 3 // 2 + 1, dice)):
            carries, returns = dice.choice(names), dice.choice(names)
            protocol = dice.choice(PROTOCOLS)
            yield f"flow c{source} -> c{target} {{ protocol {protocol}; carries [{carries}]; returns [{returns}] }}"


def _targets(source: int, components: int, wanted: int, dice: random.Random) -> set[int]:
    zone = source - source % SERVICES_IN_A_ZONE
    found: set[int] = set()
    for _ in range(wanted):
        far = dice.random() < 0.1  # one call in ten leaves its zone
        target = dice.randrange(components) if far else zone + dice.randrange(SERVICES_IN_A_ZONE)
        if target != source and target < components:
            found.add(target)
    return found
