import json
from base64 import b64decode, b64encode, urlsafe_b64encode

import pytest

from tests.evidence.corpus import CORPUS, needs_corpus
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Outcome, Subject, SubjectKind
from threatdsl.evidence.readers import in_toto

FOLDER = CORPUS / "slsa-intoto"
HEX = "ab" * 32
COMMIT = "c0ffee" * 6 + "c0ff"
SOURCE = {"uri": "git+https://bot:hunter2@git.example/acme/shop@refs/tags/v1", "digest": {"sha1": COMMIT}}
SOURCE_V1 = {"uri": "git+https://git.example/acme/shop", "digest": {"gitCommit": COMMIT}}
V02 = {
    "builder": {"id": "https://ci.example/builder@v1"},
    "invocation": {"configSource": SOURCE, "environment": {"TOKEN": "hunter2"}},
    "metadata": {"buildFinishedOn": "2026-11-25T10:00:00Z"},
}
V1 = {
    "buildDefinition": {
        "externalParameters": {"password": "hunter2"},
        "resolvedDependencies": [{"uri": "pkg:npm/left-pad@1", "digest": {"sha1": "0" * 40}}, SOURCE_V1],
    },
    "runDetails": {
        "builder": {"id": "https://ci.example/builder@v1"},
        "metadata": {"finishedOn": "2026-11-25T10:00:00Z"},
    },
}


def statement(kind: str, predicate: object, *subjects: object, version: str = "v1") -> dict[str, object]:
    subject = subjects or ({"name": "registry.example/acme/shop", "digest": {"sha256": HEX, "sha512": "cd" * 64}},)
    type_ = f"https://in-toto.io/Statement/{version}"
    return {"_type": type_, "subject": subject, "predicateType": kind, "predicate": predicate}


def envelope(document: object) -> dict[str, object]:
    payload = b64encode(json.dumps(document).encode()).decode()
    return {"payloadType": "application/vnd.in-toto+json", "payload": payload, "signatures": [{"sig": "hunter2"}]}


def suite(result: str, **names: object) -> dict[str, object]:
    predicate = {"result": result, "configuration": [{"name": "hunter2"}]} | names
    return statement(in_toto.TEST_RESULT, predicate, {"digest": {"gitCommit": COMMIT}})


def written(document: object) -> bytes:
    return json.dumps(document).encode()


@pytest.mark.parametrize(("kind", "predicate"), [("v0.2", V02), ("v1", V1)])
@pytest.mark.parametrize("version", ["v0.1", "v1"])
def test_a_provenance_is_information_about_digest_builder_and_source(
    kind: str, predicate: object, version: str
) -> None:
    rule = f"https://slsa.dev/provenance/{kind}"
    reading = in_toto.read(written(statement(rule, predicate, version=version)))
    (one,) = reading.observations
    assert (one.rule, one.outcome) == (rule, Outcome.INFO)
    assert one.subjects[:3] == (
        Subject(SubjectKind.IMAGE, f"sha256:{HEX}"),
        Subject(SubjectKind.IMAGE, "registry.example/acme/shop"),
        Subject(SubjectKind.URL, "https://ci.example/builder@v1"),
    )
    assert one.subjects[3].id.startswith("https://git.example/acme/shop")
    assert (reading.commit, str(reading.time)) == (COMMIT, "2026-11-25 10:00:00+00:00")
    assert reading.digests == {f"sha256:{HEX}"}
    assert "hunter2" not in repr(reading)


def test_envelopes_one_a_line_a_statement_over_lines_and_bundles_of_both_spellings_read_alike() -> None:
    document = statement("https://slsa.dev/provenance/v1", V1)
    expected = in_toto.read(written(document)).observations
    assert in_toto.read(json.dumps(document, indent=2).encode()).observations == expected
    lines = written(envelope(document)) + b"\n\n" + written(envelope(document)) + b"\n"
    assert in_toto.read(lines).observations == expected * 2
    for media in (".v0.3+json", "+json;version=0.3"):
        bundle = {"mediaType": f"application/vnd.dev.sigstore.bundle{media}", "dsseEnvelope": envelope(document)}
        assert in_toto.read(written(bundle)).observations == expected
        assert in_toto.recognises(written(bundle))


def test_a_payload_may_be_of_the_alphabet_for_urls() -> None:
    document = statement("https://example.org/p/v1", {"text": "???>>>~~~"})
    payload = urlsafe_b64encode(written(document)).decode()
    assert {"-", "_"} & set(payload)
    assert in_toto.read(written(envelope(document) | {"payload": payload})) == in_toto.read(written(document))


