"""What the PDF costs: CPU, memory and pages, of the examples and of generated models, beside the analysis alone.

python -m tests.bench.document [ELEMENTS ...]        default: 100 300 1000
"""

import io
import subprocess
import sys
import tempfile
from pathlib import Path

from pypdf import PdfReader

from tests.generated import generated

SIZES = (100, 300, 1000)
NOW = "2026-11-24"
EXAMPLES = Path("models/examples")


def main(sizes: tuple[int, ...]) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        models = [EXAMPLES / name / f"{name}.threat" for name in ("online-boutique", "web-shop")]
        for size in sizes:
            model = Path(folder) / f"generated-{size}.threat"
            model.write_text(generated(size))
            models.append(model)
        for model in models:
            sys.stdout.write(f"{line(model, Path(folder))}\n")


def line(model: Path, folder: Path) -> str:
    """A line about a model: pages, CPU seconds, and how these compare to those of `check`."""
    output = folder / f"{model.stem}.pdf"
    seconds, memory = measured("report", str(model), "-o", str(output), "--now", NOW)
    alone, _ = measured("check", str(model), "--now", NOW)
    pages = len(PdfReader(io.BytesIO(output.read_bytes())).pages)
    ratio = seconds / alone
    return f"{model.stem}: {pages} pages, {seconds:.1f} s CPU ({ratio:.1f} of a check), {memory / 1024:.0f} MB at most"


def measured(*arguments: str) -> tuple[float, int]:
    """CPU seconds and most memory, in KiB, of a command; the children of one helper process are measured alone."""
    code = (
        "import resource, subprocess, sys\n"
        "subprocess.run([sys.executable, '-m', 'threatdsl', *sys.argv[1:]], capture_output=True, check=False)\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(used.ru_utime + used.ru_stime, used.ru_maxrss)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, check=True, text=True)
    seconds, memory = done.stdout.split()
    return float(seconds), int(memory)


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or SIZES)
