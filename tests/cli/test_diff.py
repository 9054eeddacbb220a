"""`diff` compares what two models mean, and says what that does to threats."""

import subprocess
from pathlib import Path

import msgspec
import pytest

from tests.cli.running import Done, threatdsl

MODEL = """model shop "Shop" { }
data card "Card" { confidentiality restricted }
boundary internet "Internet" { trust untrusted; actor customer "Customer" }
boundary inside "Inside" {
  trust internal
  service web "Web shop" { controls [sandboxing] }
  database cards "Cards" { stores [card] }
}
flow customer -> web "Order" { protocol https; carries [card]; returns [] }
flow web -> cards { protocol postgres; carries [card]; returns [card] }
"""


def differing(folder: Path, old: str, new: str, *more: str) -> Done:
    assert old in MODEL
    (folder / "old.threat").write_text(MODEL, encoding="utf-8")
    (folder / "new.threat").write_text(MODEL.replace(old, new), encoding="utf-8")
    return threatdsl("diff", "old.threat", "new.threat", *more, cwd=folder)


def test_layout_comments_and_order_are_no_difference(tmp_path: Path) -> None:
    done = differing(tmp_path, 'data card "Card" {', '# the card\n\ndata   card "Card" {')
    assert (done.code, done.out) == (0, "no difference in meaning\n")


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ('database cards "Cards"', 'cache kept "Kept"\n  database cards "Cards"', ['+ element kept "Kept"']),
        ('"Order" { protocol https;', '"Pay" { protocol https;', ["    its title was Order, is Pay"]),
        ("stores [card]", "stores []", ["    stores of cards was [card], is []"]),
        (
            "confidentiality restricted",
            "confidentiality public",
            ["    confidentiality of card was restricted, is public"],
        ),
    ],
)
def test_what_differs_is_said_with_before_and_after(tmp_path: Path, old: str, new: str, lines: list[str]) -> None:
    said = differing(tmp_path, old, new).out.splitlines()
    assert [line for line in lines if line not in said] == []


def test_a_renaming_is_no_removal(tmp_path: Path) -> None:
    (tmp_path / "old.threat").write_text(MODEL, encoding="utf-8")
    renamed = MODEL.replace('service web "Web shop" { ', 'service store "Web shop" { was web; ')
    renamed = renamed.replace("-> web", "-> store").replace("flow web", "flow store")
    (tmp_path / "new.threat").write_text(renamed, encoding="utf-8")
    done = threatdsl("diff", "old.threat", "new.threat", cwd=tmp_path)
    assert done.code == 3
    assert done.out.splitlines()[:2] == ['> element store "Web shop"', "    it was web"]
    assert "findings" not in done.out.splitlines()


def test_a_defence_removed_is_told_apart_and_worse_than_the_policy_allows(tmp_path: Path) -> None:
    done = differing(tmp_path, "protocol https", "protocol http")
    said = done.out.splitlines()
    assert done.code == 1
    assert "  encryption-in-transit on customer->web" in said[said.index("defences removed") :]
    assert any(line.startswith("  worse: disclosure.cleartext-crossing@customer->web: was mitigated") for line in said)


def test_a_revision_of_git_is_what_stood_there_then(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True)

    (tmp_path / "shop.threat").write_text(MODEL, encoding="utf-8")
    git("init", "-q")
    git("add", "shop.threat")
    git("commit", "-qm", "first")
    assert threatdsl("diff", "HEAD", "shop.threat", cwd=tmp_path).code == 0
    (tmp_path / "shop.threat").write_text(MODEL.replace('"Cards"', '"Card store"'), encoding="utf-8")
    done = threatdsl("diff", "HEAD", "shop.threat", cwd=tmp_path)
    assert (done.code, "its title was Cards, is Card store" in done.out) == (3, True)
    unknown = threatdsl("diff", "nowhere", "shop.threat", cwd=tmp_path)
    assert (unknown.code, "nowhere" in unknown.err) == (2, True)


def test_markdown_has_a_diagram_and_keeps_hostile_names_as_text(tmp_path: Path) -> None:
    hostile = 'service x "<img src=x> ]] | @team"\n  database cards "Cards"'
    done = differing(tmp_path, 'database cards "Cards"', hostile, "--format", "markdown")
    assert "```mermaid" in done.out
    assert 'added: #lt;img src=x#gt; ]] | @team"]' in done.out
    outside = done.out.partition("```mermaid")[0] + done.out.rpartition("```")[2]
    assert "<img" not in outside
    assert "@team" not in outside


def test_json_says_the_same(tmp_path: Path) -> None:
    found = msgspec.json.decode(differing(tmp_path, "stores [card]", "stores []", "--format", "json").out)
    assert [(one["became"], one["id"]) for one in found["things"]] == [("changed", "cards")]


def test_a_model_with_mistakes_is_an_error(tmp_path: Path) -> None:
    done = differing(tmp_path, "stores [card]", "stores [cart]")
    assert (done.code, done.out, "did you mean `card`?" in done.err) == (2, "", True)
