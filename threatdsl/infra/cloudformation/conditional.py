"""Policies and rules of which nobody knows whether they are there: what they would open is a question."""

from collections.abc import Iterator

from threatdsl.infra.cloudformation.building import Building, Draft
from threatdsl.infra.cloudformation.defaults import PUBLIC
from threatdsl.infra.cloudformation.estate import Item
from threatdsl.infra.cloudformation.iam import LEAST
from threatdsl.infra.cloudformation.networks import SEGMENTED, members_of
from threatdsl.infra.infrastructure import Known

OPENING = {  # by type: what names those that it opens, and the classes that it may take away
    "AWS::S3::BucketPolicy": (("Bucket",), PUBLIC),
    "AWS::SQS::QueuePolicy": (("Queues",), PUBLIC),
    "AWS::SNS::TopicPolicy": (("Topics",), PUBLIC),
    "AWS::EC2::SecurityGroupIngress": (("GroupId", "GroupName"), SEGMENTED),
    "AWS::IAM::Policy": (("Roles", "Users", "Groups"), LEAST),
    "AWS::IAM::ManagedPolicy": (("Roles", "Users", "Groups"), LEAST),
    "AWS::IAM::RolePolicy": (("RoleName",), LEAST),
}


def map_conditional(building: Building) -> None:
    """A fact that decides nothing at everything that such a resource would open."""
    for item in building.estate.items.values():
        if item.present is None and item.type in OPENING:
            paths, classes = OPENING[item.type]
            why = f"whether condition {item.node.text_at('Condition')} holds cannot be decided"
            for draft in _opened(building, item, paths):
                building.fact(
                    draft, item, "Condition", "not known", safe=None, classes=classes, known=Known.UNRESOLVED, why=why
                )


def _opened(building: Building, item: Item, paths: tuple[str, ...]) -> Iterator[Draft]:
    for path in paths:
        value = item.at(path)
        for one in value.listed if value is not None else ():
            found = building.estate.of(one)
            for drafts in (building.elements, building.boundaries, building.roles):
                if found is not None and found.key in drafts:
                    yield drafts[found.key]
            if found is not None and found.key in building.boundaries:
                yield from members_of(building, found)
