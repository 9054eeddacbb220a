"""Nested stacks, loops, and firewalls at what they cannot guard: what concerns templates as a whole."""

from threatdsl.infra.cloudformation.building import Building
from threatdsl.infra.cloudformation.estate import INFERRED, LOOP, STACKS
from threatdsl.infra.infrastructure import LossKind

CLASSIC = "AWS::ElasticLoadBalancing::LoadBalancer"


def map_imports(building: Building) -> None:
    """What an element takes from another template by a name that only ends as an export does is said at its line."""
    for draft in building.elements.values():
        for item in tuple(draft.items):
            for value in item.properties.walk():
                if INFERRED in value.why:
                    building.fact(draft, item, "Fn::ImportValue", "matched by its end", safe=None, at=value)


def map_stacks(building: Building) -> None:
    """Why stacks and loops became nothing by themselves, and firewalls at what they cannot guard."""
    for item in building.items:
        if item.type in STACKS:
            child = building.estate.child(item)
            given = item.at("Parameters")
            names = ", ".join(sorted(given.entries)) if given is not None else ""
            if child is not None:
                building.lose(
                    item, LossKind.CONFIGURATION, f"{item.type}: its resources are those of {child.document.file}"
                )
            else:
                told = f", which is given {names}" if names else ""
                building.lose(item, LossKind.UNSUPPORTED, f"{item.type}: its template is not at hand{told}")
        elif item.logical.startswith(LOOP):
            building.lose(item, LossKind.UNSUPPORTED, "a loop over resources is not followed")
    for item in building.of_type("AWS::WAFv2::WebACLAssociation"):
        target = building.element(item.at("ResourceArn"))
        if target is not None and target.item.type == CLASSIC:
            message = f"{item.logical} puts a firewall before {target.title}, a classic balancer, which can have none"
            building.note("TM0803", message, item.span(item.at("ResourceArn")))
        elif target is not None:
            building.fact(
                target, item, "WebACLArn", "set", safe=True, classes=("ingress-filtering",), at=item.at("WebACLArn")
            )
