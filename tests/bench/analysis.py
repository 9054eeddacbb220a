"""How long the analysis of large models takes, rule by rule, and whether any rule grows faster than the model.

    python -m tests.bench.analysis [COMPONENTS ...]        default: 1000 3000 10000

Prints CPU seconds and memory for all shipped rules, then each rule at each size. Growth stands beside that of a plain
pass over the model's things in the same run: what a machine's caches do to a large model, they do to both. Loading is
not counted. The garbage collector is off, as in the command line.
"""

import gc
import resource
import sys
import tempfile
import time
from collections.abc import Callable
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
QUICK = 0.0005  # a rule that takes fewer seconds on the smallest model is too quick to tell how it grows
RUNS = 3
PASSES = 20
Times = dict[str, float]


def main(sizes: tuple[int, ...]) -> None:
    """Measure and print."""
    gc.disable()
    each: dict[int, Times] = {}
    passes: dict[int, float] = {}
    for size in sizes:
        model = model_of(size)
        rules = load_rules(model, Problems())
        write(whole(size, model, rules))
        each[size], passes[size] = seconds_of_each(model, rules), seconds_of_a_pass(model)
        gc.collect()
    for line in table(sizes, each, passes):
        write(line)


def model_of(components: int) -> Model:
    """The generated architecture of a size, loaded."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "large.threat")
        path.write_text(architecture(components), encoding="utf-8")
        loaded = load(path)
    assert loaded.model is not None, loaded.diagnostics
    return loaded.model


def whole(size: int, model: Model, rules: tuple[CheckedRule, ...]) -> str:
    """A line about all rules together: CPU seconds, the best of some runs, and what the first took of memory."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    findings = len(analyse(model, rules).findings)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    seconds = best_of(lambda: analyse(model, rules))
    return (
        f"{size} components, {len(model.flows)} flows, {len(rules)} rules, {findings} findings: {seconds:.2f} s CPU; "
        f"the process had {before} MB after loading, {after} MB at most while it analysed"
    )


def seconds_of_each(model: Model, rules: tuple[CheckedRule, ...]) -> Times:
    """The CPU seconds of each rule, after what rules share was worked out once."""
    facts = Facts(model)

    def run(rule: CheckedRule) -> None:
        for _found in (evaluate if rule.path is None else evaluate_path)(Program(rule), facts):
            pass

    for rule in rules:
        run(rule)
    return {rule.id: best_of(lambda rule=rule: run(rule)) for rule in rules}  # type: ignore[misc]  # its own default


def seconds_of_a_pass(model: Model) -> float:
    """The CPU seconds of looking once at the facts of each thing."""
    return best_of(lambda: [sum(len(thing.facts) for thing in model.things.values()) for _ in range(PASSES)]) / PASSES


def best_of(run: Callable[[], object]) -> float:
    """The least CPU seconds of some runs."""
    best = float("inf")
    for _ in range(RUNS):
        start = time.process_time()
        run()
        best = min(best, time.process_time() - start)
    return best


def table(sizes: tuple[int, ...], each: dict[int, Times], passes: dict[int, float]) -> list[str]:
    """The rules, the slowest first, with what each takes at each size and how it grows beside a plain pass."""
    small, large = min(sizes), max(sizes)
    plain = passes[large] / passes[small]
    lines = ["", f"{'ms':44}" + "".join(f"{size:>10}" for size in sizes) + "   growth"]
    lines.append(f"{'a plain pass over all things':44}" + _row([passes[size] for size in sizes]) + f"   {plain:5.1f}x")
    for rule in sorted(each[large], key=lambda id_: -each[large][id_]):
        times = [each[size][rule] for size in sizes]
        growth = times[-1] / times[0] if times[0] > QUICK else None
        shown = "   quick" if growth is None else f"   {growth:5.1f}x, {growth / plain:4.2f} of the pass"
        lines.append(f"{rule:44}{_row(times)}{shown}")
    return lines


def _row(times: list[float]) -> str:
    return "".join(f"{value * 1000:10.2f}" for value in times)


def write(line: str) -> None:
    """Show a line at once: the largest model takes a while."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(tuple(int(word) for word in sys.argv[1:]) or SIZES)
