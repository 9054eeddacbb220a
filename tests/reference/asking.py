"""docs/asking.md: what the commands that it shows print about the model that it shows."""

import re
import shlex
from pathlib import Path

from tests.cli.running import threatdsl, write
from tests.house.files import ROOT

PAGE = ROOT / "docs" / "asking.md"
MODEL = re.compile(r"^```threat\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RUN = re.compile(r"^```console\n\$ threatdsl (.*)\n((?:.*\n)*?)```$", re.MULTILINE)
CUT = "..."


def page(folder: Path) -> str:
    """The page with what is printed now; an output that ends in `...` is cut where it was."""
    text = PAGE.read_text(encoding="utf-8")
    (model,) = MODEL.findall(text)
    write(folder, "shop.threat", model)

    def printed(run: re.Match[str]) -> str:
        command, shown = run.groups()
        done = threatdsl(*shlex.split(command), cwd=folder)
        assert done.code == 0, done.err
        lines, kept = done.out.rstrip("\n").splitlines(), shown.splitlines()
        if kept[-1] == CUT and len(lines) > len(kept):
            lines = [*lines[: len(kept) - 1], CUT]
        return "\n".join(("```console", f"$ threatdsl {command}", *lines, "```"))

    return RUN.sub(printed, text)
