"""Models of any size as text: nested boundaries, every kind of element, labels, data, decisions and checks."""

from collections.abc import Iterator

SIZES = (20, 100, 300, 1000, 10000)
IN_A_ZONE = 8
ZONES_IN_AN_AREA = 5
ACCEPTED_EVERY = 40  # elements
CHECKED_EVERY = 30
TRUSTS = ("internal", "partner", "internal", "restricted")
PURPOSES = ("Place an order", "Look up a price", "Record what was done", "Tell the warehouse", "Reserve stock")
DATA = (
    ("price", "Prices and offers", "public", "high", "content"),
    ("order", "Order with its address", "confidential", "high", "personal"),
    ("card", "Cardholder data", "restricted", "high", "payment"),
    ("session", "Session of a customer", "confidential", "medium", "credential"),
    ("audit", "Audit trail", "internal", "critical", "audit"),
)
PROTOCOLS = ("https", "grpcs", "http", "postgres", "amqps")


def generated(elements: int) -> str:
    """The text of a model of that many elements, the same each time; about two flows an element."""
    return "\n".join(
        [*_head(elements), *_areas(elements), *_flows(elements), *_checks(elements), *_decisions(elements)]
    )


def _head(elements: int) -> Iterator[str]:
    yield f'model large "A system of {elements} elements" {{ owner "team@example.org"; version "2026.11" }}'
    yield "import controls as std"
    for name, title, confidentiality, integrity, category in DATA:
        yield (
            f'data {name} "{title}" {{ confidentiality {confidentiality}; integrity {integrity}; '
            f"availability medium; category {category} }}"
        )


def _areas(elements: int) -> Iterator[str]:
    """The users, then areas of zones of elements: three boundaries around each."""
    users = _users(elements)
    yield 'boundary internet "Internet" {\n  trust untrusted'
    for number in range(users):
        kind = "external" if number % 3 == 2 else "actor"
        yield f'  {kind} e{number} "Customer or partner {number}"'
    yield '}\nboundary estate "Estate" {\n  trust internal'
    for area, start in enumerate(range(users, elements, IN_A_ZONE * ZONES_IN_AN_AREA)):
        yield f'  boundary area{area} "Area {area}" {{'
        yield f"    trust {TRUSTS[area % len(TRUSTS)]}"
        end = min(start + IN_A_ZONE * ZONES_IN_AN_AREA, elements)
        for zone, first in enumerate(range(start, end, IN_A_ZONE)):
            yield f'    boundary zone{area}-{zone} "Zone {zone} of area {area}" {{'
            yield from (f"      {_element(number)}" for number in range(first, min(first + IN_A_ZONE, end)))
            yield "    }"
        yield "  }"
    yield "}"


def _users(elements: int) -> int:
    return max(2, elements // 50)


def _element(number: int) -> str:
    if _stores(number):
        kept = f"{DATA[number % len(DATA)][0]}, {DATA[(number + 2) % len(DATA)][0]}"
        controls = "controls [std.disk-encryption, authorization]" if number % 8 == 7 else ""
        title = f"Store of records {number}"
        return f'database e{number} "{title}" {{ technology "PostgreSQL 17"; stores [{kept}]; {controls} }}'
    if number % 8 == 5:
        return f'queue e{number} "Events of kind {number}" {{ stores [{DATA[number % len(DATA)][0]}] }}'
    controls = "controls [authorization, input-validation]" if number % 3 else ""
    return (
        f'service e{number} "Service for task {number}" {{ technology "Go 1.24"; serves api; language go; {controls} }}'
    )


def _stores(number: int) -> bool:
    return number % 4 == 3


def _flows(elements: int) -> Iterator[str]:
    """Mostly to a near element, every ninth far away, every tenth said twice with another purpose."""
    users = _users(elements)
    inside = elements - users
    for number in range(users):
        yield _flow(f"in{number}", number, users + number * 7 % inside, number)
    for number in range(users, elements):
        if _stores(number):
            continue
        near = users + (number - users + 1) % inside
        far = users + (number * 13 + 5) % inside
        next_store = min(number - number % 4 + 3, elements - 1)
        targets = dict.fromkeys(
            place for place in (near, next_store, *([far] if number % 9 == 0 else [])) if place != number
        )
        for turn, target in enumerate(targets):
            yield _flow(f"f{number}-{turn}", number, target, number + turn)
        if number % 10 == 0:
            yield _flow(f"again{number}", number, near, number + 3)


def _flow(name: str, source: int, target: int, turn: int) -> str:
    carried, returned = DATA[turn % len(DATA)][0], DATA[(turn * 3 + 1) % len(DATA)][0]
    protocol = "" if turn % 13 == 12 else f"protocol {PROTOCOLS[turn % len(PROTOCOLS)]}; "
    lacks = "lacks [encryption-in-transit]; " if turn % 11 == 10 else ""
    return (
        f'flow {name} e{source} -> e{target} "{PURPOSES[turn % len(PURPOSES)]}" '
        f"{{ {protocol}{lacks}carries [{carried}]; returns [{returned}] }}"
    )


def _checks(elements: int) -> Iterator[str]:
    for start in range(_users(elements), elements - 3, CHECKED_EVERY):
        number = next(n for n in range(start, start + 4) if n % 4 in {0, 2} and n % 3)
        yield (
            f'check test{number} "Abuse cases of service {number}" '
            f'{{ format junit; file "build/{number}.xml"; proves authorization; on [e{number}]; counts ["*"] }}'
        )


def _decisions(elements: int) -> Iterator[str]:
    """Stores whose encryption nobody states, accepted as they are."""
    first = _users(elements) + 11 - _users(elements) % 8
    for number in range(first, elements, ACCEPTED_EVERY):
        yield (
            f"accept disclosure.unencrypted-store on e{number} until 2027-06-30 "
            f'{{ reason "Store {number} moves in spring"; approved-by "security@example.org" }}'
        )
