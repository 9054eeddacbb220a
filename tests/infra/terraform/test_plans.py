"""Plans and states: what will be there, what refers to what, and nothing that may hold a secret."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import ROOT, threatdsl
from threatdsl.infra.infrastructure import Fact, Infrastructure, Known
from threatdsl.infra.interface import read_infrastructure

CORPUS = ROOT.parent / "shared" / "corpus" / "iac" / "terraform"
Data = dict[str, Any]


def change(address: str, after: Data | None, *, unknown: Data | None = None, mode: str = "managed") -> Data:
    """A resource change of a plan."""
    type_, name = address.partition("[")[0].split(".")[-2:]
    return {
        "address": address,
        "mode": mode,
        "type": type_,
        "name": name,
        "change": {"actions": ["create"], "after": after, "after_unknown": unknown or {}},
    }


def configured(address: str, **references: list[str]) -> Data:
    """A resource of the configuration, with what its attributes refer to."""
    expressions = {name: {"references": listed} for name, listed in references.items()}
    return {"address": address, "expressions": expressions}


def read(folder: Path, *changes: Data, root: Data | None = None, version: str = "1.2") -> Infrastructure:
    plan = {"format_version": version, "resource_changes": list(changes), "configuration": {"root_module": root or {}}}
    (folder / "plan.json").write_text(json.dumps(plan, indent=1), encoding="utf-8")
    found = read_infrastructure([("terraform", folder / "plan.json")], folder)
    lost = {loss.resource for loss in found.losses}
    assert found.mapped | lost == set(found.resources)
    assert found.mapped.isdisjoint(lost)
    return found


def fact(found: Infrastructure, name: str) -> Fact:
    (one,) = [fact for part in found.parts for fact in part.facts if fact.name == name]
    return one


def test_a_database_with_its_defaults_and_settings(tmp_path: Path) -> None:
    found = read(tmp_path, change("aws_db_instance.orders", {"storage_encrypted": False, "multi_az": True}))
    assert [(e.kind, e.title) for e in found.elements] == [("database", "orders")]
    assert (fact(found, "storage_encrypted").safe, fact(found, "storage_encrypted").known) == (False, Known.STATED)
    assert (fact(found, "deletion_protection").safe, fact(found, "deletion_protection").known) == (False, Known.DEFAULT)
    assert fact(found, "multi_az").safe is True


def test_what_is_only_known_after_an_apply_is_a_question_and_an_absent_block_is_a_default(tmp_path: Path) -> None:
    unknown = read(tmp_path, change("aws_db_instance.a", {"id": "x"}, unknown={"storage_encrypted": True}))
    assert (fact(unknown, "storage_encrypted").safe, fact(unknown, "storage_encrypted").known) == (
        None,
        Known.UNRESOLVED,
    )
    absent = read(tmp_path, change("aws_s3_bucket.a", {"logging": []}))
    assert (fact(absent, "logging").safe, fact(absent, "logging").known) == (False, Known.DEFAULT)


def test_what_is_deleted_is_not_there_and_what_is_only_read_is_a_loss(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        change("aws_s3_bucket.gone", None),
        change("data.aws_s3_bucket.other", {"bucket": "x"}, mode="data"),
        change("null_resource.script", {"id": "1"}),
        change("odd_thing.one", {"id": "1"}),
    )
    assert found.elements == ()
    assert [(loss.resource.name, loss.kind.value) for loss in found.losses] == [
        ("data.aws_s3_bucket.other", "out-of-scope"),
        ("null_resource.script", "out-of-scope"),
        ("odd_thing.one", "unsupported"),
    ]


def test_separate_resources_complete_theirs_also_across_modules(tmp_path: Path) -> None:
    inner = {
        "resources": [configured("aws_s3_bucket_public_access_block.block", bucket=["var.bucket"])],
        "outputs": {},
    }
    root = {
        "resources": [configured("aws_s3_bucket.files")],
        "module_calls": {
            "guard": {
                "expressions": {"bucket": {"references": ["aws_s3_bucket.files.id", "aws_s3_bucket.files"]}},
                "module": inner,
            }
        },
    }
    block = {
        "block_public_acls": True,
        "block_public_policy": True,
        "ignore_public_acls": True,
        "restrict_public_buckets": False,
    }
    found = read(
        tmp_path,
        change("aws_s3_bucket.files", {"acl": None}),
        change("module.guard.aws_s3_bucket_public_access_block.block", block, unknown={"bucket": True}),
        root=root,
    )
    assert [r.name for r in found.elements[0].resources] == [
        "aws_s3_bucket.files",
        "module.guard.aws_s3_bucket_public_access_block.block",
    ]
    assert fact(found, "restrict_public_buckets").safe is False
    assert fact(found, "block_public_acls").safe is True


def test_a_group_that_admits_everybody_opens_who_wears_it(tmp_path: Path) -> None:
    rule = {"type": "ingress", "from_port": 22, "to_port": 22, "cidr_blocks": ["0.0.0.0/0"]}
    root = {
        "resources": [
            configured("aws_security_group.open"),
            configured(
                "aws_security_group_rule.ssh",
                security_group_id=["aws_security_group.open.id", "aws_security_group.open"],
            ),
            configured(
                "aws_instance.web", vpc_security_group_ids=["aws_security_group.open.id", "aws_security_group.open"]
            ),
        ]
    }
    found = read(
        tmp_path,
        change("aws_security_group.open", {"name": "open"}),
        change("aws_security_group_rule.ssh", rule),
        change("aws_security_group_rule.out", {**rule, "type": "egress"}),
        change("aws_instance.web[0]", {"ami": "ami-1"}),
        root=root,
    )
    assert [(f.source, f.target, f.port) for f in found.flows] == [
        ("internet", "terraform:plan.json#aws_instance.web[0]", "22")
    ]
    assert fact(found, "source").classes == ("network-segmentation",)
    written = (tmp_path / "plan.json").read_text(encoding="utf-8").splitlines()
    assert "0.0.0.0/0" in written[found.flows[0].span.line - 1]


@pytest.mark.parametrize(
    ("action", "resource", "facts"),
    [("s3:*", "arn:x", ["Action"]), ("s3:GetObject", "*", ["Resource"]), ("s3:GetObject", "arn:x", [])],
)
def test_wildcards_of_a_policy(tmp_path: Path, action: str, resource: str, facts: list[str]) -> None:
    allow = {"Effect": "Allow", "Action": action, "Resource": [resource]}
    deny = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    found = read(tmp_path, change("aws_iam_policy.p", {"policy": json.dumps({"Statement": [allow, deny]})}))
    assert [fact.name for role in found.roles for fact in role.facts] == facts


def test_no_secret_of_a_plan_gets_anywhere(tmp_path: Path) -> None:
    secret = "correct-horse-7"  # noqa: S105 - what must not get out
    found = read(tmp_path, change("aws_db_instance.a", {"password": secret, "username": secret, "db_name": "x"}))
    assert secret not in repr(found)


@pytest.mark.parametrize(("version", "errors"), [("0.1", 0), ("1.9", 0), ("2.0", 1)])
def test_a_newer_format_is_one_error(tmp_path: Path, version: str, errors: int) -> None:
    found = read(tmp_path, change("aws_s3_bucket.a", {"acl": "private"}), version=version)
    assert (len(found.notes), len(found.elements)) == (errors, 1 - errors)


def test_a_state_says_the_same(tmp_path: Path) -> None:
    bucket = {
        "address": "aws_s3_bucket.a",
        "mode": "managed",
        "type": "aws_s3_bucket",
        "name": "a",
        "values": {"acl": "public-read"},
    }
    module = {
        "child_modules": [{"address": "module.m", "resources": [{**bucket, "address": "module.m.aws_s3_bucket.a"}]}]
    }
    state = {"format_version": "1.0", "values": {"root_module": {"resources": [bucket], **module}}}
    (tmp_path / "state.json").write_text(json.dumps(state), encoding="utf-8")
    found = read_infrastructure([("terraform", tmp_path / "state.json")], tmp_path)
    assert [(element.title, element.facts[0].safe) for element in found.elements] == [("a", False), ("m a", False)]


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the plans are not beside the project")
@pytest.mark.parametrize(
    "file", sorted(CORPUS.rglob("*.json")) if CORPUS.is_dir() else [Path("none")], ids=lambda file: file.stem
)
def test_each_plan_of_the_corpus_imports_checks_and_does_not_differ(file: Path, tmp_path: Path) -> None:
    (tmp_path / "threatdsl.root").touch()
    assert threatdsl("new", "--from", f"terraform:{file}", "-o", "m.threat", cwd=tmp_path).code == 0
    assert threatdsl("fmt", "--check", "m.threat", cwd=tmp_path).code == 0
    assert threatdsl("check", "m.threat", cwd=tmp_path).code in (0, 1)
    assert threatdsl("drift", "m.threat", "--against", f"terraform:{file}", cwd=tmp_path).code == 0
