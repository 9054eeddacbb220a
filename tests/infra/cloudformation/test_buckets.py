"""Who gets into a bucket: access lists, policies, blocks and websites as S3 evaluates them."""

from pathlib import Path

import pytest

from tests.infra.cloudformation.templates import fact, facts, flow, flows, notes, part, read
from threatdsl.infra.infrastructure import Infrastructure, Known

PUBLIC = "public-access-prevention"


def bucket(folder: Path, properties: str = "{}", statement: str = "") -> Infrastructure:
    """A bucket with properties, and a policy of one statement."""
    policy = f"""
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties: {{Bucket: !Ref Bucket, PolicyDocument: {{Statement: [{statement}]}}}}"""
    text = f"Resources:\n  Bucket:\n    Type: AWS::S3::Bucket\n    Properties: {properties}\n"
    return read(folder, text + (policy if statement else ""))


def test_silence_of_a_bucket_is_what_s3_does_since_2023(tmp_path: Path) -> None:
    found = bucket(tmp_path)
    assert facts(found, "Bucket", "encryption-at-rest") == {"BucketEncryption": True}
    assert facts(found, "Bucket", PUBLIC) == {"PublicAccessBlockConfiguration": True}
    assert facts(found, "Bucket", "audit-logging") == {"LoggingConfiguration": False}
    assert facts(found, "Bucket", "deletion-protection") == {"VersioningConfiguration.Status": False}
    assert all(
        fact.known is Known.DEFAULT and fact.why for fact in part(found, "Bucket").facts if fact.safe is not None
    )


@pytest.mark.parametrize("word", ["PublicRead", "PublicReadWrite", "AuthenticatedRead"])
def test_an_open_access_list_opens_the_bucket_at_its_line(tmp_path: Path, word: str) -> None:
    found = bucket(tmp_path, f"\n      AccessControl: {word}")
    assert facts(found, "Bucket", PUBLIC)["AccessControl"] is False
    assert fact(found, "Bucket", "AccessControl").span.line == 5
    assert flow(found, "internet", "Bucket").span.line == 5


def test_a_block_that_is_written_makes_an_open_list_harmless(tmp_path: Path) -> None:
    block = "{BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true}"
    found = bucket(tmp_path, f"{{AccessControl: PublicRead, PublicAccessBlockConfiguration: {block}}}")
    assert set(facts(found, "Bucket", PUBLIC).values()) == {True}
    assert flows(found) == set()


def test_what_is_left_out_of_a_block_is_off(tmp_path: Path) -> None:
    found = bucket(tmp_path, "{PublicAccessBlockConfiguration: {BlockPublicAcls: true, IgnorePublicAcls: false}}")
    said = facts(found, "Bucket", PUBLIC)
    assert said == {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": False,
        "BlockPublicPolicy": False,
        "RestrictPublicBuckets": False,
    }
    assert fact(found, "Bucket", "RestrictPublicBuckets").known is Known.DEFAULT
    assert fact(found, "Bucket", "IgnorePublicAcls").known is Known.STATED


ALLOW = "Effect: Allow, Action: s3:GetObject, Resource: !Sub '${Bucket.Arn}/*'"


@pytest.mark.parametrize(("statement", "expected"), [
    (f"{{{ALLOW}, Principal: '*'}}", False),
    (f"{{{ALLOW}, Principal: {{AWS: '*'}}}}", False),
    (f"{{{ALLOW}, Principal: {{AWS: ['*', '123456789012']}}}}", False),
    (f"{{{ALLOW}, Principal: '*', Condition: {{IpAddress: {{'aws:SourceIp': 0.0.0.0/0}}}}}}", False),
    (f"{{{ALLOW}, Principal: '*', Condition: {{Bool: {{'aws:SecureTransport': true}}}}}}", False),
    (f"{{{ALLOW}, Principal: {{AWS: !Ref Given}}}}", None),
    (f"{{{ALLOW}, Principal: '*', Condition: {{StringLike: {{'aws:Referer': 'x'}}}}}}", None),
    (f"{{{ALLOW}, Principal: '*', Condition: {{StringEquals: {{'aws:PrincipalOrgID': o-1}}}}}}", "absent"),
    (f"{{{ALLOW}, Principal: '*', Condition: {{IpAddress: {{'aws:SourceIp': 10.0.0.0/8}}}}}}", "absent"),
    (f"{{{ALLOW}, Principal: {{Service: cloudfront.amazonaws.com}}}}", "absent"),
    (f"{{{ALLOW.replace('Allow', 'Deny')}, Principal: '*'}}", "absent"),
])  # fmt: skip
def test_a_policy_opens_only_what_it_allows_to_anybody(tmp_path: Path, statement: str, expected: object) -> None:
    found = bucket(tmp_path, statement=statement)
    assert facts(found, "Bucket", PUBLIC).get("Principal", "absent") == expected
    assert bool(flows(found)) is (expected is False)


