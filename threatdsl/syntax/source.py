"""Bytes of a file to text, with what is wrong with the bytes."""

from threatdsl.diagnostics import Diagnostic, Severity, Span

LARGEST = 10_000_000
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read_source(data: bytes, file: str) -> tuple[str, tuple[Diagnostic, ...]]:
    r"""The text of a UTF-8 file, or nothing and the one reason why it cannot be read.

    A byte order mark is dropped. Line ends stay as they are: `\r\n` means the same as `\n` everywhere.
    """
    if len(data) > LARGEST:
        return "", (_too_large(len(data), file),)
    if data.startswith(UTF_16):
        return "", (_not_utf8(file, "", 2, "the file looks like UTF-16: save it as UTF-8"),)
    content = data.removeprefix(BYTE_ORDER_MARK)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        found = " ".join(f"{byte:02X}" for byte in content[error.start : max(error.end, error.start + 1)])
        return "", (_not_utf8(file, before, 1, f"save the file as UTF-8; the byte here is {found}"),)
    nul = text.find("\0")
    if nul >= 0:
        return "", (_binary(file, text[:nul]),)
    return text, ()


def _after(file: str, before: str, length: int) -> Span:
    """The place right after `before`, the start of the file's text."""
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return Span(file, line, column, line, column + length, len(before), len(before) + length)


def _too_large(size: int, file: str) -> Diagnostic:
    return Diagnostic(
        "TM0003",
        Severity.ERROR,
        f"the file is too large: {size:,} bytes",
        _after(file, "", 0),
        help=f"a file holds at most {LARGEST:,} bytes: split the model with `import`",
    )


def _not_utf8(file: str, before: str, length: int, advice: str) -> Diagnostic:
    return Diagnostic("TM0001", Severity.ERROR, "the file is not UTF-8 text", _after(file, before, length), help=advice)


def _binary(file: str, before: str) -> Diagnostic:
    return Diagnostic(
        "TM0002",
        Severity.ERROR,
        "the file holds a NUL character: it is not a text",
        _after(file, before, 1),
        help="check that the path names a .threat file",
    )
