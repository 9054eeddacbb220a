"""Whatever a file holds, reading it ends, raises nothing, and says nothing that order or tags decide."""

import json
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from time import monotonic

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.infra.cloudformation.templates import assert_whole, losses, read
from threatdsl.infra.cloudformation.defaults import SETTINGS
from threatdsl.infra.cloudformation.tables import ELEMENTS, PART_OF
from threatdsl.infra.infrastructure import Infrastructure
from threatdsl.infra.interface import read_infrastructure

WHOLE = {
    "Parameters": {"P": {"Type": "String", "Default": "0.0.0.0/0"}, "L": {"Type": "CommaDelimitedList"}},
    "Mappings": {"M": {"a": {"b": "c"}}},
    "Conditions": {"C": {"Fn::Equals": [{"Ref": "P"}, "x"]}, "D": {"Fn::Not": [{"Condition": "C"}]}},
    "Resources": {
        "V": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": {"Fn::FindInMap": ["M", "a", "b"]}}},
        "S": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "V"}}},
        "G": {"Type": "AWS::EC2::SecurityGroup", "Condition": "D", "Properties": {"VpcId": {"Ref": "V"},
              "SecurityGroupIngress": [{"IpProtocol": "tcp", "FromPort": 1, "ToPort": 2, "CidrIp": {"Ref": "P"}}]}},
        "B": {"Type": "AWS::S3::Bucket", "Metadata": {"guard": {"SuppressedRules": ["A"]}}, "Properties": {
              "BucketName": {"Fn::Sub": "x-${AWS::Region}"}, "AccessControl": "PublicRead"}},
        "BP": {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": {"Ref": "B"}, "PolicyDocument": {
               "Statement": [{"Effect": "Allow", "Action": "s3:*", "Principal": {"AWS": "*"},
                              "Resource": {"Fn::Join": ["", [{"Fn::GetAtt": ["B", "Arn"]}, "/*"]]},
                              "Condition": {"StringEquals": {"aws:SourceIp": ["10.0.0.0/8"]}}}]}}},
        "R": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": {
              "Effect": "Allow", "Principal": {"AWS": ["1"]}, "Action": "sts:AssumeRole",
              "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}},
              "ManagedPolicyArns": ["arn:aws:iam::aws:policy/X"],
              "Policies": [{"PolicyName": "a", "PolicyDocument": {"Statement": [
                  {"Effect": "Allow", "Action": ["a:*"], "Resource": [{"Fn::GetAtt": ["B", "Arn"]}]}]}}]}},
        "F": {"Type": "AWS::Lambda::Function", "Properties": {"Role": {"Fn::GetAtt": ["R", "Arn"]},
              "Environment": {"Variables": {"B": {"Ref": "B"}}}}},
        "LB": {"Type": "AWS::ElasticLoadBalancingV2::LoadBalancer", "Properties": {"SecurityGroups": [{"Ref": "G"}],
               "LoadBalancerAttributes": [{"Key": "access_logs.s3.enabled", "Value": "true"}]}},
        "LL": {"Type": "AWS::ElasticLoadBalancingV2::Listener", "Properties": {"LoadBalancerArn": {"Ref": "LB"},
               "Port": 1, "Protocol": "HTTP", "DefaultActions": [{"TargetGroupArn": {"Ref": "TG"}}]}},
        "TG": {"Type": "AWS::ElasticLoadBalancingV2::TargetGroup", "Properties": {"Targets": [{"Id": {"Ref": "I"}}]}},
        "I": {"Type": "AWS::EC2::Instance", "Properties": {"SubnetId": {"Ref": "S"}, "SecurityGroupIds": [{"Ref": "G"}],
              "UserData": {"Fn::Base64": {"Fn::Sub": ["${x}", {"x": {"Ref": "F"}}]}}}},
        "T": {"Type": "AWS::ECS::TaskDefinition", "Properties": {"ContainerDefinitions": [{"Image": "a:b",
              "Environment": [{"Name": "A", "Value": {"Ref": "B"}}], "User": "0"}], "Volumes": [{"Host": {}}]}},
        "CF": {"Type": "AWS::CloudFront::Distribution", "Properties": {"DistributionConfig": {"Origins": [
               {"DomainName": {"Fn::GetAtt": ["B", "DomainName"]}}], "DefaultCacheBehavior": {}}}},
        "X": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "t.yaml", "Parameters": {"Q": "1"}}},
    },
    "Outputs": {"O": {"Value": {"Ref": "V"}, "Export": {"Name": {"Fn::Sub": "${AWS::StackName}-V"}}}},
}  # fmt: skip
JUNK: tuple[object, ...] = (None, True, 0, -1.5, "", "text", [], {}, [[]], [None], {"Ref": "B"}, {"Fn::If": ["C", 1]},
        {"Fn::GetAtt": []},
        {"Fn::Sub": ["${x}", []]}, {"Fn::Sub": []}, {"Fn::Select": ["z", "a"]}, {"Fn::Join": [[], {}]}, {"Ref": {}},
        {"Fn::FindInMap": [[], {}, None]}, {"Fn::ImportValue": []}, {"Fn::Split": ["", ""]}, "\0L\1000\1X\1",
        "9" * 400)  # fmt: skip


