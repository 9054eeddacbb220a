"""`threatdsl new`: a first model that checks without a complaint, whatever its author calls things."""

import os
import pty
import re
import select
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.running import threatdsl, write
from threatdsl.cli.first_model import HINTS, Answers, guided_model, scaffold
from threatdsl.syntax import format_text, parse


def test_a_skeleton_checks_cleanly(tmp_path: Path) -> None:
    made = threatdsl("new", "-o", "my-shop.threat", cwd=tmp_path)
    assert made.code == 0
    checked = threatdsl("check", "my-shop.threat", cwd=tmp_path)
    assert (checked.code, checked.err) == (0, "")
    assert threatdsl("fmt", "--check", "my-shop.threat", cwd=tmp_path).code == 0


def test_the_example_in_the_skeleton_checks_cleanly_too(tmp_path: Path) -> None:
    example = re.sub(r"^# ?", "", HINTS, flags=re.MULTILINE)
    skeleton = "".join(line for line in scaffold("Shop").splitlines(keepends=True) if not line.startswith("#"))
    write(tmp_path, "shop.threat", skeleton + example)
    checked = threatdsl("check", "shop.threat", cwd=tmp_path)
    assert (checked.code, checked.err) == (0, "")


def test_it_does_not_overwrite(tmp_path: Path) -> None:
    old = write(tmp_path, "shop.threat", "old")
    refused = threatdsl("new", "-o", old, cwd=tmp_path)
    assert refused.code == 2
    assert "--force" in refused.err
    assert old.read_text(encoding="utf-8") == "old"
    assert threatdsl("new", "-o", old, "--force", cwd=tmp_path).code == 0


def test_another_ending_is_refused(tmp_path: Path) -> None:
    refused = threatdsl("new", "-o", "shop.yaml", cwd=tmp_path)
    assert refused.code == 2
    assert ".threat" in refused.err


def on_a_terminal(answers: list[str], folder: Path) -> str:
    """Type the answers at the prompts of `threatdsl new -o guided.threat`; what the terminal showed."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        os.execv(sys.executable, [sys.executable, "-m", "threatdsl", "new", "-o", "guided.threat"])  # noqa: S606 - no shell is wanted
    shown, waiting = b"", list(answers)
    while select.select([terminal], [], [], 20)[0]:
        try:
            piece = os.read(terminal, 4096)
        except OSError:
            break  # the program has ended
        shown += piece
        if waiting and shown.endswith(b"]: "):
            os.write(terminal, f"{waiting.pop(0)}\n".encode())
    os.waitpid(child, 0)
    return shown.decode()


def test_the_guided_start_asks_again_after_a_wrong_answer_and_checks_cleanly(tmp_path: Path) -> None:
    answers = ['Café "Zum Löwen"', "team@example.org", "Guest", "", "ftp", "https", "", "database", "Orders", ""]
    shown = on_a_terminal(answers, tmp_path)
    assert "one of https, http" in shown
    text = (tmp_path / "guided.threat").read_text(encoding="utf-8")
    assert 'model cafe-zum-lowen "Café \\"Zum Löwen\\""' in text
    checked = threatdsl("check", "guided.threat", cwd=tmp_path)
    assert (checked.code, checked.err) == (0, "")
    assert threatdsl("fmt", "--check", "guided.threat", cwd=tmp_path).code == 0


WORDS = st.text(max_size=30)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(system=WORDS, owner=WORDS, user=WORDS, service=WORDS, store=WORDS, data=WORDS)
def test_any_answers_make_a_model_that_parses_and_is_laid_out(
    system: str, owner: str, user: str, service: str, store: str, data: str
) -> None:
    answers = Answers(system, owner, user, service, "https", store, "database", data, "confidential")
    text = guided_model(answers)
    assert parse(text, "guided.threat").diagnostics == ()
    assert format_text(text, "guided.threat").text == text


@pytest.mark.parametrize("title", ["Shop", "", "日本", '"', "a\\b", "\N{RIGHT-TO-LEFT OVERRIDE}x"])
def test_any_title_makes_a_skeleton_that_parses(title: str) -> None:
    assert parse(scaffold(title), "new.threat").diagnostics == ()
