"""Reference data: the ids and titles of CWE, CAPEC, ATT&CK, ATLAS, NIST SP 800-53 and ASVS. docs/reference-data.md."""

import re
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Literal

import msgspec

from threatdsl.diagnostics import did_you_mean

SHIPPED_DATA = "refs"
ENDING = ".json"
LARGEST = 16 * 1024 * 1024  # bytes of one file
LONGEST_REASON = 200  # characters of what a decoder says
LAST_PART = re.compile(r"\.\d+$|\(\d+\)$")


class Scheme(msgspec.Struct, frozen=True):
    """How the ids of a catalogue are written.

    `form` is what a rule may cite, `example` such an id; `prefix` stands before an id in results: `CWE-319`.
    """

    name: str
    prefix: str
    form: str
    example: str


SCHEMES: Mapping[str, Scheme] = {
    "cwe": Scheme("CWE", "CWE-", r"[1-9][0-9]{0,5}", "319"),
    "capec": Scheme("CAPEC", "CAPEC-", r"[1-9][0-9]{0,5}", "158"),
    "attack": Scheme("ATT&CK", "", r"T[0-9]{4}(\.[0-9]{3})?|TA[0-9]{4}", "T1557.002"),
    "atlas": Scheme("ATLAS", "", r"AML\.TA?[0-9]{4}(\.[0-9]{3})?", "AML.T0051.000"),
    "nist": Scheme("NIST", "", r"[A-Z]{2}-[1-9][0-9]?(\([1-9][0-9]?\))?", "AC-2(3)"),
    "asvs": Scheme("ASVS", "ASVS ", r"V[1-9][0-9]?(\.[1-9][0-9]?){0,2}", "V6.2.1"),
}


class CatalogueError(Exception):
    """Reference data that was given cannot be used. The text says which file and why."""


class About(msgspec.Struct, frozen=True):
    """What a catalogue is: the name and version that reports print, where it comes from, and whose it is."""

    name: str
    version: str
    source: str = ""
    licence: str = ""
    notice: str = ""


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """An id of a catalogue. `instead` are the ids that took its place, `parents` the more general weaknesses.

    What is part of another, as the requirements of ASVS are, needs no title of its own.
    """

    title: str = ""
    kind: Literal["", "category", "view", "tactic"] = ""
    status: Literal["", "deprecated", "revoked", "withdrawn"] = ""
    use: Literal["", "discouraged", "prohibited"] = ""
    instead: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()

    @property
    def citable(self) -> bool:
        """Whether a rule may cite it without a remark."""
        return not (self.status or self.use) and self.kind not in ("category", "view")


class Catalogue(msgspec.Struct, frozen=True):
    """A catalogue: what it is, and its entries by id."""

    about: About = msgspec.field(name="_meta")
    entries: Mapping[str, Entry]

    def title(self, id_: str) -> str:
        """The title of an id, or of what it is part of; empty where the catalogue has neither."""
        entry, outer = self.entries.get(id_), enclosing(id_)
        if entry is not None and entry.title:
            return entry.title
        return self.title(outer) if outer else ""

    def successors(self, id_: str) -> tuple[str, ...]:
        """What took the place of an id, and of that again, as far as it may be cited."""
        seen, waiting = {id_}, [id_]
        found: list[str] = []
        while waiting:
            for other in self.entries[waiting.pop()].instead:
                if other not in seen and other in self.entries:
                    seen.add(other)
                    waiting.append(other)
                    found.append(other)
        return tuple(other for other in found if self.entries[other].citable)

    def narrower(self, id_: str) -> tuple[str, ...]:
        """The ids directly below one that may be cited, in their order."""
        return tuple(other for other, entry in self.entries.items() if id_ in entry.parents and entry.citable)


class Catalogues:
    """The catalogues by the property that cites them: the shipped ones, or in their place those of a folder.

    A shipped one is read when it is first asked for; those of a folder are read at once. Raises CatalogueError for a
    folder that cannot be used.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """Nothing is read yet without a folder."""
        self.given = folder is not None
        self._read = dict(_of_folder(folder)) if folder is not None else {}

    def __getitem__(self, name: str) -> Catalogue:
        """The catalogue that a property cites."""
        if name not in self._read:
            content = (files("threatdsl.models") / SHIPPED_DATA / f"{name}{ENDING}").read_bytes()
            self._read[name] = msgspec.json.decode(content, type=Catalogue)
        return self._read[name]

    def named(self, reference: str) -> str:
        """A reference for a reader: `CWE-319 Cleartext Transmission ...`, `ATT&CK T1040 Network Sniffing`."""
        name, id_ = cited_in(reference)
        title = self[name].title(id_)
        return f"{SCHEMES[name].prefix or f'{SCHEMES[name].name} '}{id_}{f' {title}' if title else ''}"

    def versions(self, references: Iterable[str]) -> Mapping[str, str]:
        """The versions of the catalogues that references stand in, by property."""
        cited = {cited_in(reference)[0] for reference in references}
        return {name: self[name].about.version for name in SCHEMES if name in cited}


def cited_in(reference: str) -> tuple[str, str]:
    """The property and the id that a reference is made of: `CWE-319` is 319 of `cwe`. What fits nowhere is NIST's."""
    for name, scheme in SCHEMES.items():
        id_ = reference.removeprefix(scheme.prefix)
        if reference.startswith(scheme.prefix) and re.fullmatch(scheme.form, id_):
            return name, id_
    return "nist", reference


def enclosing(id_: str) -> str:
    """What an id is part of: `AC-2` for `AC-2(3)`, `V6.2` for `V6.2.1`; empty where it stands alone."""
    match = LAST_PART.search(id_)
    return id_[: match.start()] if match is not None else ""


def _of_folder(folder: Path) -> Iterator[tuple[str, Catalogue]]:
    """The catalogues of a folder, which holds one or more. Raises CatalogueError."""
    known = {f"{name}{ENDING}": name for name in SCHEMES}
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix == ENDING)
    except OSError as error:
        raise CatalogueError(f"cannot read the reference data in {folder}: {error.strerror}") from error
    if not paths:
        raise CatalogueError(f"{folder} holds no reference data, which are files named {', '.join(known)}")
    for path in paths:
        if path.name not in known:
            hint = did_you_mean(path.name, known) or f"there are: {', '.join(known)}"
            raise CatalogueError(f"{path} is not the name of a catalogue; {hint}")
        yield known[path.name], _of_file(path, SCHEMES[known[path.name]])


def _of_file(path: Path, scheme: Scheme) -> Catalogue:
    try:
        if not path.is_file() or path.stat().st_size > LARGEST:
            raise CatalogueError(f"{path} is no file of at most {LARGEST // 1024**2} MB")
        catalogue = msgspec.json.decode(path.read_bytes(), type=Catalogue)
    except OSError as error:
        raise CatalogueError(f"cannot read {path}: {error.strerror}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CatalogueError(f"{path} is not reference data: {str(error)[:LONGEST_REASON]}") from error
    wrong = next((id_ for id_ in catalogue.entries if not re.fullmatch(scheme.form, id_)), None)
    if wrong is not None:
        written = repr(wrong[:LONGEST_REASON])
        raise CatalogueError(f"{path} is not reference data: {written} is no id such as {scheme.example}")
    return catalogue
