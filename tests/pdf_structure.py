"""What assistive technology finds in a PDF: its structure tree, bookmarks, links, fonts, and what it says of itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, TypeAlias

import pikepdf

Node: TypeAlias = pikepdf.Object
HEADINGS = ("H1", "H2", "H3", "H4", "H5", "H6")


@dataclass(frozen=True, slots=True)
class Part:
    """An element of the structure tree: its tag, what stands for it, its attributes, and what it holds in order."""

    tag: str
    alternative: str
    parts: tuple["Part", ...]
    attributes: str

    def walk(self) -> Iterator["Part"]:
        """This part and all below it, in reading order."""
        yield self
        for part in self.parts:
            yield from part.walk()

    def each(self, *tags: str) -> list["Part"]:
        """All parts of these tags in reading order."""
        return [part for part in self.walk() if part.tag in tags]


@dataclass(frozen=True, slots=True)
class Link:
    """A link: its address, or the named place or page inside; whether a reader hears what it is."""

    address: str
    place: str
    described: bool


def structure(file: pikepdf.Pdf) -> Part:
    """The structure tree. A KeyError where the document has none."""
    return Part("StructTreeRoot", "", tuple(_parts(file.Root["/StructTreeRoot"].get("/K"))), "")


def _parts(kids: Node | None) -> Iterator[Part]:
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            tag, alternative = str(kid["/S"]).lstrip("/"), str(kid.get("/Alt", ""))
            yield Part(tag, alternative, tuple(_parts(kid.get("/K"))), str(kid.get("/A", "")))


def headings(file: pikepdf.Pdf) -> list[int]:
    """The levels of the headings in reading order."""
    return [int(part.tag[1]) for part in structure(file).each(*HEADINGS)]


def skipped(levels: list[int]) -> list[tuple[int, int]]:
    """Pairs of headings of which the second is more than one level deeper than the first."""
    return [(a, b) for a, b in zip([0, *levels], levels, strict=False) if b > a + 1]


def figures(file: pikepdf.Pdf) -> list[str]:
    """The words that stand for each picture; empty where there are none."""
    return [part.alternative for part in structure(file).each("Figure")]


def tables_without_heads(file: pikepdf.Pdf) -> list[Part]:
    """Tables of more than one row in which no cell is a heading."""
    tables = structure(file).each("Table")
    return [table for table in tables if len(table.each("TR")) > 1 and not table.each("TH")]


def heads_without_scope(file: pikepdf.Pdf) -> int:
    """Heading cells that do not say whether they head a row or a column."""
    return sum("/Scope" not in part.attributes for part in structure(file).each("TH"))


def bookmarks(file: pikepdf.Pdf) -> list[tuple[int, str]]:
    """The bookmarks in order: how deep each lies, from 0, and its words."""

    def below(items: list[pikepdf.OutlineItem], depth: int) -> Iterator[tuple[int, str]]:
        for item in items:
            yield depth, item.title
            yield from below(item.children, depth + 1)

    with file.open_outline() as outline:
        return list(below(outline.root, 0))


def links(file: pikepdf.Pdf) -> list[Link]:
    """All links of all pages."""
    found = []
    for page in file.pages:
        for given in page.get("/Annots", ()):
            if given.get("/Subtype") == "/Link":
                action = given.get("/A", pikepdf.Dictionary())
                place = given.get("/Dest", action.get("/D", ""))
                words = bool(str(given.get("/Contents", "")))
                found.append(Link(str(action.get("/URI", "")), _named(place), words and "/StructParent" in given))
    return found


def _named(place: Node | str) -> str:
    return "page" if isinstance(place, pikepdf.Array) else str(place)


def places(file: pikepdf.Pdf) -> set[str]:
    """The names that links inside the document can lead to."""
    names = file.Root.get("/Names", pikepdf.Dictionary()).get("/Dests")
    return {str(name) for name, _ in pikepdf.NameTree(names).items()} if names is not None else set()


def loose_fonts(file: pikepdf.Pdf) -> set[str]:
    """Fonts that the file names and does not hold."""
    return {str(font["/BaseFont"]) for font in _fonts(file) if not _embedded(font)}


def mute_fonts(file: pikepdf.Pdf) -> set[str]:
    """Fonts whose glyphs do not say which letters they are."""
    return {str(font["/BaseFont"]) for font in _fonts(file) if "/ToUnicode" not in font}


def _fonts(file: pikepdf.Pdf) -> Iterator[Node]:
    for page in file.pages:
        yield from page.get("/Resources", pikepdf.Dictionary()).get("/Font", pikepdf.Dictionary()).as_dict().values()


def _embedded(font: Node) -> bool:
    holders = font.get("/DescendantFonts", [font])
    return all(
        any(key in one.get("/FontDescriptor", {}) for key in ("/FontFile", "/FontFile2", "/FontFile3"))
        for one in holders
    )


def marker(file: pikepdf.Pdf) -> str:
    """The part of PDF/UA that the document says it follows, such as `1`; empty for none."""
    with file.open_metadata() as metadata:
        return str(metadata.get("pdfuaid:part", ""))


def opened(source: BinaryIO) -> pikepdf.Pdf:
    """The document of a stream."""
    return pikepdf.open(source)
