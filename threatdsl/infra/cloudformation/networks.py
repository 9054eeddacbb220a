"""Networks, subnets and security groups: boundaries, who stands where, and who may call whom."""

from collections.abc import Iterator
from ipaddress import ip_network

import msgspec

from threatdsl.infra.cloudformation.building import Building, Draft
from threatdsl.infra.cloudformation.estate import Item
from threatdsl.infra.cloudformation.exposure import BALANCERS, is_exposed, subnets_of
from threatdsl.infra.cloudformation.values import Value
from threatdsl.infra.infrastructure import Known, Rests

SEGMENTED = ("network-segmentation",)
WORLD = ("0.0.0.0/0", "::/0")
WIDE = 4  # bits of a network that is the world all the same: 0.0.0.0/1 and 128.0.0.0/1 are two halves of it
GROUP = "AWS::EC2::SecurityGroup"
WORN = (  # where a resource says which groups it wears
    ("SecurityGroupIds",), ("SecurityGroups",), ("VpcSecurityGroupIds",), ("VPCSecurityGroups",),
    ("VpcConfig", "SecurityGroupIds"), ("VPCConfig", "SecurityGroupIds"), ("ResourcesVpcConfig", "SecurityGroupIds"),
    ("NetworkConfiguration", "AwsvpcConfiguration", "SecurityGroups"), ("VPCOptions", "SecurityGroupIds"),
    ("LaunchTemplateData", "SecurityGroupIds"), ("BrokerNodeGroupInfo", "SecurityGroups"), ("CacheSecurityGroupNames",),
)  # fmt: skip
NO_CALLERS = ("AWS::Lambda::Function", "AWS::Serverless::Function")  # a network leads to none of these


class Rule(msgspec.Struct, frozen=True):
    """A rule of ingress: the group that it opens, and where it stands."""

    group: str
    item: Item
    at: Value


def map_networks(building: Building) -> None:
    """Boundaries first, then who stands in them, then the rules."""
    for item in building.of_type("AWS::EC2::VPC"):
        building.boundaries[item.key] = Draft(item)
    for item in building.of_type("AWS::EC2::Subnet", GROUP):
        draft = building.boundaries[item.key] = Draft(item)
        network = building.estate.of(item.at("VpcId"))
        draft.boundary = network.key if network is not None and network.key in building.boundaries else ""
    members = building.worn = _members(building)
    for draft in building.elements.values():
        _place(building, draft, members)
    by_group: dict[str, list[Rule]] = {key: [] for key in building.boundaries}
    for rule in _rules(building):
        by_group.setdefault(rule.group, []).append(rule)
    for item in building.of_type(GROUP):
        _group(building, item, by_group[item.key])


def members_of(building: Building, group: Item) -> tuple[Draft, ...]:
    """The elements that wear a group."""
    worn = building.worn
    return tuple(draft for draft in building.elements.values() if group.key in worn.get(draft.key, ()))


def _members(building: Building) -> dict[str, tuple[str, ...]]:
    """The keys of the groups that each element wears, by its key."""
    worn: dict[str, dict[str, None]] = {}
    for item in building.items:
        draft = building.element_of(item)
        wearers = [draft] if draft is not None else []
        if item.type in ("AWS::EC2::LaunchTemplate", "AWS::AutoScaling::LaunchConfiguration"):
            wearers = [d for d in building.elements.values() if item in d.items]
        for group in _worn(building, item):
            for wearer in wearers:
                worn.setdefault(wearer.key, {})[group.key] = None
    return {key: tuple(sorted(groups)) for key, groups in worn.items()}


def _worn(building: Building, item: Item) -> Iterator[Item]:
    if item.type == GROUP:
        return
    lists = [value for path in WORN if (value := item.at(*path)) is not None]
    interfaces = [item.at("NetworkInterfaces"), item.at("LaunchTemplateData", "NetworkInterfaces")]
    for several in interfaces:
        lists += [v for one in (several.listed if several else ()) if (v := one.at("GroupSet") or one.at("Groups"))]
    for value in lists:
        for one in value.listed:
            group = building.estate.of(one)
            if group is not None and group.type == GROUP and group.present:
                yield group


def _place(building: Building, draft: Draft, members: dict[str, tuple[str, ...]]) -> None:
    """An element stands in its only subnet, else in its only group, else in the network of its subnets."""
    subnets = [item.key for item in subnets_of(building, draft) if item.key in building.boundaries]
    groups = members.get(draft.key, ())
    places = sorted(set(subnets))
    if len(places) == 1:
        draft.boundary = places[0]
    elif len(groups) == 1:
        draft.boundary = groups[0]
    else:
        networks = {building.boundaries[key].boundary for key in (*places, *groups)} - {""}
        draft.boundary = networks.pop() if len(networks) == 1 else ""


