"""`new --from`: what is known is written, a second import changes nothing, and an author's words stay."""

from pathlib import Path

import msgspec
import pytest

from tests.cli.running import threatdsl
from tests.infra.kubernetes.shop import manifests, workload, write

ARGUMENTS = ("new", "--from", "kubernetes:deploy", "-o", "shop.threat")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with manifests and the model that was written from them."""
    (tmp_path / "threatdsl.root").touch()
    write(tmp_path, manifests())
    done = threatdsl(*ARGUMENTS, cwd=tmp_path)
    assert (done.code, done.out) == (0, "")
    return tmp_path


def text(folder: Path) -> str:
    return (folder / "shop.threat").read_text(encoding="utf-8")


def test_the_model_checks_and_is_laid_out(shop: Path) -> None:
    assert threatdsl("fmt", "--check", "shop.threat", cwd=shop).code == 0
    assert threatdsl("check", "shop.threat", cwd=shop).code in (0, 1)


def test_it_says_what_the_manifests_say_and_nothing_else(shop: Path) -> None:
    written = text(shop)
    assert "  cache kept " in written
    assert (
        "flow web -> cart {\n  # Allowed: NetworkPolicy/cart\n  # Referenced: variable CALLS\n  protocol http"
        in written
    )
    assert "stores" not in written.partition("model ")[2]
    assert "carries" not in written.partition("model ")[2]


def test_a_second_import_writes_the_same_text(shop: Path) -> None:
    first = text(shop)
    assert threatdsl(*ARGUMENTS, cwd=shop).code == 0
    assert text(shop) == first
    assert threatdsl(*ARGUMENTS, "--force", cwd=shop).code == 0
    assert text(shop) == first


def test_the_words_of_the_author_stay_and_what_is_new_is_added(shop: Path) -> None:
    edited = text(shop).replace('service web "web" {', 'service storefront "The shop" {\n    was web\n    text "Ours"')
    edited = edited.replace("flow web ->", "flow storefront ->").replace("-> web {", "-> storefront {")
    (shop / "shop.threat").write_text(edited, encoding="utf-8")
    write(shop, {"stock.yaml": workload("stock", calls="orders:8080"), "web.yaml": workload("web", calls="stock:8080")})
    assert threatdsl(*ARGUMENTS, cwd=shop).code == 0
    now = text(shop)
    assert 'service storefront "The shop" {' in now
    assert 'text "Ours"' in now
    assert "flow storefront -> stock {" in now
    assert "flow stock -> orders {" in now
    assert now.index("service stock") < now.index("flow ")  # inside its namespace
    assert threatdsl("check", "shop.threat", cwd=shop).code in (0, 1)


def test_what_is_left_out_is_listed_with_its_line_and_why(shop: Path) -> None:
    scaler = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata:\n  name: web\n"
    write(
        shop, {"scale.yaml": scaler, "odd.yaml": "apiVersion: odd.example/v1\nkind: Oddity\nmetadata: { name: one }\n"}
    )
    done = threatdsl(*ARGUMENTS, "--losses", "losses.txt", cwd=shop)
    losses = (shop / "losses.txt").read_text(encoding="utf-8")
    assert done.code == 0
    assert "12 of 14 resources are in the model, 2 are not:" in losses
    assert "deploy/scale.yaml:4: HorizontalPodAutoscaler/web: how many copies run" in losses
    assert "deploy/odd.yaml:3: Oddity/one: threatdsl does not know objects of the kind Oddity" in losses


def test_a_model_with_mistakes_is_left_alone(shop: Path) -> None:
    (shop / "shop.threat").write_text("model shop {", encoding="utf-8")
    done = threatdsl(*ARGUMENTS, cwd=shop)
    assert (done.code, text(shop)) == (2, "model shop {")


BUCKET = """Resources:
  Files:
    Type: AWS::S3::Bucket
    Properties:
      AccessControl: PublicRead
"""
SILENT = """model shop "Shop" { }
boundary inside "Inside" {
  trust internal
  object-store files "Files" { realized-by ["cloudformation:bucket.yaml#Files"] }
}
"""


def findings(folder: Path, template: str, model: str) -> list[tuple[str, str, str, int]]:
    """The findings of a check: rule, outcome and place."""
    (folder / "bucket.yaml").write_text(template, encoding="utf-8")
    (folder / "files.threat").write_text(model, encoding="utf-8")
    done = threatdsl("check", "files.threat", "--format", "json", cwd=folder)
    found = msgspec.json.decode(done.out)["findings"]
    return [(one["rule"], one["outcome"], one["file"], one["line"]) for one in found]


def test_an_open_setting_is_a_finding_at_its_line_though_the_model_is_silent(tmp_path: Path) -> None:
    assert findings(tmp_path, BUCKET, SILENT) == [("disclosure.public-bucket", "open", "bucket.yaml", 5)]
    assert findings(tmp_path, BUCKET.replace("PublicRead", "Private"), SILENT) == []


def test_the_less_safe_of_model_and_infrastructure_counts(tmp_path: Path) -> None:
    claimed = SILENT.replace("{ realized-by", "{ controls [public-access-prevention]; realized-by")
    assert findings(tmp_path, BUCKET, claimed) == [("disclosure.public-bucket", "open", "bucket.yaml", 5)]
    lacking = SILENT.replace("{ realized-by", "{ lacks [public-access-prevention]; realized-by")
    (found,) = findings(tmp_path, BUCKET.replace("PublicRead", "Private"), lacking)
    assert found[:2] == ("disclosure.public-bucket", "open")


def test_explain_names_the_setting_that_decides(tmp_path: Path) -> None:
    findings(tmp_path, BUCKET, SILENT)
    done = threatdsl("explain", "files.threat", "disclosure.public-bucket@files", cwd=tmp_path)
    assert "AccessControl is PublicRead (cloudformation:bucket.yaml#Files)" in done.out
