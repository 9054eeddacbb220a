"""OpenVEX: what a supplier says of vulnerabilities in products; the shape is that of the specification, 0.0.1 to 0.2.0.

`affected` is FAIL. `not_affected` and `fixed` are FAIL with a waiver, which carries the justification or else the
impact statement; a `not_affected` that has neither, which the specification forbids, waives nothing.
`under_investigation` is MANUAL. The subjects are the products alone, never their subcomponents: a statement holds only
inside its product. Of two statements on one vulnerability in one product the later holds, by its time, else its order.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import unquote

import msgspec
from msgspec import field

from threatdsl.evidence.decoding import json_as, moment
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Observation, Outcome, Reading, Subject, SubjectKind, Waiver

CONTEXTS = ("https://openvex.dev/ns", "openvex.dev/ns")
IMAGE = "pkg:oci/"
BEFORE_ALL = datetime.min.replace(tzinfo=UTC)  # of a statement without a time


class _Vulnerability(msgspec.Struct, frozen=True):
    name: str = ""
    id: str = field(name="@id", default="")
    aliases: tuple[str, ...] | None = None


class _Identifiers(msgspec.Struct, frozen=True):
    purl: str = ""
    cpe23: str = ""


class _Hashes(msgspec.Struct, frozen=True):
    sha256: str = field(name="sha-256", default="")


class _Product(msgspec.Struct, frozen=True):
    id: str = field(name="@id", default="")
    identifiers: _Identifiers | None = None
    hashes: _Hashes | None = None


class _Statement(msgspec.Struct, frozen=True):
    vulnerability: _Vulnerability | str
    status: Literal["not_affected", "affected", "fixed", "under_investigation"]
    products: tuple[_Product | str, ...] | None = None
    justification: str = ""
    impact_statement: str = ""
    supplier: str = ""
    timestamp: str = ""
    last_updated: str = ""


class _Document(msgspec.Struct, frozen=True):
    context: str = field(name="@context")
    statements: tuple[_Statement, ...]
    author: str = ""
    timestamp: str = ""
    last_updated: str = ""
    tooling: str = ""


def recognises(content: bytes) -> bool:
    """Whether the context of OpenVEX stands near the start."""
    return b"openvex.dev/ns" in content[:4096]


def read(content: bytes) -> Reading:
    """The statements, one observation each. Raises Unreadable."""
    document = json_as(_Document, content)
    if not document.context.startswith(CONTEXTS):
        raise Unreadable("not of this format: its context is not that of OpenVEX")
    observations = tuple(_in_force(document))
    images = (one.id for each in observations for one in each.subjects if one.kind is SubjectKind.IMAGE)
    return Reading(
        observations,
        tool=document.tooling,
        time=moment(document.last_updated) or moment(document.timestamp),
        digests=frozenset(images),
    )


def _in_force(document: _Document) -> Iterator[Observation]:
    """The statements in the order of the file, each with the products for which no later one replaces it."""
    stated = [_observation(statement, document) for statement in document.statements]
    products = [
        tuple(tuple(_subjects(product)) for product in statement.products or ()) for statement in document.statements
    ]
    oldest_first = sorted(range(len(stated)), key=lambda number: stated[number].time or BEFORE_ALL)
    latest = {
        (name, subject): number
        for number in oldest_first
        for name in _names(stated[number])
        for subject in stated[number].subjects or (None,)
    }
    for number, one in enumerate(stated):
        names = _names(one)
        holding = [
            product
            for product in products[number] or ((None,),)
            if all(latest[name, subject] == number for name in names for subject in product)
        ]
        if holding:
            kept = tuple(dict.fromkeys(subject for product in holding for subject in product if subject is not None))
            yield msgspec.structs.replace(one, subjects=kept)


def _names(observation: Observation) -> tuple[str, ...]:
    return (observation.rule, *observation.aliases)


def _observation(statement: _Statement, document: _Document) -> Observation:
    vulnerability = statement.vulnerability
    if isinstance(vulnerability, str):
        vulnerability = _Vulnerability(vulnerability)
    rule = vulnerability.name or vulnerability.id
    if not rule:
        raise Unreadable("not of this format: a statement without the name of a vulnerability")
    times = (statement.last_updated, statement.timestamp, document.last_updated, document.timestamp)
    return Observation(
        rule,
        Outcome.MANUAL if statement.status == "under_investigation" else Outcome.FAIL,
        tuple(dict.fromkeys(subject for product in statement.products or () for subject in _subjects(product))),
        tuple(dict.fromkeys(alias for alias in vulnerability.aliases or () if alias != rule)),
        time=next((time for value in times if (time := moment(value)) is not None), None),
        waiver=_waiver(statement, document),
    )


def _waiver(statement: _Statement, document: _Document) -> Waiver | None:
    why = statement.justification or statement.impact_statement
    if statement.status == "fixed" or (statement.status == "not_affected" and why):
        reason = ": ".join(filter(None, (statement.status, why)))
        return Waiver(reason, statement.supplier or document.author)
    return None


def _subjects(product: _Product | str) -> Iterator[Subject]:
    if isinstance(product, str):
        product = _Product(product)
    other = product.identifiers or _Identifiers()
    for name in filter(None, (product.id, other.purl, other.cpe23)):
        yield Subject(SubjectKind.PACKAGE, name)
        version = unquote(name.partition("?")[0]).rpartition("@")[2]
        if name.startswith(IMAGE) and version.startswith("sha256:"):
            yield Subject(SubjectKind.IMAGE, version)
    if product.hashes and product.hashes.sha256:
        yield Subject(SubjectKind.IMAGE, f"sha256:{product.hashes.sha256.lower()}")
