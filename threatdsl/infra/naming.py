"""Names of the language for the parts of infrastructure: short, unique, and the same at each reading."""

from collections.abc import Iterable, Mapping

from threatdsl.infra.infrastructure import INTERNET, Infrastructure, Part
from threatdsl.syntax.spelling import name_from

NOT_NAMES = frozenset(("", "unknown", "import", "flow", "rule", "accept", "dismiss", "transfer", "adjust", "disable"))


def names_of(infrastructure: Infrastructure, taken: Iterable[str] = ()) -> Mapping[str, str]:
    """A name for each element, boundary and role, by key; none is one of `taken`.

    Of parts whose titles give one name the first by key keeps it; elements come before boundaries and roles.
    """
    used = set(taken) | NOT_NAMES
    names: dict[str, str] = {}
    parts: tuple[tuple[Part, ...], ...] = (infrastructure.elements, infrastructure.boundaries, infrastructure.roles)
    for kind, some in zip(("element", "boundary", "role"), parts, strict=True):
        for part in sorted(some, key=lambda part: part.key):
            base = "anybody" if part.key == INTERNET else name_from(part.title)
            names[part.key] = _free(base or kind, kind, used)
            used.add(names[part.key])
    return names


def _free(base: str, kind: str, used: set[str]) -> str:
    """The name itself, or with the first ending that makes it one of its own."""
    if base not in used:
        return base
    of_kind = f"{base}-{kind}"
    if kind != "element" and of_kind not in used:
        return of_kind
    return next(name for number in range(2, len(used) + 3) if (name := f"{base}-{number}") not in used)
