"""Where something stands in a source text."""

import msgspec


class Span(msgspec.Struct, frozen=True, gc=False, order=True, array_like=True):
    """A stretch of one file. Lines and columns count from 1, in characters; the end is exclusive.

    `file` is relative to the model's root, with forward slashes (`shop.threat`); files that ship with threatdsl
    begin with `threatdsl:` (`threatdsl:lib/prelude.threat`). `start` and `end` are character offsets.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    start: int
    end: int

    def until(self, last: "Span") -> "Span":
        """The stretch from the start of this span to the end of `last`."""
        return Span(self.file, self.line, self.column, last.end_line, last.end_column, self.start, last.end)

    def __str__(self) -> str:
        """`file:line:column`, as editors understand it."""
        return f"{self.file}:{self.line}:{self.column}"
