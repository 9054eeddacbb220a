"""Threagile models of vehicles in our language, and the attack paths that another tool found in them.

A translation says what the model says and nothing else: what a link sends or receives stays unknown where its list is
empty, since the format has no other word for it. Tags about hardening are left out; the other tool lowers a likelihood
by them and ends no path.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import yaml

CONTROL = "control-of-"  # data that stands for the command over a safety-critical asset
HAND_REACHES = frozenset({"physical", "sensor-spoofable"})  # tags of assets in reach of a hand, or of false light
KINDS = {"external-entity": "external", "datastore": "datastore", "gateway": "gateway", "iot-device": "device"}
PROTOCOLS = {"https": "https", "text-encrypted": "tls"}
BUSES = frozenset({"can", "can-fd", "lin", "flexray"})
SECRECY = {"restricted": "confidential", "confidential": "restricted", "strictly-confidential": "restricted"}
TRUTH = {
    "archive": "low",
    "operational": "low",
    "important": "medium",
    "critical": "high",
    "mission-critical": "critical",
}
PATHS, CHOKES = "Multi-Hop Attack Path To Safety-Critical ECU", "Attack-Path Chokepoint"
Fields = Mapping[str, Any]


class Expected(msgspec.Struct, frozen=True):
    """What the other tool found: the titles on each path by its ends, and choke points with the ends that they gate."""

    paths: Mapping[tuple[str, str], tuple[str, ...]]
    chokes: Mapping[str, frozenset[str]]


def expected(file: Path) -> Expected:
    """The paths and choke points of a file of findings, by the titles that it uses."""
    found = yaml.safe_load(file.read_text(encoding="utf-8"))["individual_risk_categories"]
    paths = {}
    for title, risk in found[PATHS]["risks_identified"].items():
        names = title.partition("</b> ")[2].partition(" [")[0].split(" -> ")
        paths[names[0], risk["most_relevant_technical_asset"]] = tuple(names)
    chokes = {
        risk["most_relevant_technical_asset"]: frozenset(risk["data_breach_technical_assets"])
        for risk in found[CHOKES]["risks_identified"].values()
    }
    return Expected(paths, chokes)


def translated(file: Path) -> str:
    """The model as a text of our language."""
    model = yaml.safe_load(file.read_text(encoding="utf-8"))
    assets: Fields = model["technical_assets"]
    lines = [f'model vehicle "{model["title"]}" {{ owner "team@example.org" }}']
    for title, data in model["data_assets"].items():
        secret = SECRECY.get(data["confidentiality"], data["confidentiality"])
        truth = TRUTH[data["integrity"]]
        lines.append(f'data {data["id"]} "{title}" {{ confidentiality {secret}; integrity {truth} }}')
    placed: set[str] = set()
    by_id = {asset["id"]: (title, asset) for title, asset in assets.items()}
    for title, boundary in model["trust_boundaries"].items():
        inside = boundary["technical_assets_inside"]
        placed.update(inside)
        lines += [f'boundary {boundary["id"]} "{title}" {{', "  trust internal"]
        lines += [f"  {_element(*by_id[id_], assets)}" for id_ in inside] + ["}"]
    for id_, (title, asset) in by_id.items():
        lines += [_element(title, asset, assets)] if id_ not in placed else []
        if critical(asset):
            lines.append(f'data {CONTROL}{id_} "Command over {title}" {{ integrity critical }}')
    for asset in assets.values():
        lines += [_flow(asset["id"], title, link) for title, link in _links(asset)]
    starts = ", ".join(asset["id"] for asset in assets.values() if entry(asset))
    return "\n".join([*lines, f'adversary attacker "Attacker" {{ starts-at [{starts}] }}', ""])


def entry(asset: Fields) -> bool:
    """Whether the other tool lets attacks begin there: in scope, and on the internet or in reach of a hand."""
    return not asset.get("out_of_scope") and (asset["internet"] or bool(HAND_REACHES & _tags(asset)))


def critical(asset: Fields) -> bool:
    """Whether paths end there."""
    return "safety-critical" in _tags(asset)


def _tags(fields: Fields) -> frozenset[str]:
    return frozenset(fields["tags"] or ())


def _links(asset: Fields) -> Iterator[tuple[str, Fields]]:
    yield from (asset.get("communication_links") or {}).items()


def _element(title: str, asset: Fields, assets: Fields) -> str:
    kind = KINDS.get(asset["type"]) or KINDS.get(asset["technology"], "service")
    facts = ["serves [web]"] if asset["technology"] == "web-application" and kind == "service" else []
    if critical(asset):
        facts.append(f"holds [{CONTROL}{asset['id']}]")
    called = [
        link["authorization"] for other in assets.values() for _, link in _links(other) if link["target"] == asset["id"]
    ]
    if called and set(called) == {"none"}:
        facts.append("lacks [authorization]")
    return f'{kind} {asset["id"]} "{title}" {{ {"; ".join(facts)} }}'


def _flow(source: str, title: str, link: Fields) -> str:
    says = "lacks" if link["authentication"] == "none" else "controls"
    facts = [f"{says} [client-authentication]"]
    protocol = "bus" if BUSES & _tags(link) else PROTOCOLS.get(link["protocol"])
    facts += [f"protocol {protocol}"] if protocol else []
    for name, key in (("carries", "data_assets_sent"), ("returns", "data_assets_received")):
        data = link.get(key)
        facts.append(f"{name} [{', '.join(data)}]" if data else f"{name} unknown")
    name = "-".join(re.findall("[a-z0-9]+", title.lower()))
    return f'flow {name} {source} -> {link["target"]} "{title}" {{ {"; ".join(facts)} }}'
