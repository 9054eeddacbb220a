"""YAML to trees: by the events of libyaml, so that nothing is resolved, executed or built by a tag."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from threatdsl.infra.tree import DEEPEST, Budget, Malformed, Node

if TYPE_CHECKING:
    import yaml

MERGE = "<<"
NULLS = ("", "~", "null", "Null", "NULL")
STANDARD = "tag:yaml.org,2002:"


def read_yaml(text: str) -> tuple[Node, ...]:
    """The documents of a YAML text; empty ones are left out. Raises Malformed with the place of the mistake."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    try:
        return tuple(_Builder(loader).documents())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        why = " ".join(filter(None, (error.context, error.problem)))
        raise Malformed(f"not YAML: {why}", *((mark.line + 1, mark.column + 1) if mark else ())) from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise Malformed(f"not YAML: {str(error).splitlines()[0]}") from None
    finally:
        loader.dispose()


class _Builder:
    """Builds the trees of one file from the events of a loader."""

    def __init__(self, loader: "yaml.SafeLoader") -> None:
        self._next = cast("Callable[[], yaml.Event]", loader.get_event)
        self._loader = loader
        self._budget = Budget()
        self._anchors: dict[str, tuple[Node, int]] = {}

    def documents(self) -> Iterator[Node]:
        import yaml

        while not self._loader.check_event(yaml.StreamEndEvent):
            event = self._next()
            if isinstance(event, yaml.DocumentStartEvent):
                self._anchors = {}
                root = self._node(0)
                if not root.is_null:
                    yield root

    def _node(self, depth: int) -> Node:
        """The next node. `depth` is the number of collections around it."""
        import yaml

        event = self._next()
        mark = event.start_mark
        assert mark is not None  # libyaml marks every event
        line, column = mark.line + 1, mark.column + 1
        if depth > DEEPEST:
            raise Malformed("nested too deeply", line, column)
        if isinstance(event, yaml.AliasEvent):
            return self._repeated(event.anchor or "", line, column)
        before = self._budget.left
        self._budget.spend(1, line, column)
        assert isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent)  # all that is left
        tag = _local(event.tag)
        if isinstance(event, yaml.ScalarEvent):
            quoted = event.style is not None
            node = Node(None if _is_null(event) else event.value, line, column, tag, quoted)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = Node(tuple(self._items(depth + 1)), line, column, tag)
        else:
            node = Node(self._entries(depth + 1), line, column, tag)
        if event.anchor is not None:
            self._anchors[event.anchor] = (node, before - self._budget.left)
        return node

    def _repeated(self, anchor: str, line: int, column: int) -> Node:
        """The node that an alias stands for: where the anchor is, since that is what would have to be changed."""
        found = self._anchors.get(anchor)
        if found is None:
            raise Malformed(f"the alias `*{anchor}` names no anchor before it, or the one it stands in", line, column)
        node, size = found
        self._budget.spend(size, line, column)
        return node

    def _items(self, depth: int) -> Iterator[Node]:
        import yaml

        while not self._loader.check_event(yaml.SequenceEndEvent):
            yield self._node(depth)
        self._next()

    def _entries(self, depth: int) -> Mapping[str, Node]:
        """The entries of a mapping; a key that stands twice is a mistake, for tools differ in which one counts."""
        import yaml

        own: dict[str, Node] = {}
        merged: list[Mapping[str, Node]] = []
        while not self._loader.check_event(yaml.MappingEndEvent):
            key = self._node(depth)
            value = self._node(depth)
            if not isinstance(key.content, str | None):
                raise Malformed("a key that is no plain text", key.line, key.column)
            name = key.content or ""
            if name == MERGE and not key.quoted:
                merged.extend(node.entries for node in (value.items or (value,)))
            elif name in own:
                first = own[name].line
                raise Malformed(f"the key `{name}` stands twice, first in line {first}", key.line, key.column)
            else:
                own[name] = Node(value.content, key.line, key.column, value.tag, value.quoted)
        self._next()
        inherited = {name: node for entries in reversed(merged) for name, node in entries.items()}
        return MappingProxyType({**inherited, **own})


def _is_null(event: "yaml.ScalarEvent") -> bool:
    return event.style is None and not event.tag and event.value in NULLS


def _local(tag: str | None) -> str:
    """A tag of the file's own (`!Ref`); those of the standard say nothing that the text does not."""
    return tag if tag is not None and not tag.startswith(STANDARD) and tag != "!" else ""
