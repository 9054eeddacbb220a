"""A policy that names a key: a result that the pipeline did not sign proves nothing, and may refute."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.cli.changing import Repository
from tests.cli.running import Done, threatdsl, write
from threatdsl.evidence.envelope import SUFFIX, seal

NOW = "2026-11-25"
COLLECTED = datetime(2026, 11, 24, 12, tzinfo=UTC)
IN_TOTO = "application/vnd.in-toto+json"
OWN_TYPE = "application/vnd.example.evidence+json"
PASSES = b'<testsuite><testcase classname="abuse" name="huge"/></testsuite>'
FAILS = b'<testsuite><testcase classname="abuse" name="huge"><failure/></testcase></testsuite>'
MODEL = """
model shop "Web shop" { owner "team-shop@example.org" }
policy pr "Pull requests" { fail-on high; evidence-key "keys/pipeline.pem" }
service web "Web shop" { parses json; controls [input-validation] }
check abuse "Abuse cases" {
  format junit; file "build/abuse.xml"; proves input-validation; on [web]; counts ["abuse.*"]
}
"""
KEY, OTHER = ed25519.Ed25519PrivateKey.generate(), ed25519.Ed25519PrivateKey.generate()
CURVE, RSA = ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048)
PSS = padding.PSS(padding.MGF1(SHA256()), padding.PSS.MAX_LENGTH)
Sign = Callable[[bytes], bytes]
SIGNERS: dict[str, tuple[ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey, Sign]] = {
    "ed25519": (KEY.public_key(), KEY.sign),
    "ecdsa": (CURVE.public_key(), lambda data: CURVE.sign(data, ec.ECDSA(SHA256()))),
    "pss": (RSA.public_key(), lambda data: RSA.sign(data, PSS, SHA256())),
    "pkcs1": (RSA.public_key(), lambda data: RSA.sign(data, padding.PKCS1v15(), SHA256())),
}


def dsse(payload: bytes, sign: Sign = KEY.sign, kind: str = IN_TOTO) -> str:
    data = b"DSSEv1 %d %b %d %b" % (len(kind), kind.encode(), len(payload), payload)
    signature = {"keyid": "", "sig": base64.b64encode(sign(data)).decode()}
    body = base64.b64encode(payload).decode()
    return json.dumps({"payloadType": kind, "payload": body, "signatures": [signature]})


def statement(*subjects: bytes, predicate: object = None) -> bytes:
    listed = [{"name": "x", "digest": {"sha256": sha256(one).hexdigest()}} for one in subjects]
    made = {"_type": "https://in-toto.io/Statement/v1", "subject": listed, "predicateType": "x", "predicate": predicate}
    return json.dumps(made).encode()


class Pipeline:
    """A model with a result and its envelope, and the key of the pipeline."""

    def __init__(self, folder: Path, content: bytes = PASSES, signer: str = "ed25519") -> None:
        self.folder = folder
        public, self.sign = SIGNERS[signer]
        pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        (folder / "threatdsl.root").touch()
        write(folder, "shop.threat", MODEL)
        write(folder, "keys/pipeline.pem", pem)
        self.envelope = seal(content, ("abuse",), COLLECTED, commit="", environment="", run_url="")
        write(folder, "build/abuse.xml", content.decode())
        write(folder, f"build/abuse.xml{SUFFIX}", self.envelope.decode())

    def signed(self, text: str) -> "Pipeline":
        write(self.folder, "build/abuse.xml.intoto.json", text)
        return self

    def verify(self) -> Done:
        return threatdsl("evidence", "verify", "shop.threat", "--now", NOW, cwd=self.folder)

    @property
    def listed(self) -> str:
        return threatdsl("evidence", "list", "shop.threat", "--now", NOW, cwd=self.folder).out


@pytest.mark.parametrize("signer", SIGNERS)
def test_a_result_signed_by_the_key_of_the_policy_proves(tmp_path: Path, signer: str) -> None:
    shop = Pipeline(tmp_path, signer=signer)
    shop.signed(dsse(shop.envelope, shop.sign, OWN_TYPE))
    done = shop.verify()
    assert (done.code, done.out) == (0, "verified: build/abuse.xml of check abuse\n")
    assert shop.listed.startswith("proven: input-validation on web, by abuse\n")


def test_an_in_toto_statement_signs_the_result_with_its_envelope(tmp_path: Path) -> None:
    shop = Pipeline(tmp_path)
    for payload in (
        statement(PASSES, shop.envelope),
        statement(PASSES, predicate=json.loads(shop.envelope)),
    ):
        assert shop.signed(dsse(payload)).verify().code == 0
    # a signature that leaves the envelope out lets anybody write another day into it
    assert shop.signed(dsse(statement(PASSES))).verify().out.startswith("altered: ")
    (tmp_path / f"build/abuse.xml{SUFFIX}").unlink()
    assert shop.verify().code == 0


@pytest.mark.parametrize(
    ("text", "said", "why"),
    [
        (None, "not signed", "nobody signed it"),
        ("{}", "not signed (not of this format", "its signature cannot be read"),
        (dsse(statement(PASSES), OTHER.sign), "wrong key", "not signed by the key that the policy names"),
        (dsse(statement(FAILS)), "altered", "it is not what was signed"),
        (dsse(statement(PASSES)).replace(IN_TOTO, OWN_TYPE), "wrong key", "not signed by the key"),
    ],
)
def test_a_result_that_the_pipeline_did_not_sign_proves_nothing(
    tmp_path: Path, text: str | None, said: str, why: str
) -> None:
    shop = Pipeline(tmp_path)
    if text is not None:
        shop.signed(text)
    done = shop.verify()
    assert done.code == 1
    assert done.out.startswith(f"{said}")
    listed = shop.listed
    assert listed.startswith("unknown: ")
    assert why in listed


def test_a_result_that_nobody_signed_may_refute(tmp_path: Path) -> None:
    assert Pipeline(tmp_path, FAILS).listed.startswith("refuted: ")


def test_without_a_key_there_is_nothing_to_verify(tmp_path: Path) -> None:
    shop = Pipeline(tmp_path)
    write(tmp_path, "shop.threat", MODEL.replace('; evidence-key "keys/pipeline.pem"', ""))
    done = shop.verify()
    assert done.code == 2
    assert "add `evidence-key` to it" in done.err
    assert shop.listed.startswith("proven: ")


def test_a_file_that_is_no_public_key_is_an_error(tmp_path: Path) -> None:
    shop = Pipeline(tmp_path)
    write(tmp_path, "keys/pipeline.pem", "hello")
    done = shop.verify()
    assert done.code == 2
    assert "it is no public key in PEM" in done.err


def test_a_change_cannot_leave_out_or_replace_the_key_of_its_baseline(tmp_path: Path) -> None:
    Pipeline(tmp_path)
    for path in (tmp_path / "build").iterdir():
        path.unlink()
    repository = Repository(tmp_path)
    repository.git("switch", "-q", "main")
    shop = Pipeline(tmp_path)
    kept = {path: path.read_text() for path in (tmp_path / "build").iterdir()}
    for path in kept:
        path.unlink()
    repository.commit("Name a key")
    repository.git("switch", "-q", "-C", "change")
    write(tmp_path, ".gitignore", "build/\n")
    repository.edit('; evidence-key "keys/pipeline.pem"', "")
    repository.commit("Name none")
    for path, text in kept.items():
        path.write_text(text)
    assert "nobody signed it" in repository.run("--commit", "").out
    shop.signed(dsse(shop.envelope, kind=OWN_TYPE))
    assert "proven: input-validation on web" in repository.run("--commit", "").out
    (build,) = {path.parent for path in kept}
    moved = build.rename(tmp_path.parent / f"{tmp_path.name}-kept")
    pem = OTHER.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    write(tmp_path, "keys/pipeline.pem", pem)
    repository.commit("Another key")
    moved.rename(build)
    shop.signed(dsse(shop.envelope, OTHER.sign, OWN_TYPE))
    assert "the key that it is signed by is part of this change" in repository.run("--commit", "").out
