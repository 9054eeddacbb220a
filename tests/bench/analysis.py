"""How long the analysis of large models takes, rule by rule, and whether any rule grows faster than the model.

    python -m tests.bench.analysis [COMPONENTS ...]        default: 1000 3000 10000

Prints CPU seconds and memory for all shipped rules, then each rule at each size with the growth of its time against
the growth of the model. Loading is not counted. The garbage collector is off, as in the command line.
"""

import gc
import resource
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.architecture import architecture
from threatdsl.model.load import load
from threatdsl.model.model import Model
from threatdsl.model.problems import Problems
from threatdsl.rules.analyse import analyse
from threatdsl.rules.evaluation import evaluate
from threatdsl.rules.facts import Facts
from threatdsl.rules.load import load_rules
from threatdsl.rules.paths import evaluate_path
from threatdsl.rules.program import Program
from threatdsl.rules.rule import CheckedRule

SIZES = (1000, 3000, 10000)
SHOWN = 0.002  # a rule below this many seconds is too quick to tell how it grows
RUNS = 3


def model_of(components: int) -> Model:
    """The generated architecture of a size, loaded."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "large.threat")
        path.write_text(architecture(components), encoding="utf-8")
        loaded = load(path)
    assert loaded.model is not None, loaded.diagnostics
    return loaded.model


def seconds_of_all(model: Model, rules: tuple[CheckedRule, ...]) -> float:
    """The CPU seconds of a whole analysis, the best of some runs."""
    best = float("inf")
    for _ in range(RUNS):
        start = time.process_time()
        analyse(model, rules)
        best = min(best, time.process_time() - start)
    return best


def seconds_of_each(model: Model, rules: tuple[CheckedRule, ...]) -> dict[str, float]:
    """The CPU seconds of each rule, the best of some runs, after what rules share was worked out once."""
    facts = Facts(model)
    best = {rule.id: float("inf") for rule in rules}
    for _ in range(RUNS):
        for rule in rules:
            program = Program(rule)
            start = time.process_time()
            for _found in (evaluate if rule.path is None else evaluate_path)(program, facts):
                pass
            best[rule.id] = min(best[rule.id], time.process_time() - start)
    return best


def write(line: str) -> None:
    """Show a line at once: the largest model takes a while."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(sizes: tuple[int, ...]) -> None:
    """Measure and print."""
    gc.disable()
    each: dict[int, dict[str, float]] = {}
    for size in sizes:
        model = model_of(size)
        rules = load_rules(model, Problems())
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        seconds = seconds_of_all(model, rules)
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        findings = len(analyse(model, rules).findings)
        write(
            f"{size} components, {len(model.flows)} flows, {len(rules)} rules, {findings} findings: "
            f"{seconds:.2f} s CPU; memory {before} MB loaded, {after} MB at most"
        )
        each[size] = seconds_of_each(model, rules)
    small, large = min(sizes), max(sizes)
    grown = large / small
    write(f"\n{'rule':44}" + "".join(f"{size:>10}" for size in sizes) + f"   growth (model {grown:.0f}x)")
    for rule in sorted(each[large], key=lambda id_: -each[large][id_]):
        times = [each[size][rule] for size in sizes]
        growth = f"{times[-1] / times[0]:8.1f}x" if times[0] > SHOWN / 10 and times[-1] > SHOWN else "   quick"
        write(f"{rule:44}" + "".join(f"{value * 1000:8.1f}ms" for value in times) + f"   {growth}")


if __name__ == "__main__":
    main(tuple(int(word) for word in sys.argv[1:]) or SIZES)
