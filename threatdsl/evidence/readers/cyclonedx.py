"""CycloneDX 1.0 to 1.6, JSON and XML: a bill of materials with or without vulnerabilities, or a VEX document.

The shape is that of the specification. Each vulnerability is FAIL: `exploitable`, `in_triage` and one without analysis
plainly; `not_affected`, `resolved`, `resolved_with_pedigree` and `false_positive` with a waiver, which carries the
justification or else the detail of the analysis. A `not_affected` that has neither waives nothing. Components are what
was scanned; a document without vulnerabilities observes nothing, also where nobody looked for any.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec import field

from threatdsl.evidence.decoding import json_as, local, moment, text, xml_root
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Observation, Outcome, Reading, Subject, SubjectKind, Waiver
from threatdsl.evidence.scores import level_of_score
from threatdsl.model.level import Level

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NAMESPACE = "http://cyclonedx.org/schema/bom"
ACCEPTED = ("not_affected", "resolved", "resolved_with_pedigree", "false_positive")
SEVERITIES = {  # of a rating; `unknown` is none
    "none": Level.INFO,
    "info": Level.INFO,
    "low": Level.LOW,
    "medium": Level.MEDIUM,
    "high": Level.HIGH,
    "critical": Level.CRITICAL,
}
SCORED = ("CVSSv2", "CVSSv3", "CVSSv31", "CVSSv4")  # the methods whose scores mean that, where a rating has no word
SHA256 = "SHA-256"


class _Hash(msgspec.Struct, frozen=True):
    alg: str
    content: str = ""


class _Component(msgspec.Struct, rename="kebab", frozen=True):
    name: str = ""
    group: str | None = ""
    version: str | None = ""
    purl: str | None = ""
    type: str = ""
    bom_ref: str = ""
    hashes: tuple[_Hash, ...] | None = None
    components: tuple["_Component", ...] | None = None


class _Tools(msgspec.Struct, frozen=True):
    components: tuple[_Component, ...] | None = None


class _Metadata(msgspec.Struct, frozen=True):
    timestamp: str = ""
    tools: tuple[_Component, ...] | _Tools | None = None
    component: _Component | None = None


class _Rating(msgspec.Struct, frozen=True):
    severity: str = ""
    score: float | None = None
    method: str = ""


class _Analysis(msgspec.Struct, frozen=True):
    state: str = ""
    justification: str = ""
    detail: str = ""


class _Reference(msgspec.Struct, frozen=True):
    id: str = ""


class _Affected(msgspec.Struct, frozen=True):
    ref: str


class _Vulnerability(msgspec.Struct, rename="kebab", frozen=True):
    id: str = ""
    bom_ref: str = ""
    references: tuple[_Reference, ...] | None = None
    ratings: tuple[_Rating, ...] | None = None
    cwes: tuple[int, ...] | None = None
    analysis: _Analysis | None = None
    affects: tuple[_Affected, ...] | None = None


class _Bom(msgspec.Struct, frozen=True):
    format: Literal["CycloneDX"] = field(name="bomFormat")
    metadata: _Metadata | None = None
    components: tuple[_Component, ...] | None = None
    vulnerabilities: tuple[_Vulnerability, ...] | None = None


def recognises(content: bytes) -> bool:
    """Whether the format's name or its XML namespace stands near the start."""
    head = content[:4096]
    return (b'"bomFormat"' in head and b'"CycloneDX"' in head) or NAMESPACE.encode() in head


def read(content: bytes) -> Reading:
    """The vulnerabilities, one observation each. Raises Unreadable."""
    bom = _of_xml(content) if text(content).lstrip().startswith(b"<") else json_as(_Bom, content)
    metadata = bom.metadata or _Metadata()
    root = metadata.component
    components = [*([root] if root else []), *_nested(bom.components)]
    known = {one.bom_ref: subject for one in components if one.bom_ref and (subject := _subject(one)) is not None}
    tools = metadata.tools.components if isinstance(metadata.tools, _Tools) else metadata.tools
    tool = tools[0] if tools else _Component()
    return Reading(
        tuple(_observation(one, known) for one in bom.vulnerabilities or ()),
        tool=tool.name,
        tool_version=tool.version or "",
        time=moment(metadata.timestamp),
        scanned=tuple(dict.fromkeys(one for component in components if (one := _subject(component)) is not None)),
        digests=frozenset(_digests(root)) if root else frozenset(),
    )


def _nested(components: tuple[_Component, ...] | None) -> Iterator[_Component]:
    waiting = list(reversed(components or ()))
    while waiting:
        component = waiting.pop()
        yield component
        waiting += reversed(component.components or ())


