"""Calls that the platform makes: event sources, permissions, subscriptions, notifications and targets of rules."""

from threatdsl.infra.cloudformation.building import Building, Draft
from threatdsl.infra.cloudformation.estate import Item
from threatdsl.infra.cloudformation.values import Value
from threatdsl.infra.infrastructure import Rests

POLLED = ("queue", "database")  # the platform fetches from these for the function


LEADS = (  # type, where it names who is called, why
    ("AWS::SQS::Queue", ("RedrivePolicy", "deadLetterTargetArn"), "what cannot be handled goes there"),
    ("AWS::Lambda::Function", ("DeadLetterConfig", "TargetArn"), "what cannot be handled goes there"),
    ("AWS::CloudTrail::Trail", ("S3BucketName",), "its records go there"),
    ("AWS::CloudTrail::Trail", ("CloudWatchLogsLogGroupArn",), "its records go there"),
    ("AWS::S3::Bucket", ("LoggingConfiguration", "DestinationBucketName"), "its logs go there"),
    ("AWS::Logs::SubscriptionFilter", ("DestinationArn",), "a subscription"),
    ("AWS::ApiGateway::Stage", ("AccessLogSetting", "DestinationArn"), "its logs go there"),
    ("AWS::ApiGatewayV2::Stage", ("AccessLogSettings", "DestinationArn"), "its logs go there"),
    ("AWS::KinesisFirehose::DeliveryStream", ("ExtendedS3DestinationConfiguration", "BucketARN"), "it delivers there"),
    ("AWS::KinesisFirehose::DeliveryStream", ("S3DestinationConfiguration", "BucketARN"), "it delivers there"),
)
MACHINES = ("AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine")


def map_events(building: Building) -> None:
    """Flows of all kinds of events."""
    for item in building.of_type("AWS::Lambda::EventSourceMapping"):
        _polled(building, building.element_of(item), item, item.at("EventSourceArn"))
    for item in building.of_type("AWS::Lambda::Permission"):
        _permitted(building, item)
    for item in building.of_type("AWS::SNS::Subscription"):
        _subscribed(building, building.element(item.at("TopicArn")), item, item.properties)
    for item in building.of_type("AWS::SNS::Topic"):
        for one in _listed(item.at("Subscription")):
            _subscribed(building, building.elements[item.key], item, one)
    for item in building.of_type("AWS::S3::Bucket"):
        _notified(building, item)
    for item in building.of_type("AWS::Serverless::Function"):
        _sam_events(building, item)
    _map_ways(building)


def _map_ways(building: Building) -> None:
    """Flows by the table, copies of buckets, and steps of machines of states."""
    for item in building.of_type("AWS::S3::Bucket"):
        for rule in _listed(item.at("ReplicationConfiguration", "Rules")):
            _leads(building, item, rule.at("Destination", "Bucket"), "copies go there")
    for type_, path, why in LEADS:
        for item in building.of_type(type_):
            _leads(building, item, item.at(*path), why)
    for item in building.of_type(*MACHINES):
        for other, at in building.estate.all_of(item.properties):
            if other.type != "AWS::IAM::Role":
                _leads(building, item, at, "a step")


def _leads(building: Building, item: Item, at: Value | None, why: str) -> None:
    """A flow from what a resource is or belongs to, to what a value means."""
    source, target = building.element_of(item), building.element(at)
    if source is not None and target is not None:
        building.flow(source, target, Rests.REFERENCED, item, at, why=why)


def _listed(value: Value | None) -> tuple[Value, ...]:
    return value.listed if value is not None else ()


def _polled(building: Building, function: Draft | None, item: Item, at: Value | None) -> None:
    source = building.element(at)
    if function is not None and source is not None:
        building.flow(function, source, Rests.REFERENCED, item, at, why="an event source", protocol="https")


def _permitted(building: Building, item: Item) -> None:
    """Who may invoke a function: a resource, or anybody."""
    function, principal = building.element(item.at("FunctionName")), item.at("Principal")
    if function is None:
        return
    source = building.element(item.at("SourceArn"))
    if source is not None and source is not function:
        building.flow(source, function, Rests.ALLOWED, item, item.at("SourceArn"), why="a permission to invoke")
    narrowed = any(item.at(key) is not None for key in ("SourceArn", "SourceAccount", "PrincipalOrgID"))
    if principal is not None and principal.text == "*":
        if not narrowed:
            building.fact(
                function, item, "Principal", "anybody", safe=False, classes=("public-access-prevention",), at=principal
            )
            building.flow(None, function, Rests.ALLOWED, item, principal, why="a permission that allows anybody")
        return
    building.realize(function, item)


def _subscribed(building: Building, topic: Draft | None, item: Item, at: Value) -> None:
    target = building.element(at.at("Endpoint"))
    if topic is not None and target is not None:
        building.flow(topic, target, Rests.REFERENCED, item, at.at("Endpoint"), why="a subscription")


def _notified(building: Building, item: Item) -> None:
    for key, below in item.properties.entries.items():
        if key != "NotificationConfiguration":
            continue
        for kind, word in (("LambdaConfigurations", "Function"), ("QueueConfigurations", "Queue"),
                           ("TopicConfigurations", "Topic")):  # fmt: skip
            for one in _listed(below.at(kind)):
                source, target = building.elements[item.key], building.element(one.at(word))
                building.flow(source, target, Rests.REFERENCED, item, one.at(word), why="a notification")


def _sam_events(building: Building, item: Item) -> None:
    """Events of SAM: an API calls the function, a queue or stream is fetched from, others call."""
    function = building.elements[item.key]
    events = item.at("Events")
    for event in (events.entries if events is not None else {}).values():
        properties = event.at("Properties")
        for key in ("RestApiId", "ApiId", "Queue", "Stream", "Topic", "Bucket"):
            at = properties.at(key) if properties is not None else None
            source = building.element(at)
            if source is None:
                continue
            if source.kind in POLLED and key in ("Queue", "Stream"):
                _polled(building, function, item, at)
            else:
                building.flow(source, function, Rests.REFERENCED, item, at, why="an event")
