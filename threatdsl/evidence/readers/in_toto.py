"""in-toto statements, also as DSSE envelopes and Sigstore bundles, alone or one a line; SLSA provenance among them.

A statement is information: its rule is the type of its predicate, its subjects are the SHA-256 digests it is about,
their names, the builder and the source. The predicate test-result (v0.1) lists tests that passed, and that failed; one
that warned is information. Nothing here is verified: a signature is not looked at, so that the file only claims. The
sources are https://github.com/in-toto/attestation, https://slsa.dev/provenance and Sigstore's bundle.
"""

import re
from base64 import b64decode
from binascii import Error
from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from msgspec import Raw, Struct, field

from threatdsl.evidence.decoding import json_as, json_lines, moment, text
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Observation, Outcome, Reading, Subject, SubjectKind

STATEMENT = "https://in-toto.io/Statement/"
PROVENANCE = "https://slsa.dev/provenance/"
TEST_RESULT = "https://in-toto.io/attestation/test-result/v0.1"
BUNDLE = "application/vnd.dev.sigstore.bundle"  # goes on `.v0.3+json` or `+json;version=0.3`
SIGNATURE = "message-signature"  # the rule of a bundle that signs a digest without a statement
MARKS = (STATEMENT.encode(), BUNDLE.encode(), b'"payloadType"', b'"dsseEnvelope"')
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SECONDS = re.compile(r"[0-9]{1,11}")
_USER = re.compile(r"//[^/@]*@")


class _Descriptor(Struct, frozen=True):
    name: str | None = None
    uri: str | None = None
    digest: dict[str, str] | None = None


class _Statement(Struct, frozen=True):
    type: str = field(name="_type")
    predicate_type: str = field(name="predicateType")
    subject: tuple[_Descriptor, ...]
    predicate: Raw = Raw(b"{}")


class _Envelope(Struct, frozen=True):
    payload: str
    payload_type: str = field(name="payloadType")


class _MessageDigest(Struct, frozen=True):
    digest: str
    algorithm: str


class _MessageSignature(Struct, frozen=True):
    digest: _MessageDigest = field(name="messageDigest")


class _Entry(Struct, frozen=True):
    time: str | int | None = field(default=None, name="integratedTime")


class _Material(Struct, frozen=True):
    entries: tuple[_Entry, ...] | None = field(default=None, name="tlogEntries")


class _Bundle(Struct, frozen=True):
    media_type: str = field(name="mediaType")
    envelope: _Envelope | None = field(default=None, name="dsseEnvelope")
    signature: _MessageSignature | None = field(default=None, name="messageSignature")
    material: _Material | None = field(default=None, name="verificationMaterial")


class _Kind(Struct, frozen=True):
    """What tells the documents apart."""

    statement: str | None = field(default=None, name="_type")
    payload: str | None = None
    media_type: str | None = field(default=None, name="mediaType")


class _Builder(Struct, frozen=True):
    id: str = ""


class _Metadata(Struct, frozen=True):
    finished: str | None = field(default=None, name="buildFinishedOn")  # SLSA v0
    finished_v1: str | None = field(default=None, name="finishedOn")


class _Invocation(Struct, frozen=True):
    source: _Descriptor | None = field(default=None, name="configSource")


class _Run(Struct, frozen=True):
    builder: _Builder | None = None
    metadata: _Metadata | None = None


class _Definition(Struct, frozen=True):
    dependencies: tuple[_Descriptor, ...] | None = field(default=None, name="resolvedDependencies")


class _Provenance(Struct, frozen=True):
    builder: _Builder | None = None
    invocation: _Invocation | None = None
    materials: tuple[_Descriptor, ...] | None = None
    metadata: _Metadata | None = None
    definition: _Definition | None = field(default=None, name="buildDefinition")
    run: _Run | None = field(default=None, name="runDetails")


class _Tests(Struct, frozen=True):
    result: Literal["PASSED", "WARNED", "FAILED"]
    passed: tuple[str, ...] | None = field(default=None, name="passedTests")
    warned: tuple[str, ...] | None = field(default=None, name="warnedTests")
    failed: tuple[str, ...] | None = field(default=None, name="failedTests")


def recognises(content: bytes) -> bool:
    """Whether a statement, an envelope or a bundle begins near the start."""
    return any(mark in content[:4096] for mark in MARKS) or (
        b'"payload"' in content[:64] and b'"sig' in content[-4096:]
    )


def read(content: bytes) -> Reading:
    """What the statements claim. Raises Unreadable."""
    readings = [_document(document) for document in _documents(content)]
    commits = {reading.commit for reading in readings} - {""}
    times = (reading.time for reading in readings if reading.time is not None)
    return Reading(
        tuple(one for reading in readings for one in reading.observations),
        time=max(times, default=None),
        commit=commits.pop() if len(commits) == 1 else "",
        digests=frozenset().union(*(reading.digests for reading in readings)),
    )


def _documents(content: bytes) -> Iterator[Raw]:
    if text(content).strip().split(b"\n", 1)[0].rstrip().endswith(b"}"):
        yield from json_lines(Raw, content)
    else:
        yield json_as(Raw, content)


def _document(document: Raw) -> Reading:
    kind = json_as(_Kind, bytes(document))
    if kind.media_type is not None and kind.media_type.startswith(BUNDLE):
        return _bundle(json_as(_Bundle, bytes(document)))
    if kind.payload is not None:
        return _statement(_decoded(json_as(_Envelope, bytes(document)).payload), None)
    if kind.statement is not None:
        return _statement(bytes(document), None)
    raise Unreadable("not of this format: neither a statement, nor an envelope or a bundle of one")


