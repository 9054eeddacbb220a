"""Templates, style sheets and fonts: files of the package, and the only files a report reads."""

from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Template

PACKAGE = "threatdsl.templates"


def text(name: str) -> str:
    """A template's or style sheet's text."""
    return (files(PACKAGE) / name).read_text(encoding="utf-8")


def font(name: str) -> bytes:
    """A font file."""
    return (files(PACKAGE) / "fonts" / name).read_bytes()


def template(name: str) -> "Template":
    """A template. It escapes all that it is given, and a name it does not know is an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader(PACKAGE, ""), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    return environment.get_template(name)
