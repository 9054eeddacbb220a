"""The settings of resources as facts."""

from collections.abc import Iterator

from threatdsl.infra.documents import documents_of
from threatdsl.infra.infrastructure import Fact, Known
from threatdsl.infra.terraform.plan import Item
from threatdsl.infra.terraform.tables import PUBLIC, SETTINGS, Setting
from threatdsl.infra.tree import Malformed, Node

ANYBODY = ("0.0.0.0/0", "::/0")
EVERYBODY = ("allUsers", "allAuthenticatedUsers")
WIDE = {"Action": "all actions", "Resource": "its actions on all resources"}
LEAST = ("least-privilege",)


def facts_of(item: Item) -> Iterator[Fact]:
    """What a resource and its table of settings say."""
    yield from (_fact(item, setting) for setting in SETTINGS.get(item.type, ()))
    yield from _special(item)


def _fact(item: Item, setting: Setting) -> Fact:
    name = ".".join(step for step in setting.path if not step.isdecimal())
    if item.is_unknown(setting.path[0]):
        why = "it is only known after an apply"
        return Fact(
            name, "not known", None, item.resource.span, item.resource, setting.classes, Known.UNRESOLVED, why=why
        )
    node = item.after.at(*(int(step) if step.isdecimal() else step for step in setting.path))
    if node is None or _is_empty(node):
        known = Known.SILENT if setting.silent is None else Known.DEFAULT
        return Fact(
            name, "not set", setting.silent, item.resource.span, item.resource, setting.classes, known, why=setting.why
        )
    value = node.text or "set"
    safe = value not in ("0", "false") if setting.safe is None else value in setting.safe
    return Fact(name, value, safe, node.span(item.resource.file), item.resource, setting.classes)


def _is_empty(node: Node) -> bool:
    return node.is_null or node.content in ("", ()) or (not node.text and not node.items and not node.entries)


def _special(item: Item) -> Iterator[Fact]:
    """What only some types say."""
    if item.type == "aws_s3_bucket_public_access_block":
        names = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
        yield from (_fact(item, Setting((name,), PUBLIC, silent=False, why="it is off unless told")) for name in names)
    if item.type == "aws_s3_bucket_acl":
        yield _fact(item, Setting(("acl",), PUBLIC, ("private", "log-delivery-write", "aws-exec-read")))
    if item.type.startswith("google_storage_bucket_iam"):
        listed = item.after.at("members")
        named = [*(listed.items if listed is not None else ()), *filter(None, (item.after.at("member"),))]
        for node in named:
            if node.text in EVERYBODY:
                yield Fact("member", node.text, False, node.span(item.resource.file), item.resource, PUBLIC)  # noqa: FBT003 - safe
    if item.type.startswith("aws_iam_"):
        yield from _wildcards(item)


def _wildcards(item: Item) -> Iterator[Fact]:
    """Statements that allow all actions, or their actions on everything."""
    for text in (item.after.text_at("policy"), item.after.text_at("assume_role_policy")):
        try:
            documents = documents_of(text, item.resource.file) if text.startswith("{") else ()
        except Malformed:
            continue
        for statement in (s for d in documents for s in _listed(d.root.at("Statement"))):
            if statement.text_at("Effect") == "Allow":
                for name in ("Action", "Resource"):
                    if any(one.text == "*" or one.text.endswith(":*") for one in _listed(statement.at(name))):
                        why = f"a statement allows {WIDE[name]}"
                        yield Fact(name, "*", False, item.span("policy"), item.resource, LEAST, why=why)  # noqa: FBT003 - safe


def _listed(node: Node | None) -> tuple[Node, ...]:
    return () if node is None else node.items or (node,)


def opened(item: Item) -> Iterator[tuple[Node, str]]:
    """The addresses of everybody that a group, rule or firewall lets in, each with the port."""
    for block in (item.after, *_listed(item.after.at("ingress"))):
        outward = block.text_at("type") == "egress" or block.text_at("direction") == "EGRESS"
        for name in ("cidr_blocks", "ipv6_cidr_blocks", "source_ranges", "cidr_ipv4", "cidr_ipv6"):
            for node in _listed(block.at(name)) if not outward else ():
                if node.text in ANYBODY:
                    yield node, _port(block)


def _port(block: Node) -> str:
    first, last = block.text_at("from_port"), block.text_at("to_port")
    ports = block.at("allow", 0, "ports")
    if ports is not None:
        return ", ".join(node.text for node in ports.items)
    return first if first == last else f"{first}-{last}" if first or last else ""
