"""OWASP ZAP reports: "Traditional JSON" and "Traditional XML" of the add-on Report Generation, also with requests.

Each alert fails its rule, the `pluginid`; `alertRef`, where it says more, and the CWE are aliases. An alert of
confidence 0 was marked as a false positive: it informs and refutes nothing. Subjects are the URL of the site, its host
and the URLs of the instances, without user, query, fragment and path parameters, which hold secrets. The time is
`created` only: `generated` is local text without a zone. Rules without an alert are not in the file, so that ZAP never
proves.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from threatdsl.evidence.decoding import BOM, bare_url, json_as, local, moment, text, xml_root
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Observation, Outcome, Reading, Subject, SubjectKind
from threatdsl.model.level import Level

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

ROOT = "OWASPZAPReport"
SEVERITIES = {"0": Level.INFO, "1": Level.LOW, "2": Level.MEDIUM, "3": Level.HIGH}  # by riskcode
FALSE_POSITIVE = "0"  # a confidence
NO_CWE = "0"  # or -1


class _Instance(msgspec.Struct, frozen=True):
    uri: str = ""


class _Alert(msgspec.Struct, frozen=True):
    pluginid: str
    reference: str = msgspec.field(default="", name="alertRef")
    riskcode: str = ""
    confidence: str = ""
    cweid: str = ""
    instances: tuple[_Instance, ...] | None = None


class _Site(msgspec.Struct, frozen=True):
    name: str = msgspec.field(name="@name")
    host: str = msgspec.field(default="", name="@host")
    alerts: tuple[_Alert, ...] | None = None


class _Report(msgspec.Struct, frozen=True):
    version: str = msgspec.field(name="@version")
    site: tuple[_Site, ...] | _Site
    created: str | None = None
    created_attribute: str | None = msgspec.field(default=None, name="@created")


def recognises(content: bytes) -> bool:
    """Whether the root of the XML report, or the keys of the JSON report, are near the start."""
    head = content[:4096].removeprefix(BOM).lstrip()
    if head.startswith(b"<"):
        return b"<" + ROOT.encode() in head
    return head.startswith(b"{") and b'"@version"' in head and (b'"@generated"' in head or b'"site"' in head)


def read(content: bytes) -> Reading:
    """The alerts of all sites. Raises Unreadable."""
    is_xml = text(content).lstrip().startswith(b"<")
    report = _xml(content) if is_xml else json_as(_Report, content)
    sites = report.site if isinstance(report.site, tuple) else (report.site,)
    urls = dict.fromkeys(url for site in sites if (url := _url(site.name)))
    return Reading(
        tuple(_observation(site, alert) for site in sites for alert in site.alerts or ()),
        tool="ZAP",
        tool_version=report.version,
        time=moment(report.created or report.created_attribute),
        scanned=tuple(Subject(SubjectKind.URL, url) for url in urls),
    )


def _xml(content: bytes) -> _Report:
    root = xml_root(content)
    if local(root) != ROOT:
        raise Unreadable(f"not of this format: its root is <{local(root)}>")
    sites = tuple(
        _Site(site.get("name", ""), site.get("host", ""), tuple(_alert(item) for item in site.iter("alertitem")))
        for site in root.iter("site")
    )
    return _Report(root.get("version", ""), sites, root.get("created"))


def _alert(item: "Element") -> _Alert:
    names = ("pluginid", "alertRef", "riskcode", "confidence", "cweid")
    rule, reference, risk, confidence, cwe = (item.findtext(name, "").strip() for name in names)
    uris = tuple(_Instance((uri.text or "").strip()) for uri in item.iter("uri"))
    return _Alert(rule, reference, risk, confidence, cwe, uris)


def _observation(site: _Site, alert: _Alert) -> Observation:
    if not alert.pluginid:
        raise Unreadable("not of this format: an alert without a pluginid")
    return Observation(
        alert.pluginid,
        Outcome.INFO if alert.confidence == FALSE_POSITIVE else Outcome.FAIL,
        tuple(dict.fromkeys(_subjects(site, alert))),
        tuple(_aliases(alert)),
        SEVERITIES.get(alert.riskcode),
    )


def _subjects(site: _Site, alert: _Alert) -> Iterator[Subject]:
    if url := _url(site.name):
        yield Subject(SubjectKind.URL, url)
    if host := bare_url(site.host):
        yield Subject(SubjectKind.HOST, host)
    for instance in alert.instances or ():
        if url := _url(instance.uri):
            yield Subject(SubjectKind.URL, url)


def _aliases(alert: _Alert) -> Iterator[str]:
    if alert.reference and alert.reference != alert.pluginid:
        yield alert.reference
    if alert.cweid.isdecimal() and alert.cweid != NO_CWE:
        yield f"CWE-{alert.cweid}"


def _url(place: str) -> str:
    return bare_url(place) if "://" in place else ""
