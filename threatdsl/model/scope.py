"""Which names a file can see."""

from collections.abc import Mapping

import msgspec

from threatdsl.syntax.nodes import Rule


class Scope(msgspec.Struct, frozen=True):
    """The names a file can use beside its own: `aliases` maps the name of an import to the namespace it stands for.

    `namespace` is the file's own, empty for the checked file and for the prelude. `incomplete` tells that an
    import failed, so that nobody knows what it would have brought.
    """

    file: str
    namespace: str
    aliases: Mapping[str, str]
    incomplete: bool = False

    def candidates(self, name: str) -> tuple[str, ...]:
        """The full names that `name` may stand for, nearest first: the file's own, an import's, the prelude's."""
        head, dot, tail = name.partition(".")
        own = f"{self.namespace}.{name}" if self.namespace else name
        if dot and head in self.aliases:
            namespace = self.aliases[head]
            return (f"{namespace}.{tail}" if namespace else tail, own)
        return (own, name) if own != name and not dot else (own,)

    def excuses(self, name: str) -> bool:
        """Whether a name may be unknown only because an import failed, which is reported there."""
        head, dot, _ = name.partition(".")
        return self.incomplete and bool(dot) and head not in self.aliases


class BoundRule(msgspec.Struct, frozen=True):
    """A rule's text with the scope that its names are looked up in.

    `pack` is the name of the library that holds it, empty for a rule of a model.
    """

    node: Rule
    scope: Scope
    pack: str = ""
