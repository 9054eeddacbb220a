"""One wrong token is one diagnostic."""

import random
import re
from pathlib import Path

import pytest

from threatdsl.syntax import parse

ROOT = Path(__file__).parents[2]
TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|#[^\n]*|->|[<>=!]=|[{}\[\](),;<>]|[^\s"#{}\[\](),;<>=!-]+(?:-[^\s"#{}\[\](),;<>=!-]+)*',
    re.DOTALL,
)
PER_FILE = 250
MODELS = [
    *sorted((ROOT / "models/examples").glob("*/*.threat")),
    ROOT / "tests/cases/syntax/clinic.threat",
    ROOT / "tests/cases/syntax/rules.threat",
]


def mutations(text: str, seed: int) -> list[tuple[str, str]]:
    """What was done, and the text it gave: each token deleted, doubled, or replaced by another of the file."""
    tokens = [m for m in TOKEN.finditer(text) if not m.group().startswith("#")]
    choice = random.Random(seed)  # noqa: S311  # a sample, not a secret
    texts = []
    for token in tokens:
        other = choice.choice(tokens).group()
        before, it, after = text[: token.start()], token.group(), text[token.end() :]
        line = text.count("\n", 0, token.start()) + 1
        texts += [
            (f"{line}: {it!r} deleted", before + after),
            (f"{line}: {it!r} doubled", f"{before}{it} {it}{after}"),
            (f"{line}: {it!r} replaced by {other!r}", before + other + after),
        ]
    return choice.sample(texts, min(PER_FILE, len(texts)))


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_nine_of_ten_wrong_tokens_give_exactly_one_diagnostic(path: Path) -> None:
    text = path.read_text("utf-8")
    counts = [(what, len(parse(mutated, "m.threat").diagnostics)) for what, mutated in mutations(text, seed=1)]
    mistakes = [(what, count) for what, count in counts if count]
    cascades = [f"{count} for {what}" for what, count in mistakes if count > 1]
    share = 1 - len(cascades) / len(mistakes)
    print(f"{path.stem}: {len(counts)} mutations, {len(mistakes)} mistakes, one diagnostic for {share:.1%}")  # noqa: T201  # the figures, with `pytest -s`
    assert share >= 0.9, cascades
