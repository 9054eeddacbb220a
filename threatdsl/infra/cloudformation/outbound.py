"""What networks let out, and lists of access that filter nothing."""

from threatdsl.infra.cloudformation.building import Building
from threatdsl.infra.cloudformation.estate import Item
from threatdsl.infra.cloudformation.networks import GROUP, is_world, members_of
from threatdsl.infra.cloudformation.values import Value
from threatdsl.infra.infrastructure import Known

EGRESS = ("egress-filtering",)
OPEN = "a group without such rules lets everything out"
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ec2-securitygroup.html


def map_outbound(building: Building) -> None:
    """Facts of egress of groups and those who wear them; notes on access lists that admit all."""
    separate: dict[str, list[tuple[Item, Value]]] = {}
    for item in building.of_type("AWS::EC2::SecurityGroupEgress"):
        group = building.estate.of(item.at("GroupId"))
        if group is not None and group.type == GROUP:
            separate.setdefault(group.key, []).append((item, item.properties))
    for item in building.of_type(GROUP):
        inline = item.at("SecurityGroupEgress")
        rules = [(item, at) for at in (inline.listed if inline is not None else ())]
        _egress(building, item, [*rules, *separate.get(item.key, ())])
    for item in building.of_type("AWS::EC2::NetworkAclEntry"):
        _entry(building, item)


def _egress(building: Building, group: Item, rules: list[tuple[Item, Value]]) -> None:
    """A group that has no rules has that of AWS, which lets everything out."""
    for draft in (building.boundaries[group.key], *members_of(building, group)):
        if not rules:
            building.fact(
                draft,
                group,
                "SecurityGroupEgress",
                "not set",
                safe=False,
                classes=EGRESS,
                known=Known.DEFAULT,
                why=OPEN,
            )
        for item, rule in rules:
            is_open = _lets_out(rule)
            known = Known.UNRESOLVED if is_open is None else Known.STATED
            text = "not known" if is_open is None else "any address" if is_open else "a range, group or list"
            safe = None if is_open is None else not is_open
            at = rule.at("CidrIp") or rule.at("CidrIpv6") or rule
            building.fact(draft, item, "SecurityGroupEgress", text, safe=safe, classes=EGRESS, at=at, known=known)


def _lets_out(rule: Value) -> bool | None:
    """Whether a rule leads to all of the internet, None where that is not known."""
    if rule.is_unknown:
        return None
    cidr = rule.at("CidrIp") or rule.at("CidrIpv6")
    return is_world(cidr) if cidr is not None else False


def _entry(building: Building, item: Item) -> None:
    """A rule of a list that admits everybody to everything: the list is there and filters nothing."""
    action, protocol, out = item.at("RuleAction"), item.at("Protocol"), item.at("Egress")
    cidr = item.at("CidrBlock") or item.at("Ipv6CidrBlock")
    incoming = out is None or out.truth is False
    all_ = protocol is not None and protocol.number == -1 and cidr is not None and is_world(cidr)
    if incoming and all_ and action is not None and action.text == "allow":
        message = f"{item.logical} admits all addresses to all ports: the network ACL filters nothing"
        building.note("TM0803", message, item.span(cidr))
