"""Whatever a file holds, reading it ends and raises nothing, and what a reader names is in the vocabulary."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.infra.compose.test_compose import SHOP
from tests.infra.kubernetes.shop import manifests
from tests.infra.terraform.test_plans import change, configured
from threatdsl.infra.infrastructure import Infrastructure
from threatdsl.infra.interface import kinds, read_infrastructure
from threatdsl.infra.terraform.tables import ELEMENTS, SETTINGS
from threatdsl.model.load import load

JUNK: tuple[Any, ...] = (
    None,
    True,
    -1,
    "",
    "text",
    "a:1",
    [],
    {},
    [[]],
    [None],
    {"a": {"b": []}},
    [{"name": 1}],
    "\u202e${X}",
)
PLAN = {
    "format_version": "1.2",
    "resource_changes": [
        change("aws_s3_bucket.a", {"acl": "private", "logging": [{"target_bucket": "x"}]}, unknown={"id": True}),
        change("aws_security_group.g", {"ingress": [{"cidr_blocks": ["0.0.0.0/0"], "from_port": 22, "to_port": 22}]}),
        change("aws_iam_policy.p", {"policy": '{"Statement": [{"Effect": "Allow", "Action": "*"}]}'}),
        change("google_compute_firewall.f", {"source_ranges": ["0.0.0.0/0"], "allow": [{"ports": ["22"]}]}),
    ],
    "configuration": {
        "root_module": {
            "resources": [configured("aws_security_group.g", vpc_id=["module.m.id"])],
            "module_calls": {
                "m": {"expressions": {}, "module": {"outputs": {"id": {"expression": {"references": []}}}}}
            },
        }
    },
}
FILES = {"kubernetes": list(manifests().values()), "compose": [SHOP], "terraform": [json.dumps(PLAN)]}
BROKEN = (
    b"", b" \n", b"\0", b"\xff\xfe", b"\x80", b"a: [1", b"{", b"[[[", b"- " * 5000,
    b"a: &a [*a]", b"a: *b", b"a: 1\na: 2",
    b"{" * 300, b"'", b"--- !!python/object/apply:os.system ['true']", b"%YAML 9.9\n---\na", b"\tx: 1",
)  # fmt: skip
BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(10)
)


def read(kind: str, folder: Path, *contents: bytes) -> Infrastructure:
    for number, content in enumerate(contents):
        (folder / f"{number}.yaml").write_bytes(content)
    return read_infrastructure([(kind, folder / f"{number}.yaml") for number in range(len(contents))], folder)


def changed(value: Any, junk: Any) -> Iterator[Any]:  # noqa: ANN401 - any JSON
    """The value with each of its parts in turn replaced."""
    yield junk
    if isinstance(value, dict):
        for key, part in value.items():
            yield from ({**value, key: one} for one in changed(part, junk))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from ([*value[:index], one, *value[index + 1 :]] for one in changed(part, junk))


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("junk", JUNK, ids=repr)
def test_junk_at_any_place_raises_nothing_and_loses_no_resource(kind: str, junk: Any, tmp_path: Path) -> None:  # noqa: ANN401  - any JSON
    documents = [document for text in FILES[kind] for document in yaml.safe_load_all(text)]
    rest = [json.dumps(document).encode() for document in documents]
    step = 1 if len(documents) == 1 else 4  # of the manifests every fourth document, which are all of its kinds
    for number in range(0, len(documents), step):
        for one in changed(documents[number], junk):
            found = read(kind, tmp_path, json.dumps(one).encode(), *rest[:number])
            lost = {loss.resource for loss in found.losses}
            assert found.mapped | lost == set(found.resources)
            assert found.mapped.isdisjoint(lost)


@pytest.mark.parametrize("kind", kinds())
@pytest.mark.parametrize("content", BROKEN, ids=range(len(BROKEN)))
def test_what_is_no_file_of_its_kind_is_noted(kind: str, content: bytes, tmp_path: Path) -> None:
    found = read(kind, tmp_path, content)
    assert found.resources == ()
    assert len(found.notes) <= 1


@pytest.mark.parametrize("kind", kinds())
def test_a_bomb_of_aliases_is_one_error(kind: str, tmp_path: Path) -> None:
    (note,) = read(kind, tmp_path, BOMB.encode()).notes
    assert (note.code, "repeated by aliases" in note.message) == ("TM0801", True)


@pytest.mark.parametrize("kind", kinds())
def test_a_huge_file_is_refused_unread(kind: str, tmp_path: Path) -> None:
    (tmp_path / "0.yaml").write_bytes(b"")
    with (tmp_path / "0.yaml").open("r+b") as file:
        file.truncate(50 * 1024 * 1024)
    (note,) = read_infrastructure([(kind, tmp_path / "0.yaml")], tmp_path).notes
    assert "larger than 32 MiB" in note.message


@pytest.mark.parametrize("kind", FILES)
def test_what_readers_name_is_in_the_vocabulary(kind: str, tmp_path: Path) -> None:
    (tmp_path / "empty.threat").write_text('model empty "Empty" { }', encoding="utf-8")
    model = load(tmp_path / "empty.threat").model
    assert model is not None
    words = model.vocabulary
    found = read(kind, tmp_path, *(text.encode() for text in FILES[kind]))
    assert {class_ for part in found.parts for fact in part.facts for class_ in fact.classes} <= words.classes.keys()
    assert {element.kind for element in found.elements} <= words.kinds.keys()
    assert {flow.protocol for flow in found.flows} - {""} <= words.protocols.keys()
    assert set(ELEMENTS.values()) <= words.kinds.keys()
    assert {class_ for some in SETTINGS.values() for one in some for class_ in one.classes} <= words.classes.keys()
