"""Balancers: who calls them, over what, and what they call."""

from collections.abc import Iterator

import msgspec

from threatdsl.infra.cloudformation.building import Building, Draft
from threatdsl.infra.cloudformation.defaults import TRANSIT, WEAK_TLS
from threatdsl.infra.cloudformation.estate import Item
from threatdsl.infra.cloudformation.exposure import BALANCERS, is_exposed
from threatdsl.infra.cloudformation.networks import is_world
from threatdsl.infra.cloudformation.settings import shown
from threatdsl.infra.cloudformation.values import Value
from threatdsl.infra.infrastructure import Known, Rests

V2_GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"
PROTOCOLS = {"HTTP": "http", "HTTPS": "https", "TLS": "tls", "SSL": "tls", "TCP": "tcp", "UDP": "udp"}
SECURE = ("HTTPS", "TLS", "SSL")
CURRENT = ("current-encryption",)
SCHEME = "a balancer without Scheme faces the internet"
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-elasticloadbalancingv2-loadbalancer.html


class Door(msgspec.Struct, frozen=True):
    """A listener: where it stands and what it takes."""

    item: Item
    at: Value
    protocol: str
    port: str
    redirects: bool


def map_balancing(building: Building) -> None:
    """Facts and flows of all balancers."""
    for item in building.of_type(*BALANCERS):
        draft = building.elements[item.key]
        _scheme(building, draft, item)
        _attributes(building, draft, item)
        for door in _doors(building, item):
            _door(building, draft, door)
        if item.type == BALANCERS[0]:
            _classic_targets(building, draft, item)
    for item in building.of_type("AWS::ElasticLoadBalancingV2::Listener", "AWS::ElasticLoadBalancingV2::ListenerRule"):
        _targets(building, item)


def _scheme(building: Building, draft: Draft, item: Item) -> None:
    value = item.at("Scheme")
    known = Known.DEFAULT if value is None else Known.STATED if value.text is not None else Known.UNRESOLVED
    text = "not set" if value is None else shown(value)
    building.fact(draft, item, "Scheme", text, safe=None, at=value, known=known, why=SCHEME if value is None else "")


def _attributes(building: Building, draft: Draft, item: Item) -> None:
    """Logs of access and protection from deletion: off unless written."""
    named = {
        key.raw: value
        for one in _listed(item.at("LoadBalancerAttributes"))
        if (key := one.at("Key")) is not None and (value := one.at("Value")) is not None
    }
    classic = item.at("AccessLoggingPolicy", "Enabled")
    rows = [("access_logs.s3.enabled", ("audit-logging",), classic or named.get("access_logs.s3.enabled"))]
    if item.type == BALANCERS[1]:
        rows.append(("deletion_protection.enabled", ("deletion-protection",), named.get("deletion_protection.enabled")))
    for name, classes, value in rows:
        if value is None:
            building.fact(
                draft,
                item,
                name,
                "not set",
                safe=False,
                classes=classes,
                known=Known.DEFAULT,
                why="it is off unless told",
            )
        else:
            known = Known.STATED if value.truth is not None else Known.UNRESOLVED
            building.fact(draft, item, name, shown(value), safe=value.truth, classes=classes, at=value, known=known)


def _listed(value: Value | None) -> tuple[Value, ...]:
    return value.listed if value is not None else ()


def _doors(building: Building, item: Item) -> Iterator[Door]:
    for at in _listed(item.at("Listeners")):
        yield _as_door(item, at, "LoadBalancerPort", redirects=False)
    for listener in building.of_type("AWS::ElasticLoadBalancingV2::Listener"):
        if building.estate.of(listener.at("LoadBalancerArn")) is item:
            actions = _listed(listener.at("DefaultActions"))
            redirects = bool(actions) and all(
                one.at("RedirectConfig", "Protocol") is not None
                and getattr(one.at("RedirectConfig", "Protocol"), "text", None) == "HTTPS"
                for one in actions
            )
            yield _as_door(listener, listener.properties, "Port", redirects=redirects)


def _as_door(item: Item, at: Value, key: str, *, redirects: bool) -> Door:
    protocol, port = at.at("Protocol"), at.at(key)
    number = port.number if port is not None else None
    text = (protocol.text or "").upper() if protocol is not None else ""
    return Door(item, at, text, str(number) if number is not None else "", redirects)


def _door(building: Building, draft: Draft, door: Door) -> None:
    if door.protocol in ("HTTP", *SECURE):
        at = door.at.at("Protocol")
        safe = True if door.redirects else door.protocol in SECURE
        why = "it sends callers on to HTTPS" if door.redirects else ""
        building.fact(draft, door.item, "Protocol", door.protocol, safe=safe, classes=TRANSIT, at=at, why=why)
    if door.protocol in SECURE:
        policy = door.at.at("SslPolicy")
        if policy is not None and policy.text is not None:
            safe = policy.text not in WEAK_TLS
            text = "a policy with TLS 1.0 or 1.1" if not safe else "a policy of TLS 1.2 or later"
            building.fact(draft, door.item, "SslPolicy", text, safe=safe, classes=CURRENT, at=policy)
        elif policy is None:
            why = "the policy of 2016 takes TLS 1.0"
            building.fact(
                draft,
                door.item,
                "SslPolicy",
                "not set",
                safe=False,
                classes=CURRENT,
                at=door.at,
                known=Known.DEFAULT,
                why=why,
            )
    building.realize(draft, door.item)
    if is_exposed(building, draft) and _admitted(building, draft, door):
        why = f"it listens{f' on port {door.port}' if door.port else ''} and faces the internet"
        protocol = PROTOCOLS.get(door.protocol, "")
        building.flow(None, draft, Rests.ALLOWED, door.item, door.at, why=why, protocol=protocol, port=door.port)


