"""Signatures of results: a DSSE envelope beside the file, by the key that the policy names.

What is signed must be all that is used: the result, and the envelope of `evidence add` where there is one, since that
says of which commit, environment and day it is. https://github.com/secure-systems-lab/dsse/blob/master/protocol.md
"""

import base64
import binascii
from collections.abc import Callable
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from threatdsl.evidence.decoding import json_as
from threatdsl.evidence.envelope import SUFFIX
from threatdsl.evidence.files import LARGEST, LARGEST_ENVELOPE, read_bounded
from threatdsl.evidence.interface import Unreadable

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

SIGNED_SUFFIX = ".intoto.json"
STATEMENT = "application/vnd.in-toto+json"
Verifies = Callable[[bytes, bytes], bool]  # whether a signature of some bytes is by the key


class Signing(StrEnum):
    """What the signature beside a result says."""

    VERIFIED = "verified"
    NOT_SIGNED = "not signed"
    WRONG_KEY = "wrong key"
    ALTERED = "altered"


class Signature(msgspec.Struct, frozen=True):
    """A signature of a DSSE envelope, in base64."""

    sig: str


class SignedEnvelope(msgspec.Struct, frozen=True, rename="camel"):
    """A DSSE envelope: a payload in base64, its type, and who signed both."""

    payload: str
    payload_type: str
    signatures: tuple[Signature, ...]


class SubjectOfStatement(msgspec.Struct, frozen=True):
    """A file that an in-toto statement is about."""

    digest: dict[str, str]


class Statement(msgspec.Struct, frozen=True):
    """An in-toto statement, of which only what it is about matters."""

    subject: tuple[SubjectOfStatement, ...]
    predicate: object = None


def read_key(root: Path, file: str) -> Verifies:
    """What tells signatures by a public key in PEM. Raises Unreadable for a file that holds none that can be used."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    content = read_bounded(root / file, root, LARGEST_ENVELOPE)
    if content is None:
        raise Unreadable("there is no such file")
    try:
        return _verifier(load_pem_public_key(content))
    except (ValueError, UnsupportedAlgorithm):
        raise Unreadable("it is no public key in PEM") from None


def _verifier(key: "PublicKeyTypes") -> Verifies:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
    from cryptography.hazmat.primitives.hashes import SHA256

    tries: tuple[Callable[[bytes, bytes], None], ...]
    if isinstance(key, ed25519.Ed25519PublicKey):
        tries = (key.verify,)
    elif isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        tries = (lambda sig, data: key.verify(sig, data, ec.ECDSA(SHA256())),)
    elif isinstance(key, rsa.RSAPublicKey):
        pss = padding.PSS(padding.MGF1(SHA256()), padding.PSS.AUTO)
        tries = (
            lambda sig, data: key.verify(sig, data, pss, SHA256()),
            lambda sig, data: key.verify(sig, data, padding.PKCS1v15(), SHA256()),
        )
    else:
        raise Unreadable("it is none of Ed25519, ECDSA with P-256, and RSA")

    def verifies(signature: bytes, data: bytes) -> bool:
        for one in tries:
            try:
                one(signature, data)
            except InvalidSignature:
                continue
            return True
        return False

    return verifies


def signing(root: Path, file: str, verifies: Verifies) -> Signing:
    """What the signature beside a result says. Raises Unreadable for files that cannot be read."""
    path = root / file
    content = read_bounded(path, root, LARGEST)
    wrapped = read_bounded(path.with_name(path.name + SUFFIX), root, LARGEST_ENVELOPE)
    signed = read_bounded(path.with_name(path.name + SIGNED_SUFFIX), root, LARGEST_ENVELOPE)
    if content is None or signed is None:
        return Signing.NOT_SIGNED
    envelope = json_as(SignedEnvelope, signed)
    payload = _decoded(envelope.payload)
    data = _encoded(envelope.payload_type, payload)
    if not envelope.signatures:
        return Signing.NOT_SIGNED
    if not any(verifies(_decoded(one.sig), data) for one in envelope.signatures):
        return Signing.WRONG_KEY
    covers = _covers(envelope.payload_type, payload, content, wrapped)
    return Signing.VERIFIED if covers else Signing.ALTERED


def _encoded(payload_type: str, payload: bytes) -> bytes:
    """The bytes that are signed: type and payload, each behind its length."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def _covers(payload_type: str, payload: bytes, content: bytes, wrapped: bytes | None) -> bool:
    """Whether what is signed is the result, with its envelope where it has one.

    An envelope holds the digest of its result, and whoever reads both compares them.
    """
    if payload_type != STATEMENT:
        return payload == wrapped
    statement = json_as(Statement, payload)
    digests = {subject.digest.get("sha256") for subject in statement.subject}
    is_subject = sha256(content).hexdigest() in digests
    if wrapped is None:
        return is_subject
    return sha256(wrapped).hexdigest() in digests or (is_subject and statement.predicate == json_as(dict, wrapped))


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, altchars=b"-_" if set(text) & set("-_") else None, validate=True)
    except (binascii.Error, ValueError):
        raise Unreadable("its signature is not in base64") from None
