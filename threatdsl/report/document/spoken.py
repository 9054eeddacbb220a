"""Words for pictures, where the library that makes PDFs looks for them."""

import re

DRAWING = re.compile(r"<svg\b[^>]*>")
LABEL = re.compile(r'\saria-label="([^"]*)"')
SIGN = "sign"  # its meaning stands beside it


def spoken(source: str) -> str:
    """The document with a title in each drawing: what its `aria-label` says, since only a title gets into the tags."""
    return DRAWING.sub(_titled, source)


def _titled(found: re.Match[str]) -> str:
    label = LABEL.search(found.group())
    return f"{found.group()}<title>{label[1] if label else SIGN}</title>"
