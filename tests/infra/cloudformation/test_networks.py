"""Networks and security groups: who stands where, who may call whom, and what the internet reaches."""

from pathlib import Path

import pytest

from tests.infra.cloudformation.templates import element, fact, facts, flow, flows, notes, part, read
from threatdsl.infra.infrastructure import Boundary, Known

SEGMENTED = "network-segmentation"
NETWORK = """
    Parameters: {Anywhere: {Type: String, Default: 0.0.0.0/0}, Given: {Type: String}}
    Resources:
      Network: {Type: AWS::EC2::VPC}
      Front: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Network}}
      Back: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Network}}
      Way: {Type: AWS::EC2::InternetGateway}
      Table: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Network}}
      Inner: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Network}}
      Route:
        Type: AWS::EC2::Route
        Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Way}
      A: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref Front, RouteTableId: !Ref Table}}
      B: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref Back, RouteTableId: !Ref Inner}}
      Web: {Type: AWS::EC2::Instance, Properties: {SubnetId: !Ref Front, SecurityGroupIds: [!Ref Open]}}
      App: {Type: AWS::EC2::Instance, Properties: {SubnetId: !Ref Back, SecurityGroupIds: [!Ref Own]}}
      Data:
        Type: AWS::RDS::DBInstance
        Properties: {VPCSecurityGroups: [!Ref Own], PubliclyAccessible: false}
      Open:
        Type: AWS::EC2::SecurityGroup
        Properties:
          VpcId: !Ref Network
          SecurityGroupIngress:
            - IpProtocol: tcp
              FromPort: 80
              ToPort: '80'
              CidrIp: !Ref Anywhere
      Own: {Type: AWS::EC2::SecurityGroup, Properties: {VpcId: !Ref Network}}
      In:
        Type: AWS::EC2::SecurityGroupIngress
        Properties: {GroupId: !GetAtt Own.GroupId, IpProtocol: tcp, FromPort: 1, ToPort: 9, %s}
"""


def test_groups_of_the_template_make_flows_for_every_member(tmp_path: Path) -> None:
    found = read(tmp_path, NETWORK % "SourceSecurityGroupId: !Ref Open")
    assert flows(found) == {
        ("internet", "Web", "allowed"),
        ("Web", "App", "allowed"),
        ("Web", "Data", "allowed"),
    }
    assert flow(found, "Web", "Data").port == "1-9"
    assert flow(found, "internet", "Web").port == "80"


def test_an_open_group_is_unsafe_at_the_line_of_its_rule_and_says_that_a_default_decides(tmp_path: Path) -> None:
    found = read(tmp_path, NETWORK % "SourceSecurityGroupId: !Ref Open")
    for title in ("Open", "Web"):
        said = fact(found, title, "SecurityGroupIngress")
        assert (said.safe, said.known, said.value) == (False, Known.DEFAULT, "any address, port 80")
        line = (tmp_path / "0.yaml").read_text().splitlines()[said.span.line - 1]
        assert line.strip() == "CidrIp: !Ref Anywhere"
    assert facts(found, "App", SEGMENTED) == {"SecurityGroupIngress": True}


@pytest.mark.parametrize(("source", "safe"), [
    ("CidrIp: 0.0.0.0/0", False),
    ("CidrIpv6: '::/0'", False),
    ("CidrIp: 10.0.0.0/8", True),
    ("CidrIp: !Ref Given", None),
    ("CidrIp: nonsense", None),
    ("SourcePrefixListId: pl-1", None),
    ("SourceSecurityGroupName: !Ref Open, SourceSecurityGroupOwnerId: '123456789012'", True),
    ("SourceSecurityGroupId: sg-1", True),
])  # fmt: skip
def test_all_spellings_of_a_source(tmp_path: Path, source: str, *, safe: bool | None) -> None:
    found = read(tmp_path, NETWORK % source)
    assert facts(found, "Own", SEGMENTED) == {"SecurityGroupIngress": safe}
    assert facts(found, "Data", SEGMENTED) == {"SecurityGroupIngress": safe}


def test_the_internet_reaches_no_store_that_is_closed_and_no_subnet_without_a_route(tmp_path: Path) -> None:
    found = read(tmp_path, NETWORK % "CidrIp: 0.0.0.0/0")
    assert flows(found) == {("internet", "Web", "allowed")}


