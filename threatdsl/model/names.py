"""Which names exist, and what a written name stands for."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from threatdsl.diagnostics import Related, Span, did_you_mean
from threatdsl.model.problems import Problems
from threatdsl.model.scope import Scope
from threatdsl.model.vocabulary import Vocabulary
from threatdsl.syntax.nodes import Name, Pair

ANY = ""  # as the kind that is wanted: every kind will do; as a kind that was declared: unknown, and reported there


class Declared(msgspec.Struct, frozen=True):
    """A declared thing before its facts are bound."""

    id: str
    kind: str
    span: Span
    core: bool


def find(scope: Scope, name: str, table: Mapping[str, object]) -> str | None:
    """The full name that `name` stands for in `table`, None when there is none."""
    return next((candidate for candidate in scope.candidates(name) if candidate in table), None)


def short_names(scope: Scope, names: Iterable[str]) -> Iterator[str]:
    """The names as this file would write them, for suggestions."""
    by_namespace = {namespace: alias for alias, namespace in scope.aliases.items()}
    own = f"{scope.namespace}." if scope.namespace else ""
    for name in names:
        head, dot, tail = name.rpartition(".")
        if dot and head in by_namespace:
            yield f"{by_namespace[head]}.{tail}"
        elif own and name.startswith(own):
            yield name.removeprefix(own)
        elif not dot:
            yield name


class Names(msgspec.Struct):
    """The declared things by id while a model is bound, with former names, and lookups that report."""

    vocabulary: Vocabulary
    problems: Problems
    things: dict[str, Declared] = msgspec.field(default_factory=dict)
    former: dict[str, str] = msgspec.field(default_factory=dict)

    def declare(self, id_: str, kind: str, span: Span, *, core: bool) -> bool:
        """Take a name; False with a diagnostic when it is taken. What the prelude declares may be declared anew."""
        earlier = self.things.get(id_)
        if earlier is not None and not earlier.core:
            self.problems.error(
                "TM0212",
                f"`{id_}` is declared twice",
                span,
                label="second declaration",
                related=(Related("first declaration", earlier.span),),
                help="names are per file, whatever boundary they stand in: give one of them another name",
            )
            return False
        self.things.pop(id_, None)
        self.things[id_] = Declared(id_, kind, span, core)
        return True

    def thing(self, scope: Scope, name: Name, kind: str) -> str | None:
        """The id of the thing of `kind` that a name means, None with a diagnostic."""
        id_ = find(scope, name.text, self.things)
        if id_ is None:
            renamed = find(scope, name.text, self.former)
            id_ = self.former[renamed] if renamed is not None else None
        if id_ is None:
            fitting = [d.id for d in self.things.values() if self.fits(d.kind, kind)]
            self.problems.error(
                "TM0213",
                f"there is no {self._noun(kind)} called `{name.text}`",
                name.span,
                label="unknown name",
                help=did_you_mean(name.text, short_names(scope, fitting)) or self._namespace_hint(scope, name),
            )
            return None
        declared = self.things[id_]
        if not self.fits(declared.kind, kind):
            self.problems.error(
                "TM0214",
                f"`{name.text}` is a {self._noun(declared.kind)}, not a {self._noun(kind)}",
                name.span,
                label=f"needs a {self._noun(kind)}",
                related=(Related(f"`{name.text}` is declared here", declared.span),),
            )
            return None
        return id_

    def flow(self, scope: Scope, pair: Pair) -> str | None:
        """The id of the unnamed flow of a pair, None with a diagnostic."""
        source, target = self.thing(scope, pair.source, "element"), self.thing(scope, pair.target, "element")
        if source is None or target is None:
            return None
        id_ = f"{source}->{target}"
        if id_ in self.things:
            return id_
        if id_ in self.former:
            return self.former[id_]
        self.problems.error(
            "TM0213",
            f"there is no unnamed flow {pair.source.text} -> {pair.target.text}",
            pair.span,
            label="unknown flow",
            help=self._reverse_hint(source, target) or "a flow with a name is meant by its name",
        )
        return None

    def fits(self, kind: str, wanted: str) -> bool:
        """Whether a declared kind is the wanted one."""
        return ANY in (kind, wanted) or self.vocabulary.is_a(kind, wanted)

    def _reverse_hint(self, source: str, target: str) -> str:
        return "the flow runs the other way" if f"{target}->{source}" in self.things else ""

    def _noun(self, kind: str) -> str:
        return {"place": "element, flow or boundary", "datastore": "data store", ANY: "declaration"}.get(kind, kind.replace("-", " "))

    def _namespace_hint(self, scope: Scope, name: Name) -> str:
        head, dot, _ = name.text.partition(".")
        if dot and head not in scope.aliases:
            return f"nothing is imported as `{head}`" + (
                f"; imported: {', '.join(sorted(scope.aliases))}" if scope.aliases else ""
            )
        return ""
