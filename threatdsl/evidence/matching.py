"""Which observations of a result a check counts at a place."""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from posixpath import normpath

from threatdsl.evidence.check import Check
from threatdsl.evidence.observation import Observation, Outcome, Subject, SubjectKind
from threatdsl.model.model import Model
from threatdsl.model.things import Thing

CODE = "code"  # the kind of `realized-by` that names files, where others name resources


def counted(check: Check, observations: Iterable[Observation]) -> tuple[Observation, ...]:
    """The observations of the rules that count; a fail below `fails-on` does not."""
    return tuple(
        one
        for one in observations
        if _is_counted(check, one)
        and not (one.outcome is Outcome.FAIL and one.severity is not None and one.severity < check.fails_on)
    )


def _is_counted(check: Check, observation: Observation) -> bool:
    ids = (observation.rule, *observation.aliases)
    return not check.counts or any(fnmatchcase(id_, pattern) for pattern in check.counts for id_ in ids)


class Binding:
    """What the results about a place must be about: the check's `subjects`, else what the place is bound to."""

    def __init__(self, model: Model, check: Check, place: str) -> None:
        """The patterns for a place; without any of them every subject matches."""
        self._any = check.subjects
        thing = model.things[place]
        self._files, self._resources = (
            ((), ()) if self._any else (tuple(code_patterns(thing)), tuple(_resources(thing)))
        )

    @property
    def says_nothing(self) -> bool:
        """Whether nobody stated what the results are about."""
        return not (self._any or self._files or self._resources)

    def matches(self, subjects: tuple[Subject, ...]) -> bool:
        """Whether one of the subjects is the place. Tests are chosen by the names that count and match always."""
        if self.says_nothing:
            return True
        if not self._any and any(subject.kind is SubjectKind.TEST for subject in subjects):
            return True
        return any(self._matches(subject) for subject in subjects)

    def proves(self, subjects: tuple[Subject, ...]) -> bool:
        """Whether a pass about these subjects speaks of the place: of files in its very folder, and of no mere account.

        A fail counts wherever a tool saw the folder; a pass in another folder of that name proves nothing here.
        """
        files = [subject for subject in subjects if subject.kind is SubjectKind.FILE]
        if files and self._files and not any(_is_at(one.id, pattern) for one in files for pattern in self._files):
            subjects = tuple(subject for subject in subjects if subject.kind is not SubjectKind.FILE)
        if self.says_nothing or not any(subject.kind is SubjectKind.RESOURCE for subject in subjects):
            return self.matches(subjects)
        return self.matches(tuple(subject for subject in subjects if subject.kind is not SubjectKind.ACCOUNT))

    def _matches(self, subject: Subject) -> bool:
        if self._any:
            return any(fnmatchcase(subject.id, pattern) for pattern in self._any)
        if subject.kind is SubjectKind.FILE:
            return any(is_file(subject.id, pattern) for pattern in self._files)
        return subject.kind is SubjectKind.RESOURCE and any(_is_resource(subject.id, name) for name in self._resources)


def code_patterns(thing: Thing) -> Iterable[str]:
    """Patterns of the files that a thing is made of: its source folder and the code of `realized-by`."""
    for folder in thing.items("source"):
        path = str(folder).strip("/")
        yield from (path, f"{path}/*")
    for item in thing.items("realized-by"):
        kind, _, rest = str(item).partition(":")
        if kind == CODE and rest:
            yield rest.replace("**", "*")


def _resources(thing: Thing) -> Iterable[str]:
    """The names of the resources of `realized-by`, behind the file where one is named."""
    for item in thing.items("realized-by"):
        kind, _, rest = str(item).partition(":")
        if kind != CODE and rest:
            yield rest.rpartition("#")[2]


def is_file(path: str, pattern: str) -> bool:
    """Whether a path that a tool or git names fits a pattern, whatever folders stand before it."""
    clean = normpath(path)
    return fnmatchcase(clean, pattern) or fnmatchcase(clean, f"*/{pattern}")


def _is_at(path: str, pattern: str) -> bool:
    """Whether a path from the root, which some tools begin with a slash, fits."""
    return fnmatchcase(normpath(path).lstrip("/"), pattern)


def _is_resource(id_: str, name: str) -> bool:
    """Whether a tool's id of a resource ends in the name, as `Deployment.default.gateway` does in `gateway`."""
    parts = name.replace("/", ".").split(".")
    found = id_.replace("/", ".").split(".")
    return found == parts or (found[-1] == parts[-1] and set(parts) <= set(found))
