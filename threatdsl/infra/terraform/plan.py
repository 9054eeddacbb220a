"""The resources of a plan or a state of `terraform show -json`, as they will be, and how they refer to one another.

`after` of a change is the truth, also of one that changes nothing; what is deleted is not there. Before an apply most
ids are unknown, and only the configuration says what refers to what, through variables and outputs of modules.
Source: https://developer.hashicorp.com/terraform/internals/json-format
"""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property

import msgspec

from threatdsl.diagnostics import Diagnostic, Severity, Span
from threatdsl.infra.infrastructure import Resource
from threatdsl.infra.tree import NOTHING, Document, Node

READER = "terraform"
NEWEST = 1  # major version of the format
INDEX = re.compile(r"\[[^\]]*\]")
DEEPEST = 20  # modules, and references through them
MANAGED = "managed"


class Item(msgspec.Struct, frozen=True):
    """One resource: its attributes as far as they are known, and which of them are only known after an apply."""

    address: str
    type: str
    mode: str
    after: Node
    unknown: Node | None
    resource: Resource

    def is_unknown(self, *path: str) -> bool:
        """Whether an attribute is only known after an apply."""
        node = self.unknown.at(*path) if self.unknown is not None else None
        return node is not None and (node.truth is True or any(one.truth is True for one in node.walk()))

    def span(self, *path: str) -> Span:
        """Where an attribute stands, else where the resource begins."""
        node = self.after.at(*path) if path else None
        return node.span(self.resource.file) if node is not None else self.resource.span


class Plan:
    """One document."""

    def __init__(self, document: Document) -> None:
        self.notes: list[Diagnostic] = []
        self._root, self._file = document.root, document.file
        self.items = tuple(self._items()) if self._is_readable(document) else ()

    def _is_readable(self, document: Document) -> bool:
        version = document.root.text_at("format_version")
        known = any(document.root.at(key) is not None for key in ("resource_changes", "planned_values", "values"))
        major = version.partition(".")[0]
        if known and (not major.isdecimal() or int(major) <= NEWEST):
            return True
        why = (
            f"format {version} is newer than the one that is known"
            if known
            else "this is no plan or state of Terraform"
        )
        at = document.root.at("format_version") or document.root
        self.notes.append(Diagnostic("TM0801", Severity.ERROR, f"{self._file}: {why}", at.span(self._file)))
        return False

    def _items(self) -> Iterator[Item]:
        changes = self._root.at("resource_changes")
        if changes is None:
            values = self._root.at("planned_values") or self._root.at("values")
            root = values.at("root_module") if values is not None else None
            yield from self._of_module(root, DEEPEST) if root is not None else ()
            return
        for change in changes.items:
            after = change.at("change", "after")
            if after is not None and after.entries:
                yield self._item(change, after, change.at("change", "after_unknown"))

    def _of_module(self, module: Node, depth: int) -> Iterator[Item]:
        resources, below = module.at("resources"), module.at("child_modules")
        for node in resources.items if resources is not None else ():
            yield self._item(node, node.at("values") or Node(NOTHING, node.line, node.column), None)
        for child in below.items if below is not None and depth else ():
            yield from self._of_module(child, depth - 1)

    def _item(self, node: Node, after: Node, unknown: Node | None) -> Item:
        address, type_ = node.text_at("address"), node.text_at("type")
        name = address or f"{type_}.{node.text_at('name')}"
        at = (node.at("address") or node).span(self._file)
        mode = node.text_at("mode") or MANAGED
        return Item(name, type_, mode, after, unknown, Resource(READER, self._file, name, type_, at))

    def related(self, item: Item, attribute: str) -> tuple[Item, ...]:
        """The resources that an attribute of one refers to, by its configuration."""
        wanted = self._references.get(plain(item.address), {}).get(attribute, frozenset())
        return tuple(one for one in self.items if plain(one.address) in wanted)

    @cached_property
    def _references(self) -> Mapping[str, Mapping[str, frozenset[str]]]:
        """For each configured resource the addresses that each attribute refers to."""
        root = self._root.at("configuration", "root_module")
        found: dict[str, dict[str, frozenset[str]]] = {}
        if root is not None:
            self._configured(root, "", {}, found, DEEPEST)
        return found

    def _configured(
        self,
        module: Node,
        prefix: str,
        variables: Mapping[str, frozenset[str]],
        found: dict[str, dict[str, frozenset[str]]],
        depth: int,
    ) -> None:
        resources, calls = module.at("resources"), module.at("module_calls")
        for resource in resources.items if resources is not None else ():
            expressions = resource.at("expressions")
            told = {
                name: self._addresses(node, prefix, variables, module, depth)
                for name, node in (expressions.entries if expressions is not None else NOTHING).items()
            }
            found[f"{prefix}{resource.text_at('address')}"] = told
        for name, call in (calls.entries if calls is not None and depth else NOTHING).items():
            inner, given = call.at("module"), call.at("expressions")
            passed = {
                key: self._addresses(node, prefix, variables, module, depth)
                for key, node in (given.entries if given is not None else NOTHING).items()
            }
            if inner is not None:
                self._configured(inner, f"{prefix}module.{name}.", passed, found, depth - 1)

    def _addresses(
        self, node: Node, prefix: str, variables: Mapping[str, frozenset[str]], module: Node, depth: int
    ) -> frozenset[str]:
        """The resources that the references below a node name."""
        found: set[str] = set()
        for one in node.walk():
            listed = one.at("references")
            for reference in listed.items if listed is not None else ():
                found |= self._meant(reference.text, prefix, variables, module, depth)
        return frozenset(found)

    def _meant(
        self, reference: str, prefix: str, variables: Mapping[str, frozenset[str]], module: Node, depth: int
    ) -> frozenset[str]:
        parts = INDEX.sub("", reference).split(".")
        if parts[0] == "var" and len(parts) > 1:
            return variables.get(parts[1], frozenset())
        if parts[0] == "module" and len(parts) > 2 and depth:  # noqa: PLR2004 - module, its name, its output
            inner = module.at("module_calls", parts[1], "module")
            output = inner.at("outputs", parts[2]) if inner is not None else None
            if inner is None or output is None:
                return frozenset()
            return self._addresses(output, f"{prefix}module.{parts[1]}.", {}, inner, depth - 1)
        return frozenset((f"{prefix}{'.'.join(parts[:2])}",)) if len(parts) > 1 else frozenset()


def plain(address: str) -> str:
    """An address without the keys of `count` and `for_each`."""
    return INDEX.sub("", address)
