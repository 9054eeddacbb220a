"""The same model gives the same bytes, whatever the hash seed, the locale, the time zone and the folder."""

import shutil
from pathlib import Path

import pytest

from tests.cli.running import BOUTIQUE, DAY, SHOP, process

OUTPUTS = ("report.pdf", "report.html", "diagram.svg", "diagram.png", "diagram.dot", "result.json")
PLACES = (
    {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "UTC"},
    {"PYTHONHASHSEED": "77", "LC_ALL": "C.UTF-8", "TZ": "Pacific/Kiritimati", "LANG": "de_DE.UTF-8"},
)


def made(model: Path, folder: Path, output: str, settings: dict[str, str]) -> bytes:
    """What a command writes for a copy of the model, in a folder of its own."""
    shutil.copytree(model.parent, folder / "model")
    command = output.partition(".")[0]
    options = {
        "report": ("report", "-o", output, "--commit", "4f1c9e2"),
        "diagram": ("diagram", "-o", output),
        "result": ("check", "--format", "json", "-o", output),
    }[command]
    done = process(*options, folder / "model" / model.name, "--now", DAY, cwd=folder, **settings)
    assert done.returncode in (0, 1), done.stderr.decode()
    return (folder / output).read_bytes()


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("model", [BOUTIQUE, SHOP], ids=lambda path: path.stem)
def test_two_runs_give_the_same_bytes(model: Path, output: str, tmp_path: Path) -> None:
    first, second = (
        made(model, tmp_path / f"place-{number}" / ("deep" * number), output, settings)
        for number, settings in enumerate(PLACES, 1)
    )
    assert first == second
    assert len(first) > 500
