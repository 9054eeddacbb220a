"""Buckets: who gets in, by access lists, policies, websites and blocks; and policies of queues and topics."""

from threatdsl.infra.cloudformation.building import Building, Draft
from threatdsl.infra.cloudformation.defaults import PUBLIC, TRANSIT
from threatdsl.infra.cloudformation.estate import Item
from threatdsl.infra.cloudformation.policies import Statement, statements
from threatdsl.infra.cloudformation.settings import shown
from threatdsl.infra.cloudformation.values import Value
from threatdsl.infra.infrastructure import Known, Rests

BLOCK = "PublicAccessBlockConfiguration"
BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
OPEN_LISTS = ("PublicRead", "PublicReadWrite", "AuthenticatedRead")
SINCE_2023 = "S3 blocks public access to buckets made since April 2023"
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html
POLICIES = ("AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy")
TARGETS = {"AWS::S3::BucketPolicy": "Bucket", "AWS::SQS::QueuePolicy": "Queues", "AWS::SNS::TopicPolicy": "Topics"}


def map_buckets(building: Building) -> None:
    """Facts and flows of access from outside."""
    for item in building.of_type("AWS::S3::Bucket"):
        draft = building.elements[item.key]
        _blocks(building, draft, item)
        _access_list(building, draft, item)
    for item in building.of_type(*POLICIES):
        _policy(building, item)


def _blocks(building: Building, draft: Draft, item: Item) -> None:
    """The four switches: all on where nobody writes them, off where some of them only are written."""
    block = item.at(BLOCK)
    if block is None:
        building.fact(draft, item, BLOCK, "not set", safe=True, classes=PUBLIC, known=Known.DEFAULT, why=SINCE_2023)
        return
    for name in BLOCKS:
        value = block.at(name)
        known, why = Known.STATED, ""
        if value is None:
            known, why = Known.DEFAULT, "of a block that is written what is left out is off"
        elif value.truth is None:
            known, why = Known.UNRESOLVED, "its value is only known later or elsewhere"
        safe = False if value is None else value.truth
        text = shown(value) if value is not None else "not set"
        building.fact(draft, item, name, text, safe=safe, classes=PUBLIC, at=value or block, known=known, why=why)


def _blocked(draft: Draft, name: str) -> bool:
    """Whether a switch is written and on, which makes what it blocks harmless."""
    value = draft.item.at(BLOCK, name)
    return value is not None and value.truth is True


def _access_list(building: Building, draft: Draft, item: Item) -> None:
    value = item.at("AccessControl")
    if value is None:
        return
    if value.text is None:
        why = "its value is only known later or elsewhere"
        building.fact(
            draft,
            item,
            "AccessControl",
            "not known",
            safe=None,
            classes=PUBLIC,
            at=value,
            known=Known.UNRESOLVED,
            why=why,
        )
        return
    is_open = value.text in OPEN_LISTS
    if is_open and _blocked(draft, "IgnorePublicAcls"):
        return
    building.fact(draft, item, "AccessControl", shown(value), safe=not is_open, classes=PUBLIC, at=value)
    if is_open:
        _from_anybody(building, draft, item, value, f"AccessControl {value.text}")


def _from_anybody(building: Building, draft: Draft, item: Item, at: Value, why: str) -> None:
    is_site = draft.item.at("WebsiteConfiguration") is not None
    if is_site:
        building.flow(None, draft, Rests.ALLOWED, item, at, why=f"{why}, as a website", protocol="http", port="80")
    else:
        building.flow(None, draft, Rests.ALLOWED, item, at, why=why)


def _policy(building: Building, item: Item) -> None:
    """What a policy of resources says of each of them."""
    owners = item.at(TARGETS[item.type])
    for owner in owners.listed if owners is not None else ():
        draft = building.element(owner)
        if draft is None:
            continue
        building.realize(draft, item)
        for statement in statements(item.at("PolicyDocument")):
            _statement(building, draft, item, statement)
        _clear_refused(building, draft, item)


def _statement(building: Building, draft: Draft, item: Item, statement: Statement) -> None:
    if statement.allows is None:
        _question(building, draft, item, statement, "Effect")
    if not statement.allows:
        return
    is_bucket = item.type == "AWS::S3::BucketPolicy"
    for_all = statement.is_for_all
    if for_all and not (is_bucket and _blocked(draft, "RestrictPublicBuckets")):
        building.fact(draft, item, "Principal", "anybody", safe=False, classes=PUBLIC, at=statement.at)
        _from_anybody(building, draft, item, statement.at, "a policy that allows anybody")
    elif for_all is None:
        _question(building, draft, item, statement, "Principal")
    elif not is_bucket:  # a bucket has switches and lists that say more
        building.fact(draft, item, "Principal", "named", safe=True, classes=PUBLIC, at=statement.at)
    if statement.broad and (statement.not_actions or "actions" in statement.broad.removeprefix("it allows its")):
        building.fact(
            draft,
            item,
            "Action",
            "wildcard",
            safe=False,
            classes=("least-privilege",),
            at=statement.at,
            why=statement.broad,
        )


def _question(building: Building, draft: Draft, item: Item, statement: Statement, name: str) -> None:
    """What a statement does not decide by itself."""
    why = "it depends on what is only known later or elsewhere"
    building.fact(
        draft,
        item,
        name,
        "not known",
        safe=None,
        classes=PUBLIC,
        at=statement.at,
        known=Known.UNRESOLVED,
        why=why,
    )


def _clear_refused(building: Building, draft: Draft, item: Item) -> None:
    """Whether callers without TLS are refused, from what they call and not from its container only."""
    refusing = [one for one in statements(item.at("PolicyDocument")) if one.denies_clear]
    for statement in refusing:
        if item.type == "AWS::S3::BucketPolicy" and not any(_means_objects(value) for value in statement.resources):
            message = f"{item.logical} refuses calls without TLS to the bucket {draft.title} and not to its objects"
            building.note("TM0803", message, item.span(statement.at))
            refusing = [one for one in refusing if one is not statement]
    for statement in refusing:
        building.fact(draft, item, "aws:SecureTransport", "demanded", safe=True, classes=TRANSIT, at=statement.at)


def _means_objects(resource: Value) -> bool:
    """Whether a name in a policy means what is in a bucket, or may mean it where nothing is known of it."""
    is_open = resource.is_unknown and not resource.raw.startswith("arn:") and not tuple(resource.links())
    return is_open or resource.raw.endswith("*")