def _decoded(value: str) -> bytes:
    try:
        return b64decode(value.replace("-", "+").replace("_", "/"), validate=True)
    except (Error, ValueError):
        raise Unreadable("its payload is not base64") from None


def _bundle(bundle: _Bundle) -> Reading:
    entries = () if bundle.material is None else bundle.material.entries or ()
    seconds = [int(match[0]) for entry in entries if (match := _SECONDS.fullmatch(str(entry.time))) is not None]
    time = moment(max(seconds, default=0) or None)
    if bundle.envelope is not None:
        return _statement(_decoded(bundle.envelope.payload), time)
    if bundle.signature is None:
        raise Unreadable("a bundle without an envelope or a signature")
    digest = bundle.signature.digest
    found = (f"sha256:{_decoded(digest.digest).hex()}",) if digest.algorithm == "SHA2_256" else ()
    subjects = tuple(Subject(SubjectKind.IMAGE, one) for one in found)
    return Reading((Observation(SIGNATURE, Outcome.INFO, subjects, time=time),), time=time, digests=frozenset(found))


def _statement(content: bytes, signed: datetime | None) -> Reading:
    statement = json_as(_Statement, content)
    if not statement.type.startswith(STATEMENT):
        raise Unreadable("not of this format: its _type is not that of an in-toto statement")
    digests = tuple(digest for one in statement.subject if (digest := _sha256(one)) is not None)
    subjects = tuple(dict.fromkeys(_names(statement.subject)))
    commit = next((commit for one in statement.subject if (commit := (one.digest or {}).get("gitCommit"))), "")
    if statement.predicate_type == TEST_RESULT:
        observations = tuple(_tests(json_as(_Tests, bytes(statement.predicate)), subjects, signed))
        return Reading(observations, time=signed, commit=commit, digests=frozenset(digests))
    time = signed
    if statement.predicate_type.startswith(PROVENANCE):
        provenance = json_as(_Provenance, bytes(statement.predicate))
        subjects = tuple(dict.fromkeys((*subjects, *_made_by(provenance))))
        commit = next((found for one in _sources(provenance) if (found := _commit(one))), commit)
        time = _finished(provenance) or signed
    observation = Observation(statement.predicate_type, Outcome.INFO, subjects, time=time)
    return Reading((observation,), time=time, commit=commit, digests=frozenset(digests))


def _tests(tests: _Tests, subjects: tuple[Subject, ...], time: datetime | None) -> Iterator[Observation]:
    """Each test, and the run as a whole: that fails where it says so, and proves nothing by itself."""
    yield Observation(TEST_RESULT, Outcome.FAIL if tests.result == "FAILED" else Outcome.INFO, subjects, time=time)
    groups = ((tests.passed, Outcome.PASS), (tests.warned, Outcome.INFO), (tests.failed, Outcome.FAIL))
    for names, outcome in groups:
        for name in names or ():
            yield Observation(name, outcome, (Subject(SubjectKind.TEST, name), *subjects), time=time)


def _names(descriptors: tuple[_Descriptor, ...]) -> Iterator[Subject]:
    for one in descriptors:
        if (digest := _sha256(one)) is not None:
            yield Subject(SubjectKind.IMAGE, digest)
        for name in filter(None, (one.name, one.uri)):
            yield Subject(_kind(name), _USER.sub("//", name).replace("\\", "/"))


def _kind(name: str) -> SubjectKind:
    """Of a subject, which has no type: a package, an address, an image with its registry, else a file."""
    first, slash, _ = name.removeprefix("./").partition("/")
    if name.startswith("pkg:"):
        return SubjectKind.PACKAGE
    if "://" in name:
        return SubjectKind.URL
    return SubjectKind.IMAGE if slash and ("." in first or ":" in first) else SubjectKind.FILE


def _sha256(descriptor: _Descriptor) -> str | None:
    digest = (descriptor.digest or {}).get("sha256", "").lower()
    return f"sha256:{digest}" if _SHA256.fullmatch(digest) is not None else None


def _made_by(provenance: _Provenance) -> Iterator[Subject]:
    builder = provenance.builder or (provenance.run or _Run()).builder
    if builder is not None and builder.id:
        yield Subject(SubjectKind.URL, _USER.sub("//", builder.id))
    source = next((one for one in _sources(provenance) if one.uri), None)
    if source is not None and source.uri is not None:
        yield Subject(SubjectKind.URL, _USER.sub("//", source.uri.removeprefix("git+")))


def _sources(provenance: _Provenance) -> Iterator[_Descriptor]:
    """Where the code came from: what the build was configured by, and what it took from Git; the first counts."""
    if provenance.invocation is not None and provenance.invocation.source is not None:
        yield provenance.invocation.source
    taken = provenance.definition.dependencies if provenance.definition is not None else provenance.materials
    yield from (one for one in taken or () if (one.uri or "").startswith("git+"))


def _commit(source: _Descriptor) -> str:
    digest = source.digest or {}
    return digest.get("gitCommit") or digest.get("sha1") or ""


def _finished(provenance: _Provenance) -> datetime | None:
    metadata = provenance.metadata or (provenance.run or _Run()).metadata
    return None if metadata is None else moment(metadata.finished or metadata.finished_v1)