def places(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The paths of all values of a document."""
    yield path
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in below:
        yield from places(item, (*path, key))


def with_junk(path: tuple[str | int, ...], junk: object) -> object:
    """The whole template with one value replaced."""
    if not path:
        return junk
    copy = json.loads(json.dumps(WHOLE))
    at = copy
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = junk
    return copy


def read_json(folder: Path, content: object) -> Infrastructure:
    """What a document as JSON says."""
    file = folder / "t.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    found = read_infrastructure([("cloudformation", file)], folder)
    assert_whole(found)
    return found


@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: json.dumps(junk)[:20])
def test_junk_anywhere_in_a_template_is_read_without_an_error(tmp_path: Path, junk: object) -> None:
    for path in places(WHOLE):
        read_json(tmp_path, with_junk(path, junk))


VALUES = st.recursive(
    st.sampled_from(JUNK),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(("Ref", "Fn::If", "Fn::Sub", "a")), inner, max_size=2),
)  # fmt: skip


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from(sorted({*ELEMENTS, *PART_OF, *SETTINGS})), st.dictionaries(
    st.sampled_from(("Properties", "Metadata", "Condition", "Type")), VALUES))  # fmt: skip
def test_resources_of_any_shape_are_read(tmp_path: Path, type_: str, resource: dict[str, object]) -> None:
    read_json(tmp_path, {"Resources": {"A": {"Type": type_, **resource}, "B": {"Type": type_}}})


def test_the_order_of_resources_and_items_changes_nothing(tmp_path: Path) -> None:
    def said(found: Infrastructure) -> object:
        parts = sorted((part.key, sorted((f.name, f.value, f.safe) for f in part.facts)) for part in found.parts)
        return parts, losses(found), sorted(note.message for note in found.notes)

    first = said(read_json(tmp_path, WHOLE))
    turned = json.loads(json.dumps(WHOLE))
    turned["Resources"] = dict(reversed(turned["Resources"].items()))
    assert said(read_json(tmp_path, turned)) == first


def test_the_order_of_files_changes_nothing(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / f"{name}.json").write_text(json.dumps(WHOLE), encoding="utf-8")
    results = [
        read_infrastructure([("cloudformation", tmp_path / f"{name}.json") for name in names], tmp_path)
        for names in permutations("abc")
    ]
    assert all(result == results[0] for result in results)


def test_tags_descriptions_and_names_of_rules_give_no_fact(tmp_path: Path) -> None:
    group = "Resources: {{Group: {{Type: AWS::EC2::SecurityGroup, Properties: {{{}SecurityGroupIngress: [{{{}}}]}}}}}}"
    plain = group.format("", "CidrIp: 10.0.0.0/8")
    told = group.format("Tags: [{Key: a, Value: b}], ", "Description: words, CidrIp: 10.0.0.0/8")
    facts = [
        [(fact.name, fact.value, fact.safe) for part in read(tmp_path, text).parts for fact in part.facts]
        for text in (plain, told)
    ]
    assert facts[0] == facts[1]


def test_texts_that_double_and_conditions_without_end_are_bounded(tmp_path: Path) -> None:
    inner: object = {"Ref": "AWS::Region"}
    for _ in range(90):
        inner = {"Fn::Sub": ["${x}${x}", {"x": inner}]}
    conditions = {f"C{n}": {"Fn::Not": [{"Condition": f"C{n + 1}"}]} for n in range(5_000)}
    start = monotonic()
    read_json(tmp_path, {
        "Conditions": conditions,
        "Resources": {"A": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": inner}},
                      "B": {"Type": "AWS::S3::Bucket", "Condition": "C0"}},
    })  # fmt: skip
    assert monotonic() - start < 10


def test_a_file_that_is_no_template_is_one_error(tmp_path: Path) -> None:
    found = read(tmp_path, "services: {web: {image: a}}")
    assert [note.code for note in found.notes] == ["TM0801"]
    assert not found.resources


def test_more_resources_than_a_template_may_have_are_one_error(tmp_path: Path) -> None:
    found = read(tmp_path, "Resources:\n" + "".join(f"  T{n}: {{Type: AWS::SNS::Topic}}\n" for n in range(2_001)))
    assert [note.message for note in found.notes] == ["0.yaml has more than 2,000 resources; CloudFormation takes 500"]
    assert not found.resources
