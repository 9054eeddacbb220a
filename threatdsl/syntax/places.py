"""Offsets of a text as lines and columns."""

from bisect import bisect_right

from threatdsl.diagnostics import Span


class Places:
    """Spans of a file by offset.

    `inserted` tells what was put into the text before it was parsed: offset and length of each insertion, in the
    original text. Spans are always those of the original.
    """

    def __init__(self, file: str, original: str, inserted: tuple[tuple[int, int], ...] = ()) -> None:
        self.file = file
        self.size = len(original)
        self.starts = [0]
        at = original.find("\n")
        while at >= 0:
            self.starts.append(at + 1)
            at = original.find("\n", at + 1)
        self._from: list[int] = []
        self._shift: list[tuple[int, int]] = []
        total = 0
        for offset, length in inserted:
            self._from.append(offset + total)
            self._shift.append((offset, total + length))
            total += length

    def origin(self, offset: int) -> int:
        """The offset in the original text."""
        if not self._from:
            return offset
        index = bisect_right(self._from, offset - 1) - 1
        if index < 0:
            return offset
        place, shift = self._shift[index]
        return max(place, offset - shift)

    def line(self, offset: int) -> int:
        """The line, from 1, of an offset of the original text."""
        return bisect_right(self.starts, offset)

    def span(self, start: int, end: int) -> Span:
        """The stretch between two offsets of the text that was parsed."""
        first, last = min(self.origin(start), self.size), min(self.origin(end), self.size)
        line, end_line = self.line(first), self.line(last)
        column, end_column = first - self.starts[line - 1] + 1, last - self.starts[end_line - 1] + 1
        return Span(self.file, line, column, end_line, end_column, first, last)