def test_the_log_of_a_bundle_tells_the_time_where_the_statement_does_not() -> None:
    bundle = {
        "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
        "verificationMaterial": {"tlogEntries": [{"integratedTime": "1795600000"}, {"integratedTime": "9" * 5000}]},
        "dsseEnvelope": envelope(statement("https://example.org/p/v1", None)),
    }
    assert str(in_toto.read(written(bundle)).time) == "2026-11-25 09:46:40+00:00"


def test_a_bundle_that_signs_a_digest_alone_is_information_about_it() -> None:
    digest = {"algorithm": "SHA2_256", "digest": b64encode(bytes.fromhex(HEX)).decode()}
    media = "application/vnd.dev.sigstore.bundle+json;version=0.2"
    reading = in_toto.read(written({"mediaType": media, "messageSignature": {"messageDigest": digest}}))
    assert [(one.rule, one.outcome) for one in reading.observations] == [("message-signature", Outcome.INFO)]
    assert reading.digests == {f"sha256:{HEX}"}


def test_a_digest_of_another_algorithm_or_length_is_none() -> None:
    digests: tuple[dict[str, str], ...] = ({"sha512": HEX}, {"sha256": "ab"}, {"sha256": HEX.upper()})
    subjects = [{"name": f"dist/{number}", "digest": digest} for number, digest in enumerate(digests)]
    reading = in_toto.read(written(statement("https://example.org/p/v1", {}, *subjects)))
    assert reading.digests == {f"sha256:{HEX}"}
    files = [one.id for one in reading.observations[0].subjects if one.kind is SubjectKind.FILE]
    assert files == ["dist/0", "dist/1", "dist/2"]


def test_tests_pass_and_fail_and_the_run_alone_proves_nothing() -> None:
    reading = in_toto.read(written(suite("FAILED", passedTests=["a"], warnedTests=["b"], failedTests=["c"])))
    assert {one.rule: one.outcome for one in reading.observations} == {
        in_toto.TEST_RESULT: Outcome.FAIL,
        "a": Outcome.PASS,
        "b": Outcome.INFO,
        "c": Outcome.FAIL,
    }
    assert reading.commit == COMMIT
    assert "hunter2" not in repr(reading)
    assert [one.outcome for one in in_toto.read(written(suite("PASSED"))).observations] == [Outcome.INFO]


def test_statements_about_different_commits_name_none() -> None:
    other = statement("https://slsa.dev/provenance/v0.2", {"materials": [SOURCE | {"digest": {"sha1": "1" * 40}}]})
    first = statement("https://slsa.dev/provenance/v0.2", V02)
    assert in_toto.read(written(other)).commit == "1" * 40
    assert in_toto.read(written(first) + b"\n" + written(other)).commit == ""


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"{}", "neither"),
        (b"[]", "not of this format"),
        (b"42", "not of this format|not JSON"),
        (b"<html/>", "not JSON"),
        (written(envelope({}))[:-5], "not JSON"),
        (written(envelope({})), "_type"),
        (written(envelope({}) | {"payload": "e30"}), "not base64"),
        (written(envelope({}) | {"payload": "?é"}), "not base64"),
        (written(statement("p", {}) | {"_type": "https://example.org"}), "_type"),
        (written({"payload": "e30="}), "payloadType"),
        (written({"mediaType": "application/vnd.dev.sigstore.bundle+json;version=0.1"}), "without an envelope"),
        (written({"mediaType": "application/vnd.oci.image.manifest.v1+json"}), "neither"),
        (written(suite("MAYBE")), "result"),
        (written(statement("p", {})) + b"\n{", "line 2"),
    ],
)
def test_what_is_no_statement_says_why(content: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        in_toto.read(content)


def test_it_recognises_statements_and_envelopes_and_no_other_json() -> None:
    assert in_toto.recognises(written(statement("p", {})))
    assert in_toto.recognises(written(envelope({})))
    long = b64encode(b"x" * 9000).decode()
    assert in_toto.recognises(written({"payload": long, "payloadType": "a", "signatures": [{"sig": "b"}]}))
    assert not in_toto.recognises(b'{"payload": {}}')


@needs_corpus
@pytest.mark.parametrize("name", ["annotated-tag.intoto.jsonl", "gha_go-v1.10.0.intoto.jsonl"])
def test_every_envelope_of_the_samples_is_read(name: str) -> None:
    content = (FOLDER / name).read_bytes()
    payloads = [json.loads(b64decode(json.loads(line)["payload"])) for line in content.splitlines()]
    reading = in_toto.read(content)
    assert [one.rule for one in reading.observations] == [payload["predicateType"] for payload in payloads]
    digests = {f"sha256:{one['digest']['sha256']}" for payload in payloads for one in payload["subject"]}
    assert reading.digests == digests
    assert reading.commit == payloads[0]["predicate"]["materials"][0]["digest"]["sha1"]
    assert in_toto.recognises(content)