def test_a_group_of_a_classic_balancer_by_name_and_owner_is_the_balancer(tmp_path: Path) -> None:
    template = """
        Resources:
          Balancer: {Type: AWS::ElasticLoadBalancing::LoadBalancer, Properties: {Scheme: internal}}
          Web: {Type: AWS::EC2::Instance, Properties: {SecurityGroups: [!Ref Group]}}
          Group:
            Type: AWS::EC2::SecurityGroup
            Properties:
              SecurityGroupIngress:
                IpProtocol: tcp
                FromPort: 80
                ToPort: 80
                SourceSecurityGroupOwnerId: !GetAtt Balancer.SourceSecurityGroup.OwnerAlias
                SourceSecurityGroupName: !GetAtt Balancer.SourceSecurityGroup.GroupName
    """
    assert flows(read(tmp_path, template)) == {("Balancer", "Web", "allowed")}


def test_elements_stand_in_their_subnet_or_in_their_only_group(tmp_path: Path) -> None:
    found = read(tmp_path, NETWORK % "CidrIp: 10.0.0.0/8")
    assert element(found, "Web").boundary == part(found, "Front").key
    assert element(found, "Data").boundary == part(found, "Own").key
    front = part(found, "Front")
    assert isinstance(front, Boundary)
    assert front.parent == part(found, "Network").key
    assert fact(found, "Front", "RouteTable").value == "leads to an internet gateway"
    assert fact(found, "Back", "RouteTable").value == "leads to no internet gateway"


def test_a_group_without_rules_for_what_goes_out_lets_all_out(tmp_path: Path) -> None:
    template = """
        Resources:
          Silent: {Type: AWS::EC2::SecurityGroup}
          Narrow:
            Type: AWS::EC2::SecurityGroup
            Properties: {SecurityGroupEgress: [{IpProtocol: tcp, CidrIp: 10.0.0.0/8}]}
          Wide: {Type: AWS::EC2::SecurityGroup}
          Out: {Type: AWS::EC2::SecurityGroupEgress, Properties: {GroupId: !Ref Wide, CidrIp: 0.0.0.0/0}}
    """
    found = read(tmp_path, template)
    said = {title: facts(found, title, "egress-filtering") for title in ("Silent", "Narrow", "Wide")}
    assert said == {
        "Silent": {"SecurityGroupEgress": False},
        "Narrow": {"SecurityGroupEgress": True},
        "Wide": {"SecurityGroupEgress": False},
    }
    assert fact(found, "Silent", "SecurityGroupEgress").known is Known.DEFAULT


def test_a_list_of_access_that_admits_all_is_no_control(tmp_path: Path) -> None:
    entry = "Resources: {{Rule: {{Type: AWS::EC2::NetworkAclEntry, Properties: {{{}}}}}}}"
    everything = "RuleAction: allow, Protocol: '-1', CidrBlock: 0.0.0.0/0"
    assert notes(read(tmp_path, entry.format(everything)), "TM0803")
    for other in ("Egress: true", "RuleAction: deny", "CidrBlock: 10.0.0.0/8", "Protocol: 6"):
        key = other.partition(":")[0]
        kept = ", ".join(one for one in everything.split(", ") if not one.startswith(key))
        assert not notes(read(tmp_path, entry.format(f"{kept}, {other}")), "TM0803")


def test_a_resource_belongs_to_one_part_and_tells_all_that_wear_it(tmp_path: Path) -> None:
    found = read(tmp_path, NETWORK % "CidrIp: 0.0.0.0/0")
    owners = [part for part in (*found.elements, *found.boundaries) if any(r.name == "Own" for r in part.resources)]
    assert [owner.title for owner in owners] == ["Own"]
    for title in ("App", "Data"):
        assert facts(found, title, SEGMENTED) == {"SecurityGroupIngress": False}


def test_a_function_in_a_network_calls_and_is_not_called(tmp_path: Path) -> None:
    template = """
        Resources:
          Group:
            Type: AWS::EC2::SecurityGroup
            Properties: {SecurityGroupIngress: [{CidrIp: 0.0.0.0/0, IpProtocol: '-1'}]}
          Self:
            Type: AWS::EC2::SecurityGroupIngress
            Properties: {GroupId: !Ref Group, SourceSecurityGroupId: !Ref Group}
          Work: {Type: AWS::Lambda::Function, Properties: {VpcConfig: {SecurityGroupIds: [!Ref Group]}}}
          Data: {Type: AWS::RDS::DBInstance, Properties: {VPCSecurityGroups: [!Ref Group], PubliclyAccessible: false}}
    """
    assert flows(read(tmp_path, template)) == {("Work", "Data", "allowed")}


def test_a_route_through_a_translator_of_addresses_lets_nobody_in(tmp_path: Path) -> None:
    found = read(tmp_path, (NETWORK % "CidrIp: 10.0.0.0/8").replace("GatewayId: !Ref Way", "NatGatewayId: !Ref Way"))
    assert fact(found, "Front", "RouteTable").value == "leads to no internet gateway"
    assert flows(found) == set()
