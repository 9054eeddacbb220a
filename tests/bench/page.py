"""What the page costs: `python -m tests.bench.page` prints how long it takes to write, to open and to filter."""

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright

from tests.chromium import started
from tests.report.building import large_findings
from tests.report.hostile import large
from threatdsl.report.page.html import html

SIZES = ((100, 200, 500), (400, 600, 5_000), (1_000, 1_500, 2_000))  # elements, flows, findings
OPENED = "() => performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
TYPE = """text => {
  const box = document.querySelector("#q"), start = performance.now();
  box.value = text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  document.body.getBoundingClientRect();
  return performance.now() - start;
}"""
PICK = """() => {
  const start = performance.now();
  document.querySelector("#facets input").click();
  document.body.getBoundingClientRect();
  return performance.now() - start;
}"""
VIEW = """() => {
  const start = performance.now();
  document.querySelector("#tabs a[data-tab=diagram]").click();
  document.body.getBoundingClientRect();
  return performance.now() - start;
}"""


def main() -> None:
    """Prints one line a size."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = started(playwright)
        for elements, flows, findings in SIZES:
            case = large_findings(large(elements, flows), findings)
            began = time.process_time()
            content = html(case)
            spent = time.process_time() - began
            file = Path(folder) / "page.html"
            file.write_bytes(content)
            page = browser.new_page()
            page.goto(file.as_uri())
            told = f"{elements} elements, {flows} flows, {findings} findings: written in {spent:.2f} s CPU"
            sys.stdout.write(f"{told}, {len(content) / 1e6:.1f} MB; {_in_the_browser(page)}\n")
            page.close()
        browser.close()


def _in_the_browser(page: Page) -> str:
    opened = page.evaluate(OPENED)
    words = [page.evaluate(TYPE, text) for text in ("c", "case 4", "")]
    picked, view = page.evaluate(PICK), page.evaluate(VIEW)
    return f"opened {opened:.0f} ms, search {max(words):.0f} ms, facet {picked:.0f} ms, diagram {view:.0f} ms"


if __name__ == "__main__":
    main()
