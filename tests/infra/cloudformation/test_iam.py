"""Policies by effect, action, resource and condition; roles, who holds them and who may take them on."""

from pathlib import Path

import pytest

from tests.infra.cloudformation.templates import fact, facts, flows, notes, part, read
from threatdsl.infra.infrastructure import Infrastructure, Role

LEAST = "least-privilege"


def role(folder: Path, statement: str, kind: str = "Role") -> Infrastructure:
    """A role with a policy of one statement, for a function that holds it."""
    template = f"""
Resources:
  Table: {{Type: AWS::DynamoDB::Table}}
  Holder: {{Type: AWS::Lambda::Function, Properties: {{Role: !GetAtt Own.Arn}}}}
  Own:
    Type: AWS::IAM::{kind}
    Properties:
      AssumeRolePolicyDocument:
        Statement: {{Effect: Allow, Action: sts:AssumeRole, Principal: {{Service: lambda.amazonaws.com}}}}
      Policies:
        - PolicyDocument:
            Statement:
              - {statement}
"""
    return read(folder, template)


@pytest.mark.parametrize(("statement", "expected"), [
    ("{Effect: Allow, Action: dynamodb:GetItem, Resource: !GetAtt Table.Arn}", True),
    ("{Effect: Allow, Action: '*', Resource: !GetAtt Table.Arn}", False),
    ("{Effect: Allow, Action: 'dynamodb:*', Resource: !GetAtt Table.Arn}", False),
    ("{Effect: Allow, Action: ['dynamodb:GetItem', 'iam:*'], Resource: !GetAtt Table.Arn}", False),
    ("{Effect: Allow, NotAction: 'iam:*', Resource: !GetAtt Table.Arn}", False),
    ("{Effect: Allow, Action: 'dynamodb:DeleteItem', Resource: '*'}", False),
    ("{Effect: Allow, Action: ['ec2:Describe*', 'ecr:GetAuthorizationToken'], Resource: '*'}", True),
    ("{Effect: Allow, Action: 's3:Put', Resource: '*', Condition: {StringEquals: {'aws:ResourceTag/a': b}}}", None),
    ("{Effect: Allow, Action: !Ref Given, Resource: !GetAtt Table.Arn}", None),
    ("!If [Open, {Effect: Allow, Action: '*', Resource: '*'}, {Effect: Deny, Action: '*', Resource: '*'}]", None),
    ("{Effect: Deny, Action: '*', Resource: '*'}", "absent"),
    ("{Effect: Deny, NotAction: '*', Resource: '*'}", "absent"),
])  # fmt: skip
def test_a_wildcard_counts_where_it_is_allowed(tmp_path: Path, statement: str, expected: object) -> None:
    said: set[object] = set(facts(role(tmp_path, statement), "Own", LEAST).values()) or {"absent"}
    assert said == {expected}


def test_the_fact_stands_at_the_line_of_what_is_too_wide(tmp_path: Path) -> None:
    statement = "Effect: Allow\n                Action: [a:B]\n                Resource:\n                  - '*'"
    found = fact(role(tmp_path, statement), "Own", "Resource")
    assert (tmp_path / "0.yaml").read_text().splitlines()[found.span.line - 1].strip() == "- '*'"


def test_a_grant_is_a_flow_and_a_wildcard_is_none(tmp_path: Path) -> None:
    named = role(tmp_path, "{Effect: Allow, Action: dynamodb:GetItem, Resource: !Sub '${Table.Arn}/index/*'}")
    assert flows(named) == {("Holder", "Table", "allowed")}
    own = part(named, "Own")
    assert isinstance(own, Role)
    assert own.holders == (part(named, "Holder").key,)
    assert own.grants == (part(named, "Table").key,)
    assert flows(role(tmp_path, "{Effect: Allow, Action: '*', Resource: '*'}")) == set()


def test_a_policy_counts_for_each_role_and_group_that_it_is_attached_to(tmp_path: Path) -> None:
    template = """
        Resources:
          One: {Type: AWS::IAM::Role, Properties: {RoleName: first}}
          Two: {Type: AWS::IAM::Group}
          Policy:
            Type: AWS::IAM::Policy
            Properties:
              Roles: [first]
              Groups: [!Ref Two]
              PolicyDocument: {Statement: {Effect: Allow, Action: '*', Resource: '*'}}
    """
    found = read(tmp_path, template)
    assert facts(found, "One", LEAST) == facts(found, "Two", LEAST) == {"Action": False}
    assert not found.losses


def mfa(found: Infrastructure, title: str) -> bool | None:
    """Whether a role demands a second factor."""
    role = part(found, title)
    assert isinstance(role, Role)
    return role.mfa


ALLOWED = "{Effect: Allow, Action: 'a:B', Resource: x}"
NO_MFA = "Condition: {BoolIfExists: {'aws:MultiFactorAuthPresent': false}}"
MFA = "Condition: {Bool: {'aws:MultiFactorAuthPresent': true}}"


