"""How long attack paths of large models take beside the analysis, which is the ratio that holds on any machine.

python -m tests.bench.attack [COMPONENTS ...]        default: 1000 3000 10000
"""

import gc
import sys
import time
from datetime import date

from tests.bench.analysis import model_of
from threatdsl.assess.assess import assess
from threatdsl.attack.search import attack_paths

SIZES = (1000, 3000, 10000)
NOW = date(2026, 11, 24)


def main(sizes: tuple[int, ...]) -> None:
    """Measure and print."""
    gc.disable()
    for size in sizes:
        sys.stdout.write(f"{line(size)}\n")


def line(size: int) -> str:
    """A line about a size: paths, CPU seconds, and how these compare to those of the assessment."""
    model = model_of(size)
    start = time.process_time()
    assessment = assess(model, now=NOW).assessment
    assert assessment is not None
    middle = time.process_time()
    found = attack_paths(assessment)
    end = time.process_time()
    ratio = (end - middle) / (middle - start)
    return f"{size} components: {len(found.paths)} paths, {end - middle:.2f} s CPU, {ratio:.2f} of the assessment"


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or SIZES)
