"""Facts by the table of properties: what is written, what AWS does otherwise."""

from threatdsl.infra.cloudformation.building import Building, Draft
from threatdsl.infra.cloudformation.defaults import SETTINGS, Setting, When
from threatdsl.infra.cloudformation.estate import Item
from threatdsl.infra.cloudformation.tables import ELEMENTS
from threatdsl.infra.cloudformation.values import Value
from threatdsl.infra.infrastructure import Known

LARGE = 1_000_000  # numbers from here on are ids
LONGEST_WORD = 24  # of what is written as a word: longer ones may be anything


def map_settings(building: Building) -> None:
    """Facts of all elements, and of resources that set up elements."""
    for item in building.items:
        draft = building.element_of(item)
        if draft is not None:
            is_part = item.type in ELEMENTS and item is not draft.item  # an instance of a cluster, which decides
            for setting in SETTINGS.get(item.type, ()):
                if not is_part or item.at(*setting.path) is not None:
                    add_setting(building, draft, item, setting)


def add_setting(building: Building, draft: Draft, item: Item, setting: Setting) -> None:
    """One property as a fact."""
    value = item.at(*setting.path)
    if value is None:
        known = Known.SILENT if setting.silence is None else Known.DEFAULT
        building.fact(
            draft,
            item,
            setting.name,
            "not set",
            safe=setting.silence,
            classes=setting.classes,
            known=known,
            why=setting.why,
        )
        return
    safe = _safe(value, setting)
    known = Known.UNRESOLVED if safe is None else Known.STATED
    why = "its value is only known later or elsewhere" if safe is None else ""
    building.fact(
        draft, item, setting.name, shown(value), safe=safe, classes=setting.classes, at=value, known=known, why=why
    )


def _safe(value: Value, setting: Setting) -> bool | None:
    if setting.words:
        return None if value.text is None else value.text.casefold() in {word.casefold() for word in setting.words}
    if setting.when in (When.TRUE, When.FALSE):
        return None if value.truth is None else value.truth is (setting.when is When.TRUE)
    if setting.when is When.POSITIVE:
        return None if value.number is None else value.number > 0
    return True if value.is_unknown and tuple(value.links()) else None if value.is_unknown else bool(value.content)


def shown(value: Value) -> str:
    """A value for people: switches and numbers as they are, and nothing of what may hold anything else."""
    if value.truth is not None:
        return "true" if value.truth else "false"
    if value.number is not None and abs(value.number) < LARGE:
        return str(value.number)
    text = value.text
    if text and len(text) <= LONGEST_WORD and text.replace("_", "").replace("-", "").isalpha():
        return text
    return "not known" if value.is_unknown and not tuple(value.links()) else "set"
