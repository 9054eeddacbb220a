"""Pictures of what a reader sees: pages of a PDF, the HTML report and drawings in Chromium."""

import io
import subprocess
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser

DOTS = 50  # an inch, as stored
SHRUNK = 2.5  # pixels of the screen in one stored


def page_of(pdf: Path, number: int, dots: int = 2 * DOTS) -> Image.Image:
    """A page of a PDF, drawn with so many dots an inch and stored with 50."""
    command = ["pdftoppm", "-r", str(dots), "-f", str(number), "-l", str(number), "-png", str(pdf)]
    drawn = subprocess.run(command, capture_output=True, check=True).stdout
    picture = Image.open(io.BytesIO(drawn)).convert("RGB")
    return _smaller(picture, dots / DOTS)


def screen_of(browser: Browser, file: Path, width: int, theme: str, link: str = "", change: str = "") -> Image.Image:
    """What a window of that width shows of a file, after a change made by a script if there is one."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if theme == "dark" else "light"
    )
    page = context.new_page()
    page.goto(f"{file.as_uri()}{link}")
    page.evaluate("document.fonts && document.fonts.ready.then(() => 1)")
    if change:
        page.evaluate(f"() => {{ {change} }}")
    drawn = page.screenshot()
    context.close()
    return _smaller(Image.open(io.BytesIO(drawn)).convert("RGB"), SHRUNK)


def drawing_of(browser: Browser, source: str) -> Image.Image:
    """A drawing opened alone, the whole of it."""
    page = browser.new_page(viewport={"width": 2400, "height": 1600})
    page.set_content(source)
    drawn = page.locator("svg").first.screenshot()
    page.close()
    return _smaller(Image.open(io.BytesIO(drawn)).convert("RGB"), SHRUNK)


def _smaller(picture: Image.Image, factor: float) -> Image.Image:
    if factor == 1:
        return picture
    size = (round(picture.width / factor), round(picture.height / factor))
    return picture.resize(size, Image.Resampling.BOX if factor == int(factor) else Image.Resampling.LANCZOS)
