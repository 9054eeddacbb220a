"""What a team adds to the look of a report: a style sheet and a logo, checked before they get into a document."""

import re
from base64 import b64encode

from threatdsl.report.errors import ReportError

LARGEST = 1 << 20
PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
SVG = "{http://www.w3.org/2000/svg}"
ACTIVE = ("script", "foreignObject", "iframe", "handler", "listener", "set", "animate")
LOADING = re.compile(r"@import|url\(\s*['\"]?(?!#)|expression\(|javascript:", re.IGNORECASE)
CLOSING = re.compile(r"</\s*style|<!--", re.IGNORECASE)


def style_sheet(content: bytes, name: str) -> str:
    """The text of a style sheet. Raises ReportError for one that is too large, no text, or would end its element."""
    if len(content) > LARGEST:
        raise ReportError(f"{name} is larger than {LARGEST >> 20} MiB")
    try:
        css = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReportError(f"{name} is no style sheet in UTF-8") from error
    if "\0" in css or CLOSING.search(css):
        raise ReportError(f"{name} holds markup; a theme is CSS alone")
    return css


def logo(content: bytes, name: str) -> str:
    """A picture as a data URL, by what it is and not by its name: PNG, JPEG, or an SVG that is at rest.

    Raises ReportError for anything else.
    """
    if len(content) > LARGEST:
        raise ReportError(f"{name} is larger than {LARGEST >> 20} MiB")
    if content.startswith(PNG):
        return _data_url("image/png", content)
    if content.startswith(JPEG):
        return _data_url("image/jpeg", content)
    fault = _fault_of_svg(content)
    if fault:
        raise ReportError(f"{name} {fault}")
    return _data_url("image/svg+xml", content)


def _data_url(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{b64encode(content).decode()}"


def _fault_of_svg(content: bytes) -> str:
    """What is wrong with it as an SVG logo, empty where nothing is."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        return "declares entities or a document type; a logo holds none"
    except (ParseError, ValueError, LookupError):  # not well-formed, or in an encoding that nobody knows
        return "is no PNG, JPEG or SVG"
    if root.tag != f"{SVG}svg":
        return "is no PNG, JPEG or SVG"
    for part in root.iter():
        if str(part.tag).rpartition("}")[2] in ACTIVE:
            return "is an SVG with scripts or motion; a logo is at rest"
        texts = (part.text or "" if part.tag == f"{SVG}style" else "", *part.attrib.values())
        names = [name.rpartition("}")[2].lower() for name in part.attrib]
        if any(name.startswith("on") for name in names):
            return "is an SVG with scripts or motion; a logo is at rest"
        leads = [value for name, value in zip(names, part.attrib.values(), strict=True) if name in ("href", "src")]
        if any(not value.startswith("#") for value in leads) or any(map(LOADING.search, texts)):
            return "is an SVG that leads or loads from elsewhere; a logo holds all that it shows"
    return ""
