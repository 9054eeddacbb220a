"""The key pages and drawings of both examples look as somebody reviewed them; `make golden` writes them anew."""

from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from playwright.sync_api import Browser

from tests.cli.running import BOUTIQUE, DAY, SHOP, threatdsl
from tests.conftest import updates
from tests.pictures.comparing import ON_PAPER, ON_SCREEN, compared
from tests.pictures.making import drawing_of, page_of, screen_of

REVIEWED = Path(__file__).parent / "reviewed"
COMMIT = "70817bb0f29d"
MODELS = {"shop": SHOP, "boutique": BOUTIQUE}
CHAPTERS = ("Summary", "How it is built", "Attack paths", "Threats", "Assurance", "Decisions", "Coverage")
PAGES = [("shop", "cover"), *(("shop", title) for title in CHAPTERS), ("boutique", "Summary")]
SCREENS = [
    ("shop", 1440, "light", ""),
    ("shop", 1440, "dark", ""),
    ("shop", 390, "light", ""),
    ("shop", 390, "dark", ""),
    ("shop", 1440, "light", "#paths"),
]
DRAWINGS = [("shop", "overview"), ("shop", "paths"), ("shop", "data:order"), ("shop", "boundary:vaults")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("pictures")
    for name, model in MODELS.items():
        outputs = ("-o", f"{name}.pdf", "-o", f"{name}.html")
        done = threatdsl("report", model, "--now", DAY, "--commit", COMMIT, *outputs, cwd=made)
        assert done.code == 0, done.err
    return made


def unlike(made: Image.Image, name: str, folder: Path, request: pytest.FixtureRequest) -> str:
    """How a picture differs from the reviewed one, empty where it does not."""
    most = ON_PAPER if name.startswith("pdf") else ON_SCREEN
    return compared(made, REVIEWED / f"{name}.png", folder, most, update=updates(request))


def slug(*parts: object) -> str:
    return "-".join(str(part).lower().replace(" ", "-").replace(":", "-").replace("#", "") for part in parts if part)


@pytest.mark.parametrize(("model", "chapter"), PAGES)
def test_a_page_of_the_document(model: str, chapter: str, folder: Path, request: pytest.FixtureRequest) -> None:
    pdf = folder / f"{model}.pdf"
    assert unlike(page_of(pdf, _number(pdf, chapter)), slug("pdf", model, chapter), folder, request) == ""


def _number(pdf: Path, chapter: str) -> int:
    """The page on which a chapter begins."""
    if chapter == "cover":
        return 1
    with pikepdf.open(pdf) as file, file.open_outline() as outline:
        entry = next(one for one in outline.root if one.title == chapter)
        place = entry.destination or (entry.action.get("/D") if entry.action is not None else None)
        assert isinstance(place, pikepdf.Array)
        return pikepdf.Page(place[0]).index + 1


@pytest.mark.parametrize(("model", "width", "theme", "link"), SCREENS)
def test_a_screen_of_the_page(
    *, model: str, width: int, theme: str, link: str, folder: Path, browser: Browser, request: pytest.FixtureRequest
) -> None:
    made = screen_of(browser, folder / f"{model}.html", width, theme, link)
    assert unlike(made, slug("html", model, width, theme, link), folder, request) == ""


@pytest.mark.parametrize(("model", "view"), DRAWINGS)
def test_a_drawing(model: str, view: str, folder: Path, browser: Browser, request: pytest.FixtureRequest) -> None:
    name = slug("svg", model, view)
    done = threatdsl("diagram", MODELS[model], "--now", DAY, "--view", view, "-o", f"{name}.svg", cwd=folder)
    assert done.code == 0, done.err
    assert (
        unlike(drawing_of(browser, (folder / f"{name}.svg").read_text(encoding="utf-8")), name, folder, request) == ""
    )


def test_the_reviewed_pictures_are_small_and_all_of_them_are_used() -> None:
    names = {slug("pdf", *page) for page in PAGES} | {slug("html", *screen) for screen in SCREENS}
    names |= {slug("svg", *drawing) for drawing in DRAWINGS}
    stored = list(REVIEWED.glob("*.png"))
    assert {path.stem for path in stored} == names
    assert sum(path.stat().st_size for path in stored) < 1_500_000