def _subject(component: _Component) -> Subject | None:
    name = "/".join(filter(None, (component.group, component.name)))
    found = component.purl or "@".join(filter(None, (name, component.version)))
    kind = SubjectKind.IMAGE if component.type == "container" else SubjectKind.PACKAGE
    return Subject(kind, found) if found else None


def _digests(component: _Component) -> Iterator[str]:
    if component.version and component.version.startswith("sha256:"):  # of an image
        yield component.version
    yield from (f"sha256:{one.content.lower()}" for one in component.hashes or () if one.alg == SHA256)


def _observation(found: _Vulnerability, known: dict[str, Subject]) -> Observation:
    rule = found.id or found.bom_ref
    if not rule:
        raise Unreadable("not of this format: a vulnerability without an id")
    analysis = found.analysis or _Analysis()
    aliases = (*(one.id for one in found.references or ()), *(f"CWE-{one}" for one in found.cwes or ()))
    refs = dict.fromkeys(one.ref for one in found.affects or ())
    return Observation(
        rule,
        Outcome.FAIL,
        tuple(dict.fromkeys(known.get(ref) or Subject(SubjectKind.PACKAGE, ref) for ref in refs)),
        tuple(dict.fromkeys(alias for alias in aliases if alias not in {"", rule})),
        max((level for one in found.ratings or () if (level := _level(one)) is not None), default=None),
        waiver=_waiver(analysis),
    )


def _level(rating: _Rating) -> Level | None:
    if rating.severity in SEVERITIES:
        return SEVERITIES[rating.severity]
    score = rating.score if rating.method in SCORED else None
    return None if score is None else level_of_score(score)


def _waiver(analysis: _Analysis) -> Waiver | None:
    why = analysis.justification or analysis.detail
    if analysis.state not in ACCEPTED or (analysis.state == "not_affected" and not why):
        return None
    return Waiver(": ".join(filter(None, (analysis.state, why))))


def _of_xml(content: bytes) -> _Bom:
    root = xml_root(content)
    if local(root) != "bom" or not root.tag.startswith(f"{{{NAMESPACE}"):
        raise Unreadable(f"not CycloneDX: its root is <{local(root)}>")
    parts = {local(child): child for child in root}
    metadata = parts.get("metadata")
    return _Bom(
        "CycloneDX",
        _xml_metadata(metadata) if metadata is not None else None,
        tuple(_xml_component(one) for one in _under(parts.get("components"), "component")),
        tuple(_xml_vulnerability(one) for one in _at(root, "vulnerabilities", "vulnerability")),
    )


def _under(element: "Element | None", name: str) -> Iterator["Element"]:
    if element is not None:
        yield from (one for one in element.iter() if local(one) == name)


def _at(element: "Element", *path: str) -> list["Element"]:
    """The elements below an element by the names on the way to them."""
    found = [element]
    for name in path:
        found = [child for one in found for child in one if local(child) == name]
    return found


def _word(element: "Element", *path: str) -> str:
    return next((one.text.strip() for one in _at(element, *path) if one.text), "")


def _xml_metadata(element: "Element") -> _Metadata:
    tools = [*_at(element, "tools", "tool"), *_at(element, "tools", "components", "component")]
    component = [_xml_component(one) for one in _at(element, "component")]
    return _Metadata(
        _word(element, "timestamp"), tuple(_xml_component(one) for one in tools), component[0] if component else None
    )


def _xml_component(element: "Element") -> _Component:
    return _Component(
        name=_word(element, "name"),
        group=_word(element, "group"),
        version=_word(element, "version"),
        purl=_word(element, "purl"),
        type=element.get("type", ""),
        bom_ref=element.get("bom-ref", ""),
        hashes=tuple(_Hash(one.get("alg", ""), (one.text or "").strip()) for one in _at(element, "hashes", "hash")),
    )


def _xml_vulnerability(element: "Element") -> _Vulnerability:
    analysis = _at(element, "analysis")
    cwes = [_word(one) for one in _at(element, "cwes", "cwe")]
    return _Vulnerability(
        _word(element, "id"),
        element.get("bom-ref", ""),
        tuple(_Reference(_word(one, "id")) for one in _at(element, "references", "reference")),
        tuple(_xml_rating(one) for one in _at(element, "ratings", "rating")),
        tuple(int(cwe) for cwe in cwes if cwe.isdecimal()),
        _Analysis(*(_word(analysis[0], name) for name in ("state", "justification", "detail"))) if analysis else None,
        tuple(_Affected(_word(one, "ref")) for one in _at(element, "affects", "target") if _word(one, "ref")),
    )


def _xml_rating(element: "Element") -> _Rating:
    try:
        score = float(_word(element, "score"))
    except ValueError:
        score = None
    return _Rating(_word(element, "severity"), score, _word(element, "method"))
