"""Interfaces for others: APIs, distributions, function URLs, and what stands behind them."""

from collections.abc import Iterator

from threatdsl.infra.cloudformation.building import Building, Draft
from threatdsl.infra.cloudformation.defaults import TRANSIT
from threatdsl.infra.cloudformation.estate import Item
from threatdsl.infra.cloudformation.settings import shown
from threatdsl.infra.cloudformation.values import Value
from threatdsl.infra.infrastructure import Known, Rests

REST, HTTP = "AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"
APIS = (REST, HTTP, "AWS::Serverless::Api", "AWS::Serverless::HttpApi", "AWS::AppSync::GraphQLApi")
CALLS = {  # by type: the property that names what is behind
    "AWS::ApiGateway::Method": ("Integration", "Uri"),
    "AWS::ApiGatewayV2::Integration": ("IntegrationUri",),
    "AWS::AppSync::DataSource": (),
}
AUTHENTICATED = ("client-authentication",)
OPEN = "an endpoint of an API is open to the internet unless told"
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-apigateway-restapi-endpointconfiguration.html
MODERN = ("TLSv1.2_2018", "TLSv1.2_2019", "TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025")


def map_interfaces(building: Building) -> None:
    """Facts and flows of APIs and distributions."""
    for item in building.of_type(*APIS):
        _endpoint(building, building.elements[item.key], item)
    for type_, path in CALLS.items():
        for item in building.of_type(type_):
            _behind(building, item, item.at(*path) if path else item.properties)
    for item in building.of_type("AWS::ApiGateway::Method", "AWS::ApiGatewayV2::Route"):
        _authenticated(building, item)
    for item in building.of_type("AWS::CloudFront::Distribution"):
        _distribution(building, building.elements[item.key], item)
    for item in building.of_type("AWS::Lambda::Url"):
        _function_url(building, item)
    for item in building.of_type("AWS::ApiGateway::Authorizer", "AWS::ApiGatewayV2::Authorizer"):
        for other, at in building.estate.all_of(item.properties):
            draft, target = building.element_of(item), building.element_of(other)
            if draft is not None and target is not None:
                building.flow(draft, target, Rests.REFERENCED, item, at, why="an authorizer", protocol="https")


def _endpoint(building: Building, draft: Draft, item: Item) -> None:
    types = item.at("EndpointConfiguration", "Types") or item.at("EndpointConfiguration", "Type")
    words = [one.text for one in types.listed] if types is not None else ["EDGE"]
    if item.at("Visibility") is not None:  # of AppSync
        words = [(item.at("Visibility") or item.properties).text]
    if "PRIVATE" not in words and None not in words:
        why = OPEN if types is None else "its endpoint is open to the internet"
        building.flow(None, draft, Rests.ALLOWED, item, types, why=why, protocol="https", port="443")


def _behind(building: Building, item: Item, value: Value | None) -> None:
    source = building.element_of(item)
    if source is None:
        return
    building.realize(source, item)
    seen = set()
    for other, at in building.estate.all_of(value):
        target = building.element_of(other)
        if target is not None and target is not source and target.key not in seen:
            seen.add(target.key)
            building.flow(source, target, Rests.REFERENCED, item, at, why="an integration", protocol="https")


def _authenticated(building: Building, item: Item) -> None:
    """Calls that nobody has to sign in for; the questions of browsers before a call carry no sign-in."""
    draft, value, method = building.element_of(item), item.at("AuthorizationType"), item.at("HttpMethod")
    if draft is None or (method is not None and method.text == "OPTIONS"):
        return
    known = Known.DEFAULT if value is None else Known.UNRESOLVED if value.text is None else Known.STATED
    safe = False if value is None else None if value.text is None else value.text != "NONE"
    key = item.at("ApiKeyRequired")
    why = "a method asks nobody to sign in unless told" if value is None else ""
    if key is not None and key.truth and not safe:
        why = "a key of the API is demanded, which is no sign-in"
    text = "not set" if value is None else shown(value)
    building.fact(
        draft, item, "AuthorizationType", text, safe=safe, classes=AUTHENTICATED, at=value, known=known, why=why
    )


def _distribution(building: Building, draft: Draft, item: Item) -> None:
    """How visitors come, and where from what they see comes."""
    config = item.at("DistributionConfig")
    if config is None or config.is_unknown:
        return
    secure = []
    for behavior in _behaviors(config):
        policy = behavior.at("ViewerProtocolPolicy")
        safe = None if policy is None or policy.text is None else policy.text in ("redirect-to-https", "https-only")
        known = Known.UNRESOLVED if safe is None else Known.STATED
        secure.append(safe)
        building.fact(
            draft,
            item,
            "ViewerProtocolPolicy",
            shown(policy) if policy else "not set",
            safe=safe,
            classes=TRANSIT,
            at=policy or behavior,
            known=known,
        )
    protocol = "https" if secure and all(secure) else ""
    building.flow(
        None, draft, Rests.ALLOWED, item, config, why="a distribution is open to the internet", protocol=protocol
    )
    least = config.at("ViewerCertificate", "MinimumProtocolVersion")
    if least is not None and least.text is not None:
        building.fact(
            draft,
            item,
            "MinimumProtocolVersion",
            "TLS 1.2 or later" if least.text in MODERN else "older",
            safe=least.text in MODERN,
            classes=("current-encryption",),
            at=least,
        )
    _origins(building, draft, item, config)


def _origins(building: Building, draft: Draft, item: Item, config: Value) -> None:
    """What it fetches, and where its logs go."""
    origins = config.at("Origins")
    for origin in origins.listed if origins is not None else ():
        target = building.element(origin.at("DomainName"))
        policy = origin.at("CustomOriginConfig", "OriginProtocolPolicy")
        word = policy.text if policy is not None else None
        by = {"https-only": "https", "http-only": "http"}.get(word or "", "")
        if target is not None:
            building.flow(draft, target, Rests.REFERENCED, item, origin, why="an origin", protocol=by)
    logs = building.element(config.at("Logging", "Bucket"))
    building.flow(draft, logs, Rests.REFERENCED, item, config.at("Logging"), why="its logs go there")


def _behaviors(config: Value) -> Iterator[Value]:
    first, others = config.at("DefaultCacheBehavior"), config.at("CacheBehaviors")
    if first is not None:
        yield first
    yield from others.listed if others is not None else ()


def _function_url(building: Building, item: Item) -> None:
    """A function with an address of its own, open to all unless IAM is asked."""
    draft, value = building.element_of(item), item.at("AuthType")
    if draft is None:
        return
    safe = None if value is None or value.text is None else value.text == "AWS_IAM"
    known = Known.UNRESOLVED if safe is None else Known.STATED
    text = shown(value) if value is not None else "not set"
    building.fact(draft, item, "AuthType", text, safe=safe, classes=AUTHENTICATED, at=value, known=known)
    building.flow(None, draft, Rests.ALLOWED, item, value, why="a function URL", protocol="https", port="443")
