"""Templates of the tests, read from their texts."""

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from tests.house.files import ROOT
from threatdsl.infra.infrastructure import Element, Fact, Flow, Infrastructure, Part
from threatdsl.infra.interface import read_infrastructure

CORPUS = ROOT.parent / "shared" / "corpus" / "iac" / "cloudformation"
needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="no templates of other projects beside this one")


def read(folder: Path, *texts: str, parameters: Mapping[str, str] | None = None, **named: str) -> Infrastructure:
    """What templates say: unnamed ones are 0.yaml, 1.yaml and so on, read together; named ones lie beside them."""
    for name, text in named.items():
        (folder / f"{name}.yaml").write_text(dedent(text), encoding="utf-8")
    paths = [folder / f"{number}.yaml" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(dedent(text), encoding="utf-8")
    found = read_infrastructure([("cloudformation", path) for path in paths], folder, parameters)
    assert_whole(found)
    return found


def assert_whole(found: Infrastructure) -> None:
    """Each resource is mapped or lost, and not both; flows and roles have ends that are there."""
    lost = {loss.resource for loss in found.losses}
    assert found.mapped | lost == set(found.resources)
    assert not found.mapped & lost
    assert len(found.losses) == len(lost)
    keys = {part.key for part in found.parts}
    assert len(keys) == len(tuple(found.parts))
    assert {end for flow in found.flows for end in (flow.source, flow.target)} <= keys
    assert {key for role in found.roles for key in (*role.grants, *role.holders)} <= keys
    assert {one.boundary for one in found.elements} | {one.parent for one in found.boundaries} <= keys | {""}


def name(part: Part) -> str:
    """The logical id that a part has its title from."""
    return part.title.replace(" ", "")


def part(found: Infrastructure, title: str) -> Part:
    """The element, boundary or role of a title."""
    return next(part for part in (*found.elements, *found.boundaries, *found.roles) if name(part) == title)


def element(found: Infrastructure, title: str) -> Element:
    """The element of a title."""
    return next(element for element in found.elements if name(element) == title)


def facts(found: Infrastructure, title: str, class_: str) -> dict[str, bool | None]:
    """What the facts of a part say of a class, by name; the less safe one where a name has several."""
    said: dict[str, bool | None] = {}
    for fact in part(found, title).facts:
        if class_ in fact.classes:
            said[fact.name] = False if said.get(fact.name) is False else fact.safe
    return said


def fact(found: Infrastructure, title: str, name: str) -> Fact:
    """The only fact of a name at a part."""
    (only,) = (fact for fact in part(found, title).facts if fact.name == name)
    return only


def flows(found: Infrastructure) -> set[tuple[str, str, str]]:
    """All flows: titles of both ends (`internet` for anybody) and what they rest on."""
    titles = {part.key: name(part) for part in found.parts} | {"internet": "internet"}
    return {(titles[flow.source], titles[flow.target], flow.rests.value) for flow in found.flows}


def flow(found: Infrastructure, source: str, target: str) -> Flow:
    """The only flow from one title to another."""
    titles = {part.key: name(part) for part in found.parts} | {"internet": "internet"}
    (only,) = (one for one in found.flows if (titles[one.source], titles[one.target]) == (source, target))
    return only


def losses(found: Infrastructure) -> dict[str, str]:
    """The kinds of losses by the names of resources."""
    return {loss.resource.name: loss.kind.value for loss in found.losses}


def notes(found: Infrastructure, code: str) -> list[str]:
    """The messages of a code."""
    return [note.message for note in found.notes if note.code == code]
