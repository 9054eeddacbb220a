"""Whatever a model's texts hold, they stay text in every output of the command line."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Dialog, Page
from pypdf import PdfReader

from tests.cli.running import DAY, threatdsl, write
from tests.report.hostile_checks import (
    ADDRESS,
    as_csv,
    as_dot,
    as_github,
    as_json,
    as_markdown,
    as_mermaid,
    as_sarif,
    as_svg_source,
    as_wiki,
    as_xml,
    in_order,
    squeezed,
)
from tests.report.hostile_text import ATTACKS, hostile_model


@dataclass(frozen=True, slots=True)
class Output:
    """What a command writes, and what must hold of it."""

    name: str
    arguments: tuple[str, ...]
    check: Callable[[str], None]
    code: int = 0


OUTPUTS = (
    Output("text", ("check", "--all"), in_order, 1),
    Output("json", ("check", "--format", "json"), as_json, 1),
    Output("sarif", ("check", "--format", "sarif"), as_sarif, 1),
    Output("junit", ("check", "--format", "junit"), as_xml, 1),
    Output("github", ("check", "--format", "github"), as_github, 1),
    Output("gitlab", ("check", "--format", "gitlab"), as_json, 1),
    Output("markdown", ("check", "--format", "markdown"), as_markdown, 1),
    Output("questions", ("questions",), in_order),
    Output("paths", ("paths",), in_order),
    Output("paths.json", ("paths", "--format", "json"), as_json),
    Output("paths.sarif", ("paths", "--format", "sarif"), as_sarif),
    Output("svg", ("diagram", "--format", "svg"), as_svg_source),
    Output("svg of paths", ("diagram", "--view", "paths", "--format", "svg"), as_svg_source),
    Output("svg of data", ("diagram", "--view", "data:d-image", "--format", "svg"), as_svg_source),
    Output("svg of a boundary", ("diagram", "--view", "boundary:z-image", "--format", "svg"), as_svg_source),
    Output("dot", ("diagram", "--format", "dot"), as_dot),
    Output("mermaid", ("diagram", "--format", "mermaid"), as_mermaid),
    Output("report.md", ("report", "-o", "evil.md"), as_wiki),
    Output("report.csv", ("report", "-o", "evil.csv"), as_csv),
    Output("report.json", ("report", "-o", "evil.json"), as_json),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("evil")
    write(made, "evil.threat", hostile_model())
    return made


@pytest.mark.parametrize("output", OUTPUTS, ids=lambda output: output.name)
def test_each_output_keeps_text_as_text(output: Output, folder: Path) -> None:
    command, *options = output.arguments
    done = threatdsl(command, "evil.threat", "--now", DAY, *options, cwd=folder)
    assert done.code == output.code, done.err
    in_order(done.err)
    file = folder / output.arguments[-1]
    output.check(file.read_text(encoding="utf-8") if file.exists() else done.out)


def test_a_spreadsheet_holds_no_formula_and_leads_nowhere_outside(folder: Path) -> None:
    book = load_workbook(made(folder, "evil.xlsx"))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert [cell.hyperlink.target for cell in cells if cell.hyperlink and cell.hyperlink.target] == []
    assert any(str(cell.value) == ATTACKS["formula"] for cell in cells)


def made(folder: Path, name: str) -> Path:
    """A report of that name, once."""
    path = folder / name
    if not path.exists():
        command = "diagram" if path.suffix in {".svg", ".png"} else "report"
        done = threatdsl(command, "evil.threat", "--now", DAY, "-o", name, cwd=folder)
        assert done.code == 0, done.err
    return path


@pytest.mark.parametrize("name", ["evil.html", "evil.svg"])
def test_in_a_browser_nothing_runs_and_nothing_is_loaded(name: str, folder: Path, browser: Browser) -> None:
    with _watched(browser) as (page, said):
        page.goto(made(folder, name).as_uri())
        for tab in page.locator("[data-tab]").all():
            tab.click()
        for key in ("j", "k", "j", "o", "u", "x", "d"):
            page.keyboard.press(key)
        assert said == [f"request {made(folder, name).as_uri()}"]
        assert page.locator("img[src=x], base, iframe, object, [onerror], [onload]").count() == 0
        addresses = page.evaluate("[...document.querySelectorAll('[href]')].map(e => e.getAttribute('href'))")
        assert [address for address in addresses if ADDRESS.match(address)] == []
        shown = page.evaluate("document.documentElement.textContent")
        lost = [text for text in ATTACKS.values() if squeezed(text) not in squeezed(shown)]
        assert lost == []


def test_a_pdf_leads_nowhere_outside_and_shows_all_as_written(folder: Path) -> None:
    reader = PdfReader(made(folder, "evil.pdf"))
    actions = [
        str(annotation.get_object().get("/A", "")) for page in reader.pages for annotation in page.get("/Annots", ())
    ]
    assert [action for action in actions if "/URI" in action or "/Launch" in action or "/JavaScript" in action] == []
    assert reader.attachments == {}
    shown = squeezed("".join(page.extract_text() for page in reader.pages))
    assert [text for text in ATTACKS.values() if squeezed(text) not in shown] == []
    assert "root:x:0:0" not in shown


@contextmanager
def _watched(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    said: list[str] = []
    context = browser.new_context()
    page = context.new_page()

    def asked(dialog: Dialog) -> None:
        said.append(f"dialog {dialog.message}")
        dialog.dismiss()

    page.on("dialog", asked)
    page.on("console", lambda message: said.append(f"console {message.text}"))
    page.on("pageerror", lambda error: said.append(f"error {error}"))
    page.on("request", lambda request: said.append(f"request {request.url}"))
    yield page, said
    context.close()
