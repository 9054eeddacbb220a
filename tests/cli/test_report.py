"""`threatdsl report`: what it writes, and what does not go together."""

import base64
import json
from pathlib import Path

import pytest

from tests.cli.running import DAY, SHOP, threatdsl, write

MODEL = 'model m "M" { classification "Internal" }\nservice web "Web" { }\n'
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">{}</svg>'
STARTS = {
    "html": b"<!doctype html>",
    "md": b"# M: threat model",
    "csv": b"\xef\xbb\xbfid,",
    "xlsx": b"PK",
    "json": b"{",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "m.threat", MODEL)
    write(tmp_path, "threatdsl.root", "")
    return tmp_path


def test_each_output_is_what_its_name_ends_with_and_one_run_writes_several(folder: Path) -> None:
    outputs = [part for ending in STARTS for part in ("-o", f"r.{ending}")]
    assert threatdsl("report", "m.threat", *outputs, cwd=folder).code == 0
    for ending, start in STARTS.items():
        assert (folder / f"r.{ending}").read_bytes().startswith(start)


def test_a_format_gives_a_name_without_an_ending_its_form(folder: Path) -> None:
    assert threatdsl("report", "m.threat", "--format", "md", "-o", "page", cwd=folder).code == 0
    assert (folder / "page").read_bytes().startswith(STARTS["md"])


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("-o", "r.txt"), ".pdf, .html, .md, .csv, .xlsx or .json"),
        (("-o", "r.md", "--format", "csv"), "--format csv does not go with the name r.md"),
        (("-o", "r.md", "-o", "r.csv", "--format", "csv"), "--format goes with one -o"),
        (("-o", "r.csv", "--page", "a4"), "--page does not go with csv"),
        (("-o", "r.xlsx", "-o", "r.csv", "--audience", "audit"), "--audience does not go with xlsx or csv"),
        (("-o", "r.md", "--logo", "x.png"), "--logo does not go with md"),
        (("-o", "r.json", "--redact"), "--redact does not go with json"),
        (("-o", "r.html", "-o", "r.json", "--redact"), "--redact does not go with json"),
        (
            (
                "-o",
                "m.threat",
            ),
            "model's name",
        ),
        (("-o", "r.md", "-o", "r.md"), "named twice"),
        (("-o", "r.html", "--theme", "none.css"), "cannot read none.css"),
        (("-o", "r.html", "--theme", "."), "is no file"),
        (("-o", "r.html", "--logo", "/dev/zero"), "is no file"),
        (("-o", "r.html", "--baseline", "none.json"), "none.json"),
    ],
)
def test_what_does_not_go_together_is_one_error(options: tuple[str, ...], told: str, folder: Path) -> None:
    done = threatdsl("report", "m.threat", *options, cwd=folder)
    assert done.code == 2
    assert told in " ".join(done.err.replace("│", " ").split())
    assert sorted(path.name for path in folder.iterdir()) == ["m.threat", "threatdsl.root"]


def test_an_option_may_go_with_one_of_several_outputs(folder: Path) -> None:
    assert threatdsl("report", "m.threat", "-o", "r.html", "-o", "r.csv", "--audience", "audit", cwd=folder).code == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("script", SVG.format("<script>alert(1)</script>")),
        ("handler", SVG.format('<g onload="alert(1)"/>')),
        ("link", SVG.format('<a href="https://example.org"/>')),
        ("picture", SVG.format('<image xmlns:x="http://www.w3.org/1999/xlink" x:href="file:///etc/passwd"/>')),
        ("style", SVG.format("<style>@import 'https://example.org/x'</style>")),
        ("entity", f'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>{SVG.format("&x;")}'),
        ("html", "<html><body/></html>"),
        ("text", "a logo"),
        ("large", SVG.format("<g/>" * 300_000)),
    ],
)
def test_a_logo_that_is_not_at_rest_is_refused(name: str, content: str, folder: Path) -> None:
    write(folder, f"{name}.svg", content)
    done = threatdsl("report", "m.threat", "-o", "r.html", "--logo", f"{name}.svg", cwd=folder)
    assert done.code == 2
    assert done.err.count("error:") == 1
    assert not (folder / "r.html").exists()


def test_logos_are_known_by_their_content(folder: Path) -> None:
    (folder / "picture.txt").write_bytes(PNG)
    write(folder, "drawing.svg", SVG.format('<use href="#a"/>'))
    for name in ("picture.txt", "drawing.svg"):
        assert threatdsl("report", "m.threat", "-o", "r.html", "--logo", name, cwd=folder).code == 0


def test_a_theme_cannot_leave_its_element(folder: Path) -> None:
    write(folder, "evil.css", "a{} </style><script>alert(1)</script>")
    done = threatdsl("report", "m.threat", "-o", "r.html", "--theme", "evil.css", cwd=folder)
    assert (done.code, done.err.count("error:")) == (2, 1)


def test_the_classification_is_that_of_the_option_or_the_model(folder: Path) -> None:
    assert threatdsl("report", "m.threat", "-o", "r.md", cwd=folder).code == 0
    assert "**Internal**" in (folder / "r.md").read_text(encoding="utf-8")
    assert threatdsl("report", "m.threat", "-o", "r.md", "--classification", "Board <only>", cwd=folder).code == 0
    assert "**Board &lt;only&gt;**" in (folder / "r.md").read_text(encoding="utf-8")


def test_a_public_version_says_so_beside_any_classification(folder: Path) -> None:
    options = ("--redact", "--classification", "For customers", "-o", "r.md")
    assert threatdsl("report", "m.threat", *options, cwd=folder).code == 0
    assert "**Public version · For customers**" in (folder / "r.md").read_text(encoding="utf-8")


def test_with_a_baseline_the_data_says_what_changed(tmp_path: Path) -> None:
    assert threatdsl("report", SHOP, "--now", DAY, "-o", "then.json", cwd=tmp_path).code == 0
    options = ("--baseline", "then.json", "-o", "now.json", "--now", DAY)
    assert threatdsl("report", SHOP, *options, cwd=tmp_path).code == 0
    made = json.loads((tmp_path / "now.json").read_text(encoding="utf-8"))
    assert made["baseline"]["baseline"].endswith("then.json")
    assert {found["change"] for found in made["findings"]} == {"unchanged"}