def test_a_website_that_is_open_is_called_in_clear(tmp_path: Path) -> None:
    found = bucket(tmp_path, "{WebsiteConfiguration: {IndexDocument: i.html}}", f"{{{ALLOW}, Principal: '*'}}")
    assert (flow(found, "internet", "Bucket").protocol, flow(found, "internet", "Bucket").port) == ("http", "80")


REFUSE = "Effect: Deny, Principal: '*', Action: 's3:*', Condition: {Bool: {'aws:SecureTransport': false}}"


def test_tls_is_demanded_by_a_rule_that_reaches_the_objects(tmp_path: Path) -> None:
    found = bucket(tmp_path, statement=f"{{{REFUSE}, Resource: [!GetAtt Bucket.Arn, !Sub '${{Bucket.Arn}}/*']}}")
    assert facts(found, "Bucket", "encryption-in-transit") == {"aws:SecureTransport": True}
    assert facts(found, "Bucket", "least-privilege") == {}


def test_a_rule_of_tls_that_names_the_bucket_only_is_no_control(tmp_path: Path) -> None:
    found = bucket(tmp_path, statement=f"{{{REFUSE}, Resource: !GetAtt Bucket.Arn}}")
    assert facts(found, "Bucket", "encryption-in-transit") == {}
    assert notes(found, "TM0803") == ["Policy refuses calls without TLS to the bucket Bucket and not to its objects"]


def test_a_bucket_that_its_policy_names_by_an_equal_text_is_found(tmp_path: Path) -> None:
    template = """
        Parameters: {App: {Type: String}}
        Resources:
          Bucket: {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub '${App}-${AWS::Region}'}}
          Other: {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub '${App}-x-${AWS::Region}'}}
          Policy:
            Type: AWS::S3::BucketPolicy
            Properties:
              Bucket: !Sub '${App}-${AWS::Region}'
              PolicyDocument: {Statement: {Effect: Allow, Action: 's3:*', Principal: '*', Resource: '*'}}
    """
    found = read(tmp_path, template)
    assert facts(found, "Bucket", PUBLIC)["Principal"] is False
    assert "Principal" not in facts(found, "Other", PUBLIC)
    assert facts(found, "Bucket", "least-privilege") == {"Action": False}


def test_suppressions_are_shown_as_the_authors_and_hide_nothing(tmp_path: Path) -> None:
    template = """
        Resources:
          Bucket:
            Type: AWS::S3::Bucket
            Metadata:
              guard: {SuppressedRules: [S3_BUCKET_LOGGING_ENABLED]}
              checkov: {skip: [{id: CKV_AWS_18, comment: mine}]}
              cfn_nag: {rules_to_suppress: [{id: W35, reason: mine}]}
    """
    found = read(tmp_path, template)
    assert notes(found, "TM0807") == [
        "the author of Bucket tells guard to pass over S3_BUCKET_LOGGING_ENABLED",
        "the author of Bucket tells checkov to pass over CKV_AWS_18",
        "the author of Bucket tells cfn_nag to pass over W35",
    ]
    assert facts(found, "Bucket", "audit-logging") == {"LoggingConfiguration": False}


def test_a_statement_that_is_not_known_leaves_access_open_to_question(tmp_path: Path) -> None:
    found = bucket(tmp_path, statement="!If [Open, {Effect: Deny}, {Effect: Allow}]")
    assert facts(found, "Bucket", PUBLIC) == {"PublicAccessBlockConfiguration": True, "Effect": None}
