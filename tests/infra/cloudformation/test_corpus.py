"""Templates of AWS and of cfn_nag: the known faults are facts at their lines, and what is sound has none."""

from pathlib import Path

import pytest

from tests.infra.cloudformation.templates import CORPUS, assert_whole, facts, flows, needs_corpus, part
from threatdsl.infra.infrastructure import Fact, Infrastructure
from threatdsl.infra.interface import read_infrastructure

FILES = sorted(file for file in CORPUS.rglob("*") if file.suffix in (".yaml", ".json"))


def imported(*names: str) -> Infrastructure:
    """What files of the corpus say, read together."""
    return read_infrastructure([("cloudformation", CORPUS / name) for name in names], CORPUS)


def unsafe(found: Infrastructure, *classes: str) -> dict[tuple[str, int], str]:
    """The unsafe facts of some classes that somebody wrote: names of files and lines with the name of the fact."""
    every: list[Fact] = [fact for part in found.parts for fact in part.facts]
    return {
        (fact.span.file.rpartition("/")[2], fact.span.line): fact.name
        for fact in every
        if fact.safe is False and set(fact.classes) & set(classes)
    }


@needs_corpus
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_file_is_read_whole(file: Path) -> None:
    found = imported(str(file.relative_to(CORPUS)))
    assert_whole(found)
    assert found.elements or found.boundaries
    assert not [note for note in found.notes if note.severity.name == "ERROR"]


@needs_corpus
def test_public_buckets_are_open_at_their_lines() -> None:
    found = imported("cfn_nag-s3/s3_bucket/buckets_with_insecure_acl.json")
    assert set(unsafe(found, "public-access-prevention")) == {
        ("buckets_with_insecure_acl.json", 7),
        ("buckets_with_insecure_acl.json", 27),
    }
    assert flows(found) == {("internet", name, "allowed") for name in ("S3BucketRead", "S3BucketReadWrite")}
    found = imported("cfn_nag-s3/s3_bucket_policy/s3_bucket_with_wildcards.json")
    assert flows(found) == {("internet", "S3Bucket2", "allowed")}
    assert facts(found, "S3Bucket", "least-privilege") == {"Action": False}
    assert facts(found, "S3Bucket3", "public-access-prevention") == {"PublicAccessBlockConfiguration": True}


@needs_corpus
def test_sound_buckets_have_no_fault_of_access_encryption_or_rights() -> None:
    found = imported("aws-samples-s3/compliant-bucket.yaml")
    assert len(found.elements) == 3
    classes = ("public-access-prevention", "encryption-at-rest", "encryption-in-transit", "least-privilege")
    assert unsafe(found, *classes, "scoped-trust", "network-segmentation") == {}
    assert flows(found) == {("ObjectStorageBucket", other, "referenced") for other in
                            ("ObjectStorageLogBucket", "ObjectStorageReplicaBucket")}  # fmt: skip


@needs_corpus
def test_the_stacks_of_fargate_link_through_imports() -> None:
    found = imported(
        "aws-samples-ecs-fargate/clusters/public-vpc.yaml", "aws-samples-ecs-fargate/services/public-service.yaml"
    )
    assert flows(found) == {
        ("internet", "PublicLoadBalancer", "allowed"),
        ("PublicLoadBalancer", "Service", "allowed"),
        ("PublicLoadBalancer", "Service", "referenced"),
    }
    assert unsafe(found, "network-segmentation") == {("public-vpc.yaml", 159): "SecurityGroupIngress"}
    assert unsafe(found, "least-privilege") == {
        ("public-vpc.yaml", 247): "Resource",
        ("public-vpc.yaml", 278): "Resource",
    }
    assert unsafe(found, "encryption-in-transit") == {("public-vpc.yaml", 205): "Protocol"}
    assert part(found, "FargateContainerSecurityGroup").key in {element.boundary for element in found.elements}


@needs_corpus
def test_the_web_application_has_its_calls_and_no_other() -> None:
    for name in ("webapp.yaml", "webapp.json"):
        found = imported(f"aws-samples-webapp/{name}")
        called = {(source, target) for source, target, _ in flows(found)}
        stores = {(a, b) for a, b in called if "Bucket" in a}
        assert stores == {
            ("SiteContentBucket", "SiteContentLogBucket"),
            ("SiteContentBucket", "SiteContentReplicaBucket"),
            ("SiteCloudFrontLogsBucket", "SiteCloudFrontLogsLogBucket"),
            ("SiteCloudFrontLogsBucket", "SiteCloudFrontLogsReplicaBucket"),
        }
        assert called - stores == {
            ("internet", "RestApi"),
            ("internet", "SiteDistribution"),
            ("SiteDistribution", "SiteContentBucket"),
            ("SiteDistribution", "SiteCloudFrontLogsBucket"),
            ("RestApi", "TestResourceHandler"),
            ("RestApi", "JwtResourceHandler"),
            ("RestApi", "CognitoUserPool"),
            ("TestResourceHandler", "TestTable"),
            ("JwtResourceHandler", "CognitoUserPool"),
            ("JwtResourceHandler", "SiteDistribution"),
        }
        assert facts(found, "RestApi", "client-authentication") == {"AuthorizationType": False}
        assert unsafe(found, "public-access-prevention", "encryption-at-rest", "least-privilege") == {}
