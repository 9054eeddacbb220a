"""Which names exist, and what a written name stands for."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from threatdsl.diagnostics import Related, Span, did_you_mean
from threatdsl.model.problems import Problems
from threatdsl.model.scope import Scope
from threatdsl.model.vocabulary import Vocabulary
from threatdsl.model.wording import a, noun
from threatdsl.syntax.nodes import Name, Pair

MOST_COMPARED = 500  # names; of more, only those that begin alike
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


def suggestion(scope: Scope, name: str, known: Iterable[str]) -> str:
    """A help text with the known name that is meant: the same name in another namespace, else a close one."""
    written = tuple(short_names(scope, known))
    if len(written) > MOST_COMPARED:
        written = tuple(other for other in written if other[:2].casefold() == name[:2].casefold())
    tail = name.rpartition(".")[2]
    same = sorted(other for other in written if other.rpartition(".")[2] == tail and other != name)
    return f"did you mean `{same[0]}`?" if same else did_you_mean(name, written)


def unknown_kind(scope: Scope, kind: Name, known: Iterable[str], problems: Problems) -> None:
    """Report a kind that nobody declared, unless an import that failed may have declared it."""
    if not scope.excuses(kind.text):
        problems.error(
            "TM0210",
            f"unknown kind `{kind.text}`",
            kind.span,
            label="no such kind is declared",
            help=suggestion(scope, kind.text, known) if problems.few else "",
        )


def may_declare(name: Name, problems: Problems) -> bool:
    """Whether a name may be declared; False with a diagnostic."""
    if "." not in name.text and name.text != "unknown":
        return True
    message = "a declared name has no dots" if "." in name.text else "`unknown` is no name to declare"
    help = "" if "." in name.text else "`unknown` stands for a value that nobody has stated"
    problems.error("TM0218", message, name.span, label="give it another name", help=help)
    return False


class Former(msgspec.Struct, frozen=True):
    """A name that `was` gives to a thing that is called otherwise now, and where it does."""

    id: str
    span: Span


class Names:
    """The declared things by id while a model is bound, with former names, and lookups that report."""

    def __init__(self, vocabulary: Vocabulary, problems: Problems) -> None:
        self.vocabulary = vocabulary
        self.problems = problems
        self.things: dict[str, Declared] = {}
        self.former: dict[str, Former] = {}

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

    def rename(self, old: str, id_: str, span: Span) -> None:
        """Note that a thing was called `old`; two things that claim one name are a diagnostic."""
        earlier = self.former.get(old)
        if earlier is None:
            self.former[old] = Former(id_, span)
        elif earlier.id != id_:
            self.problems.error(
                "TM0231",
                f"two things were `{old}`",
                span,
                related=(Related("the other is here", earlier.span),),
                help="one declaration keeps the identity; the other is new",
            )

    def check_former(self) -> None:
        """Report former names that something declared still has."""
        for old, former in self.former.items():
            declared = self.things.get(old)
            if declared is not None and not declared.core:
                self.problems.error(
                    "TM0230",
                    f"`{old}` still exists",
                    former.span,
                    label="named as a former name",
                    related=(Related("declared here", declared.span),),
                    help="`was` names what is no longer declared",
                )

    def thing(self, scope: Scope, name: Name, kind: str) -> str | None:
        """The id of the thing of `kind` that a name means, None with a diagnostic."""
        id_ = find(scope, name.text, self.things)
        if id_ is None:
            renamed = find(scope, name.text, self.former)
            id_ = self.former[renamed].id if renamed is not None else None
        if id_ is None:
            self.unknown(scope, name, noun(kind), (d.id for d in self.things.values() if self.fits(d.kind, kind)))
            return None
        declared = self.things[id_]
        if not self.fits(declared.kind, kind):
            self.problems.error(
                "TM0214",
                f"`{name.text}` is {a(noun(declared.kind))}, not {a(noun(kind))}",
                name.span,
                label=f"needs {a(noun(kind))}",
                related=(Related(f"`{name.text}` is declared here", declared.span),),
            )
            return None
        return id_

    def unknown(self, scope: Scope, name: Name, what: str, known: Iterable[str]) -> None:
        """Report a name that means nothing, unless an import that failed may have brought it."""
        if scope.excuses(name.text):
            return
        help = suggestion(scope, name.text, known) if self.problems.few else ""
        self.problems.error(
            "TM0213",
            f"there is no {what} called `{name.text}`",
            name.span,
            label="unknown name",
            help=help or self._namespace_hint(scope, name),
        )

    def flow(self, scope: Scope, pair: Pair) -> str | None:
        """The id of the unnamed flow of a pair, None with a diagnostic."""
        source, target = self.thing(scope, pair.source, "element"), self.thing(scope, pair.target, "element")
        if source is None or target is None:
            return None
        id_ = f"{source}->{target}"
        if id_ in self.things:
            return id_
        if id_ in self.former:
            return self.former[id_].id
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

    def _namespace_hint(self, scope: Scope, name: Name) -> str:
        head, dot, _ = name.text.partition(".")
        if dot and head not in scope.aliases:
            return f"nothing is imported as `{head}`" + (
                f"; imported: {', '.join(sorted(scope.aliases))}" if scope.aliases else ""
            )
        return ""
