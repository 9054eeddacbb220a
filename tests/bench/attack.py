"""How long attack paths of large models take beside the analysis, which is the ratio that holds on any machine.

python -m tests.bench.attack [COMPONENTS ...]        default: 1000 3000 10000

Each size is measured as generated, with 8 entries and 5 data assets at stake, and crowded, with 500 and 200.
"""

import gc
import resource
import sys
import time
from datetime import date

from msgspec.structs import replace

from tests.bench.analysis import model_of
from threatdsl.assess.assess import assess
from threatdsl.assess.assessment import Assessment
from threatdsl.attack.search import attack_paths
from threatdsl.model.things import Fact, Ref

SIZES = (1000, 3000, 10000)
ENTRIES, DATA = 500, 200
NOW = date(2026, 11, 24)


def main(sizes: tuple[int, ...]) -> None:
    """Measure and print."""
    gc.disable()
    for size in sizes:
        sys.stdout.write(f"{line(size)}\n")


def line(size: int) -> str:
    """A line about a size: CPU seconds as generated and crowded, beside those of the assessment, and memory."""
    model = model_of(size)
    start = time.process_time()
    assessment = assess(model, now=NOW).assessment
    assert assessment is not None
    whole = time.process_time() - start
    parts = [measured(assessment, whole), measured(crowded(assessment), whole)]
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return f"{size} components: {parts[0]}; crowded: {parts[1]}; {most} MB at most"


def measured(assessment: Assessment, whole: float) -> str:
    """Paths, CPU seconds, and how these compare to those of the assessment."""
    start = time.process_time()
    found = attack_paths(assessment)
    took = time.process_time() - start
    return f"{len(found.paths)} paths, {took:.2f} s CPU, {took / whole:.2f} of the assessment"


def crowded(assessment: Assessment) -> Assessment:
    """The same with attacks that begin at many services, and with many data assets, one more in each store."""
    model = assessment.model
    services = [element.id for element in model.elements if element.kind == "service"]
    entries = (*model.graph.entries, *services[:: max(1, len(services) // ENTRIES)])[:ENTRIES]
    worst = next(data for data in model.data if str(data.value("confidentiality")) == "restricted")
    things = {**model.things, **{f"extra{n}": replace(worst, id=f"extra{n}") for n in range(DATA)}}
    stores = (thing for thing in model.elements if thing.items("stores"))
    for number, store in enumerate(stores):
        kept = (*store.items("stores"), Ref(f"extra{number % DATA}"))
        things[store.id] = replace(store, facts={**store.facts, "stores": Fact(kept, store.span)})
    return replace(assessment, model=replace(model, things=things, graph=replace(model.graph, entries=entries)))


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or SIZES)
