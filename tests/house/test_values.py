"""Values cannot change after they are made."""

import dataclasses
import importlib
import pkgutil
from collections.abc import Iterator

import msgspec

import threatdsl


def classes() -> Iterator[type]:
    """Every class that a module of threatdsl defines."""
    for module in pkgutil.walk_packages(threatdsl.__path__, "threatdsl."):
        if module.name == "threatdsl.__main__":  # importing it runs the command
            continue
        for member in vars(importlib.import_module(module.name)).values():
            if isinstance(member, type) and member.__module__ == module.name:
                yield member


def is_value(member: type) -> bool:
    return dataclasses.is_dataclass(member) or issubclass(member, msgspec.Struct)


def is_immutable(member: type) -> bool:
    if issubclass(member, msgspec.Struct):
        return member.__struct_config__.frozen
    params = member.__dict__["__dataclass_params__"]
    return params.frozen and "__slots__" in member.__dict__


def mutable_fields(member: type) -> list[str]:
    """The fields that hold a list or a set."""
    hints = {name: str(hint) for name, hint in member.__annotations__.items()}
    return [name for name, hint in hints.items() if hint.startswith(("list", "set")) or "[list" in hint]


def test_dataclasses_are_frozen_with_slots_and_structs_are_frozen() -> None:
    assert [str(member) for member in classes() if is_value(member) and not is_immutable(member)] == []


def test_values_hold_tuples_and_frozen_sets() -> None:
    values = [member for member in classes() if is_value(member)]
    assert {str(member): mutable_fields(member) for member in values if mutable_fields(member)} == {}
