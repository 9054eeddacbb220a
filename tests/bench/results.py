"""How long a large result file takes to be judged, beside a plain parse of the same file.

    python -m tests.bench.results [RESULTS]        default: 100000

Writes a SARIF log of that many results (about 520 bytes each), reads it in a process of its own, and in another one
parses it with Python's `json`. Prints CPU seconds and peak memory of both, and their ratios. The peak is that of
/proc: `ru_maxrss` of a child begins with that of its parent.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

READ = "from threatdsl.evidence.files import read_as; print(len(read_as('sarif', content).observations))"
PARSE = "import json; print(len(json.loads(content)['runs'][0]['results']))"
MEASURED = """
import resource, sys
from pathlib import Path
content = Path(sys.argv[1]).read_bytes()
{}
used = resource.getrusage(resource.RUSAGE_SELF)
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(used.ru_utime + used.ru_stime, peak)
"""
EXCERPT = "x" * 260  # what real logs carry beside each result and nobody keeps


def main(number: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "large.sarif")
        path.write_text(json.dumps(log(number), separators=(",", ":")), encoding="utf-8")
        size = path.stat().st_size / 1024 / 1024
        write(f"{number:,} results, {size:.0f} MiB")
        read, parsed = (measured(code, path, number) for code in (READ, PARSE))
        write(f"read   {read[0]:5.2f} s CPU  {read[1]:5.0f} MiB")
        write(f"json   {parsed[0]:5.2f} s CPU  {parsed[1]:5.0f} MiB")
        write(f"ratio  {read[0] / parsed[0]:5.2f}        {read[1] / parsed[1]:5.2f}")


def log(number: int) -> dict[str, object]:
    """A SARIF log with that many results of a hundred rules in a thousand files."""
    results = [
        {
            "ruleId": f"R{i % 100}",
            "level": "error",
            "message": {"text": f"Finding {i}"},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": f"src/file{i % 1000}.py"},
                        "region": {"startLine": i % 500 + 1, "snippet": {"text": EXCERPT}},
                    }
                }
            ],
            "partialFingerprints": {"primaryLocationLineHash": f"{i:016x}:1"},
        }
        for i in range(number)
    ]
    rules = [{"id": f"R{i}"} for i in range(100)]
    driver = {"name": "tool", "rules": rules}
    return {"version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}


def measured(code: str, path: Path, number: int) -> tuple[float, float]:
    """CPU seconds and peak MiB of a process that runs the code on the file and counts all results."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED.format(code), str(path)], check=True, capture_output=True, text=True
    )
    counted, used = done.stdout.splitlines()
    assert int(counted) == number, counted
    seconds, kilobytes = used.split()
    return float(seconds), float(kilobytes) / 1024


def write(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
