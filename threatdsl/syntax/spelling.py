"""Names and texts from elsewhere, spelt as the language wants them."""

import re
import unicodedata


def name_from(title: str) -> str:
    """A name made of a title: `Café "Zum Löwen"` is cafe-zum-lowen. Empty when nothing of it can be kept."""
    ascii_text = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    name = "-".join(re.findall(r"[a-z0-9]+", ascii_text))
    return f"n{name}" if name[:1].isdigit() else name


def quoted(text: str) -> str:
    """A text in the language's quotes, on one line, without characters that the language refuses."""
    return '"' + one_line(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def comment(text: str) -> str:
    """A text as a comment."""
    return f"# {one_line(text)}".rstrip()


def one_line(text: str) -> str:
    """A text on one line, without characters that the language refuses."""
    kept = "".join(c if unicodedata.category(c) not in ("Cc", "Cf", "Cs") else " " for c in text)
    return " ".join(kept.split())
