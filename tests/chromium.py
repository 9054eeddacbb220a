"""The distribution's Chromium, for tests that need a real browser."""

from shutil import which

from playwright.sync_api import Browser, Playwright

CHROMIUM = next(filter(None, map(which, ("chromium", "chromium-browser", "google-chrome"))), "chromium")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


def started(playwright: Playwright, *more: str) -> Browser:
    """Chromium, with more arguments."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *more])
