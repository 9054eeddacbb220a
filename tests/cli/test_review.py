"""An approval holds for what the model means: layout may change, the meaning may not."""

from pathlib import Path

import msgspec
import pytest

from tests.cli.running import Done, threatdsl

MODEL = """model shop "Shop" { review-every 90d }
boundary inside "Inside" {
  trust internal
  service web "Web shop"
  database orders "Orders"
}
flow web -> orders "Keep"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a model that was approved on the first of November."""
    (tmp_path / "shop.threat").write_text(MODEL, encoding="utf-8")
    assert approve(tmp_path, "2026-11-01").code == 0
    return tmp_path


def approve(folder: Path, now: str, by: str = "Ada") -> Done:
    return threatdsl("review", "approve", "shop.threat", "--by", by, "--now", now, cwd=folder)


def status(folder: Path, *more: str, now: str = "2026-11-24") -> Done:
    return threatdsl("review", "status", "shop.threat", "--now", now, *more, cwd=folder)


def change(folder: Path, old: str, new: str) -> None:
    assert old in MODEL
    (folder / "shop.threat").write_text(MODEL.replace(old, new), encoding="utf-8")


def test_an_approval_stands_while_the_meaning_is_the_same(folder: Path) -> None:
    done = status(folder)
    assert (done.code, done.out) == (0, "review: approved by Ada on 1 November 2026, due again by 30 January 2027\n")


def test_layout_order_and_comments_change_nothing(folder: Path) -> None:
    change(folder, '  service web "Web shop"\n', '# here\n\n\n      service   web   "Web shop"   # the shop\n')
    assert status(folder).code == 0


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('service web "Web shop"', 'service web "Web shop" { lacks [sandboxing] }', "  changed: web"),
        ('database orders "Orders"', 'database orders "Orders"\n  cache kept "Kept"', "  added: kept"),
        ('flow web -> orders "Keep"\n', "", "  removed: web->orders"),
    ],
)
def test_a_change_of_meaning_asks_for_a_new_review_and_is_named(folder: Path, old: str, new: str, told: str) -> None:
    change(folder, old, new)
    done = status(folder)
    assert (done.code, "one thing changed since" in done.out) == (3, True)
    assert told in done.out.splitlines()
    assert status(folder, "--most", "1").code == 0
    assert approve(folder, "2026-11-24", "Grace").code == 0
    assert status(folder).code == 0


def test_age_past_review_every_asks_for_a_new_review(folder: Path) -> None:
    assert status(folder, now="2027-01-30").code == 0
    late = status(folder, now="2027-01-31")
    assert (late.code, "a new review was due on 30 January 2027" in late.out) == (3, True)


def test_a_change_of_the_rules_asks_for_a_new_review(folder: Path) -> None:
    change(folder, "flow web", 'policy strict "Strict" { fail-on low }\nflow web')
    assert status(folder).code == 3


def test_a_check_says_who_approved_and_what_changed_since(folder: Path) -> None:
    change(folder, 'service web "Web shop"', 'service web "Web shop" { lacks [sandboxing] }')
    done = threatdsl("check", "shop.threat", "--now", "2026-11-24", cwd=folder)
    assert done.out.splitlines()[-1] == "review: approved by Ada on 1 November 2026; one thing changed since"


def test_nobody_has_approved(folder: Path) -> None:
    (folder / "shop.threat.reviews").unlink()
    assert (status(folder).code, status(folder).out) == (3, "review: nobody has approved this model\n")
    assert "review:" not in threatdsl("check", "shop.threat", cwd=folder).out


def test_two_approvals_are_two_lines_in_a_stable_order(folder: Path) -> None:
    path = folder / "shop.threat.reviews"
    first = path.read_text(encoding="utf-8")
    approve(folder, "2026-11-02", "Grace")
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    assert len(lines) == 2
    assert first in lines
    assert lines == sorted(lines)


def test_json_says_the_same(folder: Path) -> None:
    found = msgspec.json.decode(status(folder, "--format", "json").out)
    assert (found["approval"]["by"], found["is_current"], found["changed"]) == ("Ada", True, [])


@pytest.mark.parametrize("content", ["{", "[]\n", '{"on": "soon", "by": "x", "digest": "", "things": {}}', "\x00"])
def test_a_file_that_is_none_is_an_error_that_names_it(folder: Path, content: str) -> None:
    (folder / "shop.threat.reviews").write_text(content, encoding="utf-8")
    done = status(folder)
    assert (done.code, "shop.threat.reviews: line 1 is no approval" in done.err) == (2, True)
    assert threatdsl("check", "shop.threat", cwd=folder).code == 2


def test_hostile_names_stay_text(folder: Path) -> None:
    approve(folder, "2026-11-03", "::error::\x1b[31mEve\u202e")
    assert "\x1b" not in status(folder).out
    assert "::error" not in status(folder).out
