"""Whether an element can be called from the internet, as far as its subnets and its own settings say."""

from collections.abc import Iterator

from threatdsl.infra.cloudformation.building import Building, Draft
from threatdsl.infra.cloudformation.estate import Item
from threatdsl.infra.cloudformation.values import Value
from threatdsl.infra.infrastructure import Known

SUBNETS = (
    ("SubnetId",), ("SubnetIds",), ("Subnets",), ("VPCZoneIdentifier",), ("VpcConfig", "SubnetIds"),
    ("VPCConfig", "SubnetIds"), ("NetworkConfiguration", "AwsvpcConfiguration", "Subnets"), ("VPCOptions", "SubnetIds"),
    ("ResourcesVpcConfig", "SubnetIds"), ("DBSubnetGroupName",), ("CacheSubnetGroupName",),
    ("ClusterSubnetGroupName",), ("BrokerNodeGroupInfo", "ClientSubnets"),
)  # fmt: skip
BALANCERS = ("AWS::ElasticLoadBalancing::LoadBalancer", "AWS::ElasticLoadBalancingV2::LoadBalancer")
WORLD = ("0.0.0.0/0", "::/0")


def subnets_of(building: Building, draft: Draft) -> Iterator[Item]:
    """The subnets that an element names, through groups of subnets too."""
    for item in draft.items:
        for path in SUBNETS:
            value = item.at(*path)
            for one in value.listed if value is not None else ():
                found = building.estate.of(one)
                if found is not None and found.type == "AWS::EC2::Subnet":
                    yield found
                elif found is not None and (inner := found.at("SubnetIds")) is not None:
                    yield from (
                        s for v in inner.listed if (s := building.estate.of(v)) and s.type == "AWS::EC2::Subnet"
                    )


def public_subnets(building: Building) -> dict[str, bool]:
    """Whether the table of routes of a subnet leads to an internet gateway; subnets without a table are left out."""
    routes: dict[str, bool] = {}
    for item in building.of_type("AWS::EC2::RouteTable"):
        routes[item.key] = False
    for item in building.of_type("AWS::EC2::Route"):
        table = building.estate.of(item.at("RouteTableId"))
        to = item.at("DestinationCidrBlock") or item.at("DestinationIpv6CidrBlock")
        if table is not None and to is not None and to.text in WORLD:
            gateway = building.estate.of(item.at("GatewayId"))
            is_out = gateway is not None and gateway.type == "AWS::EC2::InternetGateway"
            routes[table.key] = routes.get(table.key, False) or is_out
    public: dict[str, bool] = {}
    for item in building.of_type("AWS::EC2::SubnetRouteTableAssociation"):
        subnet, table = building.estate.of(item.at("SubnetId")), building.estate.of(item.at("RouteTableId"))
        if subnet is not None and table is not None and table.key in routes:
            public[subnet.key] = public.get(subnet.key, False) or routes[table.key]
    return public


def map_routes(building: Building) -> None:
    """Find the subnets that the internet can reach, before anybody asks."""
    building.public = public_subnets(building)


def map_subnets(building: Building) -> None:
    """Say of each subnet whether the internet can reach it."""
    for item in building.of_type("AWS::EC2::Route", "AWS::EC2::SubnetRouteTableAssociation"):
        _attach(building, item)
    for key, is_public in building.public.items():
        draft = building.boundaries.get(key)
        if draft is not None:
            text = "leads to an internet gateway" if is_public else "leads to no internet gateway"
            building.fact(draft, draft.item, "RouteTable", text, safe=None, known=Known.STATED)


def _attach(building: Building, item: Item) -> None:
    """An association is part of its subnet."""
    subnet = building.estate.of(item.at("SubnetId"))
    if subnet is not None and subnet.key in building.boundaries:
        building.realize(building.boundaries[subnet.key], item)


def is_exposed(building: Building, draft: Draft) -> bool | None:
    """Whether the internet can reach an element if its groups let it: None where that is not known."""
    item = draft.item
    own = _own(item)
    if own is not None:
        return own
    subnets = [subnet.key for subnet in subnets_of(building, draft)]
    public = building.public
    known = [public.get(key) for key in subnets]
    if known and all(one is False for one in known):
        return False
    return True if True in known else None


def _own(item: Item) -> bool | None:
    """What its own properties say."""
    if item.type in BALANCERS:
        scheme = item.at("Scheme")
        return True if scheme is None else None if scheme.text is None else scheme.text != "internal"
    if item.type == "AWS::ECS::Service":
        address = item.at("NetworkConfiguration", "AwsvpcConfiguration", "AssignPublicIp")
        if item.at("NetworkConfiguration") is None:
            return None
        return False if address is None else _false_only(address, address.text == "ENABLED")
    for path in (("PubliclyAccessible",), ("AssociatePublicIpAddress",)):
        value = item.at(*path)
        if value is not None and value.truth is False:
            return False
    never = ("AWS::EFS::FileSystem", "AWS::ElastiCache::ReplicationGroup", "AWS::ElastiCache::CacheCluster")
    return False if item.type in never else None


def _false_only(value: Value, is_on: bool) -> bool | None:  # noqa: FBT001 - the truth of the value
    """An address makes it reachable only where the route does as well."""
    return None if is_on or value.text is None else False