@pytest.mark.parametrize(("principal", "condition", "expected"), [
    ("{AWS: '123456789012'}", f", {MFA}", True),
    ("{AWS: '123456789012'}", "", False),
    ("{AWS: '123456789012'}", ", Condition: {BoolIfExists: {'aws:MultiFactorAuthPresent': true}}", False),
    ("{Service: ec2.amazonaws.com}", f", {MFA}", None),
    ("{Service: ec2.amazonaws.com}", "", None),
])  # fmt: skip
def test_a_second_factor_counts_for_those_who_can_have_one(
    tmp_path: Path, principal: str, condition: str, *, expected: bool | None
) -> None:
    template = f"""
        Resources:
          Own:
            Type: AWS::IAM::Role
            Properties:
              AssumeRolePolicyDocument:
                Statement: {{Effect: Allow, Action: sts:AssumeRole, Principal: {principal}{condition}}}
    """
    found = read(tmp_path, template)
    assert mfa(found, "Own") is expected
    assert bool(notes(found, "TM0803")) is ("Service" in principal and bool(condition))


@pytest.mark.parametrize(("statements", "expected"), [
    (f"[{{Effect: Allow, Action: 'iam:*', Resource: '*', {MFA}}}]", True),
    ("[{Effect: Allow, Action: 'iam:*', Resource: '*'}]", False),
    (f"[{{Effect: Allow, Action: 'iam:*', Resource: '*', {MFA}}}, {ALLOWED}]", False),
    (f"[{ALLOWED}, {{Effect: Deny, NotAction: 'iam:C', Resource: '*', {NO_MFA}}}]", True),
])  # fmt: skip
def test_a_group_demands_a_second_factor_where_all_its_rights_do(
    tmp_path: Path, statements: str, *, expected: bool
) -> None:
    template = f"""
        Resources:
          Own: {{Type: AWS::IAM::Group, Properties: {{Policies: [{{PolicyDocument: {{Statement: {statements}}}}}]}}}}
    """
    found = read(tmp_path, template)
    assert mfa(found, "Own") is expected
    if "iam:*" in statements:
        assert facts(found, "Own", LEAST)["Action"] is False


@pytest.mark.parametrize(("principal", "expected"), [
    ("'*'", False),
    ("{AWS: '*'}", False),
    ("{AWS: '*'}, Condition: {StringEquals: {'aws:PrincipalOrgID': o-1}}", True),
    ("{AWS: '*'}, Condition: {StringEquals: {'sts:ExternalId': x}}", None),
    ("{Service: ec2.amazonaws.com}", True),
    ("{AWS: !Ref Given}", None),
])  # fmt: skip
def test_trust_that_is_open_to_all_is_unsafe(tmp_path: Path, principal: str, *, expected: bool | None) -> None:
    template = f"""
        Resources:
          Own:
            Type: AWS::IAM::Role
            Properties:
              AssumeRolePolicyDocument:
                Statement: {{Effect: Allow, Action: sts:AssumeRole, Principal: {principal}}}
    """
    assert facts(read(tmp_path, template), "Own", "scoped-trust") == {"Principal": expected}


def test_policies_of_aws_are_full_access_or_not_known(tmp_path: Path) -> None:
    template = """
        Resources:
          Wide: {Type: AWS::IAM::Role, Properties: {ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess']}}
          Full:
            Type: AWS::IAM::Role
            Properties: {ManagedPolicyArns: [!Sub 'arn:${AWS::Partition}:iam::aws:policy/AmazonS3FullAccess']}
          Some: {Type: AWS::IAM::Role, Properties: {ManagedPolicyArns: ['arn:aws:iam::aws:policy/Other']}}
    """
    found = read(tmp_path, template)
    said = [facts(found, title, LEAST)["ManagedPolicyArns"] for title in ("Wide", "Full", "Some")]
    assert said == [False, False, None]


def test_a_second_factor_in_a_policy_of_a_service_is_never_shown(tmp_path: Path) -> None:
    template = """
        Resources:
          Own:
            Type: AWS::IAM::Role
            Properties: {AssumeRolePolicyDocument: {Statement: {Effect: Allow, Action: a, Principal: {%s}}}}
          Policy:
            Type: AWS::IAM::Policy
            Properties: {Roles: [!Ref Own], PolicyDocument: {Statement: {Effect: Allow, Action: 'iam:*', Resource: '*',
                         Condition: {Bool: {'aws:MultiFactorAuthPresent': 'true'}}}}}
    """
    found = read(tmp_path, template % "Service: ec2.amazonaws.com")
    assert notes(found, "TM0803") == ["Policy demands a second factor of Own, whose holders can have none"]
    assert notes(read(tmp_path, template % "AWS: '123456789012'"), "TM0803") == []