def _rules(building: Building) -> Iterator[Rule]:
    """Inline rules and those that are resources of their own."""
    for item in building.of_type(GROUP):
        inline = item.at("SecurityGroupIngress")
        for at in inline.listed if inline is not None else ():
            yield Rule(item.key, item, at)
    for item in building.of_type("AWS::EC2::SecurityGroupIngress"):
        group = building.estate.of(item.at("GroupId") or item.at("GroupName"))
        if group is not None:
            yield Rule(group.key, item, item.properties)


def _group(building: Building, item: Item, rules: list[Rule]) -> None:
    """What a group lets in: facts of it and of those who wear it, and flows to each of them."""
    worn_by = members_of(building, item)
    boundary = building.boundaries[item.key]
    wearers = [draft for draft in worn_by if draft.kind != "gateway"]  # a gateway is what the world comes in by
    for draft in (boundary, *wearers):
        building.realize(draft, item)
        if not rules:
            building.fact(
                draft,
                item,
                "SecurityGroupIngress",
                "not set",
                safe=True,
                classes=SEGMENTED,
                known=Known.DEFAULT,
                why="a group without rules lets nobody in",
            )
        for rule in rules:
            _rule_fact(building, draft, rule)
    for rule in rules:
        building.realize(boundary, rule.item)
        for target in worn_by:
            if target.item.type not in NO_CALLERS:
                _rule_flows(building, rule, target)


def _rule_fact(building: Building, draft: Draft, rule: Rule) -> None:
    source, is_open = _source(building, rule)
    port = port_of(rule.at)
    text = f"{source}, {f'port {port}' if port else 'all ports'}"
    known = Known.UNRESOLVED if is_open is None else Known.STATED
    why = "who may call is only known later or elsewhere" if is_open is None else ""
    at = rule.at.at("CidrIp") or rule.at.at("CidrIpv6") or rule.at
    safe = None if is_open is None else not is_open
    building.fact(
        draft, rule.item, "SecurityGroupIngress", text, safe=safe, classes=SEGMENTED, at=at, known=known, why=why
    )


def _source(building: Building, rule: Rule) -> tuple[str, bool | None]:
    """Who may call, in words, and whether that is the world: None where it is not known."""
    for key in ("CidrIp", "CidrIpv6"):
        cidr = rule.at.at(key)
        if cidr is not None:
            wide = is_world(cidr)
            return ("not known" if cidr.text is None else "any address" if wide else "a range of addresses"), wide
    if rule.at.is_unknown:
        return "not known", None
    if rule.at.at("SourceSecurityGroupId") is not None or rule.at.at("SourceSecurityGroupName") is not None:
        group = _source_group(building, rule)
        return f"group {group.logical}" if group is not None else "another group", False
    return "a list of prefixes" if rule.at.at("SourcePrefixListId") is not None else "not known", None


def is_world(cidr: Value) -> bool | None:
    """Whether a range of addresses is all of the internet, None where it is not known."""
    if cidr.text is None:
        return None
    try:
        return ip_network(cidr.text, strict=False).prefixlen < WIDE
    except ValueError:
        return None


def _source_group(building: Building, rule: Rule) -> Item | None:
    """By id, or by name together with its owner."""
    found = building.estate.of(_named(rule))
    return found if found is not None and found.type == GROUP else None


def _named(rule: Rule) -> Value | None:
    """The source that a rule names: a group by id, or by name, which may be that of a classic balancer."""
    return rule.at.at("SourceSecurityGroupId") or rule.at.at("SourceSecurityGroupName")


def _rule_flows(building: Building, rule: Rule, target: Draft) -> None:
    """Listeners of balancers say more of the world that comes in than their groups do."""
    port = port_of(rule.at)
    group = _source_group(building, rule)
    at = rule.at
    balancer = building.element(_named(rule))
    if balancer is not None:
        why = f"security group {rule.item.logical} admits {balancer.title}"
        building.flow(balancer, target, Rests.ALLOWED, rule.item, at, why=why, port=port)
    elif group is not None:
        for source in members_of(building, group):
            if not source.is_store:
                why = f"security group {rule.item.logical} admits group {group.logical}"
                building.flow(source, target, Rests.ALLOWED, rule.item, at, why=why, port=port)
    elif _source(building, rule)[1] and target.item.type not in BALANCERS and is_exposed(building, target) is not False:
        at = at.at("CidrIp") or at.at("CidrIpv6") or at
        why = f"security group {rule.item.logical} admits any address"
        building.flow(None, target, Rests.ALLOWED, rule.item, at, why=why, port=port)


def port_of(rule: Value) -> str:
    """The ports of a rule, empty for all or where they are not known."""
    protocol = rule.at("IpProtocol")
    first, last = rule.at("FromPort"), rule.at("ToPort")
    if protocol is None or protocol.text in ("-1", "icmp", "icmpv6", "1", "58") or first is None or last is None:
        return ""
    if first.number is None or last.number is None or first.number < 0:
        return ""
    return str(first.number) if first.number == last.number else f"{first.number}-{last.number}"
