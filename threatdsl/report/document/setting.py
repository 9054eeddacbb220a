"""The document set on pages: by WeasyPrint, from the fonts of the package alone, the same bytes for the same text."""

import io
import os
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from hashlib import sha256
from typing import TYPE_CHECKING

from threatdsl.report.document.spoken import spoken
from threatdsl.report.errors import ReportError
from threatdsl.report.resources import font

if TYPE_CHECKING:
    from weasyprint.urls import URLFetcherResponse

PANGO = "apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
RESOURCE = "threatdsl:"
VARIANT = "pdf/ua-1"  # ISO 14289-1: tagged, titled, in a stated language


def set_on_pages(source: str, logo: str) -> bytes:
    """The PDF of a document in HTML. `logo` is the one picture that it may load, as a data URL."""
    try:
        with redirect_stdout(io.StringIO()):  # a missing library makes it print advice
            import weasyprint
    except OSError as error:
        raise ReportError(
            f"The PDF needs the library Pango, which is missing here. Install it with `{PANGO}`; "
            "the HTML report works without."
        ) from error
    with _no_clock():
        rendered = weasyprint.HTML(string=spoken(source), base_url=RESOURCE, url_fetcher=Resources(logo)).write_pdf(
            pdf_variant=VARIANT, pdf_identifier=sha256(source.encode()).digest()[:16]
        )
    if rendered is None:
        raise ReportError("WeasyPrint wrote no PDF.")
    return bytes(rendered)


@contextmanager
def _no_clock() -> Iterator[None]:
    """Keeps the time of day out of font subsets: fontTools writes it into those with pictures, such as emoji."""
    name = "SOURCE_DATE_EPOCH"  # reproducible-builds.org
    before = os.environ.get(name)
    os.environ[name] = "0"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


class Resources:
    """Gives WeasyPrint the package's fonts and the logo. All else is refused: files, addresses of the web, data."""

    _fail_on_errors = (
        False  # WeasyPrint asks: what is refused is left out, as it is for an address that does not answer
    )

    def __init__(self, logo: str) -> None:
        self._logo = logo

    def __call__(self, url: str) -> "URLFetcherResponse":
        """The font that the style sheet names, or the logo."""
        from weasyprint.urls import URLFetcherResponse

        if self._logo and url == self._logo:
            kind, _, content = url.removeprefix("data:").partition(";base64,")
            return URLFetcherResponse(url, b64decode(content), {"Content-Type": kind})
        name = url.removeprefix(RESOURCE)
        if name == url or not name.endswith(".woff2") or "/" in name:
            raise ValueError(f"a report loads nothing from outside: {url[:80]}")
        return URLFetcherResponse(url, font(name), {"Content-Type": "font/woff2"})