def _admitted(building: Building, draft: Draft, door: Door) -> bool:
    """Whether groups let the world through a door: all do where none is worn; one that lets nobody is told."""
    values = _listed(draft.item.at("SecurityGroups"))
    if not values:
        return True
    groups = [building.estate.of(value) for value in values]
    if any(group is None or group.type != "AWS::EC2::SecurityGroup" for group in groups):
        return False  # a group that is kept elsewhere
    rules = [rule for group in groups if group is not None for rule in _ingress(building, group)]
    number = int(door.port) if door.port else None
    covering = [rule for rule in rules if _covers(rule, number)]
    if not covering and not any(rule.is_unknown for rule in rules) and number is not None:
        message = f"no security group of {draft.title} admits port {number}, on which it listens"
        building.note("TM0803", message, door.item.span(door.at))
    return any(is_world(cidr) for rule in covering if (cidr := rule.at("CidrIp") or rule.at("CidrIpv6")) is not None)


def _ingress(building: Building, group: Item) -> Iterator[Value]:
    yield from _listed(group.at("SecurityGroupIngress"))
    for item in building.of_type("AWS::EC2::SecurityGroupIngress"):
        if building.estate.of(item.at("GroupId") or item.at("GroupName")) is group:
            yield item.properties


def _covers(rule: Value, port: int | None) -> bool:
    protocol, first, last = rule.at("IpProtocol"), rule.at("FromPort"), rule.at("ToPort")
    if protocol is not None and protocol.text == "-1":
        return True
    if port is None or first is None or last is None or first.number is None or last.number is None:
        return port is None or not (first is not None and last is not None)
    return first.number <= port <= last.number


def _targets(building: Building, item: Item) -> None:
    """The flows to what is behind a listener, through groups of targets."""
    source = building.element_of(item)
    if source is None:
        return
    for key in ("DefaultActions", "Actions"):
        for action in _listed(item.at(key)):
            named = [action.at("TargetGroupArn")]
            named += [one.at("TargetGroupArn") for one in _listed(action.at("ForwardConfig", "TargetGroups"))]
            for value in named:
                group = building.estate.of(value)
                if group is not None and group.type == V2_GROUP:
                    _behind(building, source, item, action, group)


def _behind(building: Building, source: Draft, item: Item, at: Value, group: Item) -> None:
    protocol, port = group.at("Protocol"), group.at("Port")
    number = str(port.number) if port is not None and port.number is not None else ""
    name = PROTOCOLS.get((protocol.text or "").upper(), "") if protocol is not None else ""
    for target in _in_group(building, group):
        building.realize(target, group)
        why = f"target group {group.logical}"
        building.flow(source, target, Rests.REFERENCED, item, at, why=why, protocol=name, port=number)


def _in_group(building: Building, group: Item) -> Iterator[Draft]:
    for one in _listed(group.at("Targets")):
        target = building.element(one.at("Id"))
        if target is not None:
            yield target
    for item in building.of_type("AWS::ECS::Service", "AWS::AutoScaling::AutoScalingGroup"):
        values = [one.at("TargetGroupArn") for one in _listed(item.at("LoadBalancers"))]
        values += list(_listed(item.at("TargetGroupARNs")))
        if any(building.estate.of(value) is group for value in values):
            yield building.elements[item.key]


def _classic_targets(building: Building, draft: Draft, item: Item) -> None:
    targets = [(building.element(one), item, one) for one in _listed(item.at("Instances"))]
    for other in building.of_type("AWS::ECS::Service", "AWS::AutoScaling::AutoScalingGroup"):
        values = [one.at("LoadBalancerName") for one in _listed(other.at("LoadBalancers"))]
        values += list(_listed(other.at("LoadBalancerNames")))
        at = next((value for value in values if building.estate.of(value) is item), None)
        targets += [(building.elements[other.key], other, at)] if at is not None else []
    for target, by, at in targets:
        for listener in _listed(item.at("Listeners")) or (item.properties,):
            protocol, port = listener.at("InstanceProtocol") or listener.at("Protocol"), listener.at("InstancePort")
            number = str(port.number) if port is not None and port.number is not None else ""
            name = PROTOCOLS.get((protocol.text or "").upper(), "") if protocol is not None else ""
            why = "an instance of the balancer"
            building.flow(draft, target, Rests.REFERENCED, by, at, why=why, protocol=name, port=number)
