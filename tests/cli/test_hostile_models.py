"""Whatever stands in a file, the answer is a diagnostic with a position in good time, and text stays text."""

import random
import time
from pathlib import Path

import pytest

from tests.cli.running import process, threatdsl, write
from threatdsl.syntax import parse

HEAD = 'model m "M" { }\n'
NESTED = "".join(f'boundary b{i} "B" {{\n' for i in range(10_000))
TEXTS = {
    "empty": "",
    "only comments": "# nothing\n# at all\n",
    "10,000 nested braces": "{" * 10_000,
    "10,000 nested blocks": HEAD + NESTED,
    "10,000 nested parentheses": HEAD + 'rule a.b "B" {\n  when ' + "(" * 10_000 + "\n}\n",
    "10,000 nested brackets": HEAD + 'service a "A" { stores ' + "[" * 10_000 + "\n}\n",
    "1 MB of quotes": '"' * 1_000_000,
    "1 MB of spaces": " " * 1_000_000 + "}",
    "1 MB of blank lines": "\n" * 1_000_000 + "}",
    "a line of 1 MB": HEAD + f'service a "{"x" * 1_000_000}',
    "an unknown escape": 'model m "\\q" { }\n',
    "text that runs backwards": 'model m "a\N{RIGHT-TO-LEFT OVERRIDE}b" { }\n',
    "an escape sequence": 'model m "a\x1b[31mb" { }\n',
    "a name that looks like another": HEAD + 'service p\N{CYRILLIC SMALL LETTER A}y "Pay"\n',
}
LARGE = {
    "quotes": lambda size: '"' * size,
    "hashes": lambda size: HEAD + "#" * size + "}",
    "spaces": lambda size: " " * size + "}",
    "blank lines": lambda size: "\n" * size + "}",
    "blank lines in a rule": lambda size: HEAD + 'rule a.b "B" {\n  when a' + "\n" * size + "and }",
    "open brackets": lambda size: HEAD + 'service a "A" { stores ' + "[" * size,
    "one long text": lambda size: HEAD + 'service a "' + "x" * size,
    "hyphens": lambda size: HEAD + "service a" + "-" * size,
    "statements": lambda size: HEAD + "x y\n" * (size // 16),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_hostile_text_gets_a_diagnostic(name: str, tmp_path: Path) -> None:
    path = write(tmp_path, "model.threat", TEXTS[name])
    done = threatdsl("check", path, cwd=tmp_path)
    assert done.code == 2
    assert "--> model.threat:" in done.err
    assert done.err.count("error[") <= 51
    assert "\x1b" not in done.err
    assert len(done.err) < 100_000


@pytest.mark.parametrize("name", LARGE)
def test_the_time_grows_no_faster_than_the_text(name: str) -> None:
    def seconds(size: int) -> float:
        text = LARGE[name](size)
        start = time.process_time()
        parsed = parse(text, "model.threat")
        spent = time.process_time() - start
        assert parsed.document.file == "model.threat"
        return spent

    seconds(1_000)  # the first parse loads the grammar
    small, large = seconds(250_000), seconds(1_000_000)
    assert large < max(12 * small, 0.1)  # four times the text; a quadratic step would take sixteen times as long


@pytest.mark.parametrize("seed", range(3))
def test_random_bytes_get_one_diagnostic(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "model.threat"
    path.write_bytes(random.Random(seed).randbytes(1_000_000))  # noqa: S311 - no secret
    done = threatdsl("check", path, cwd=tmp_path)
    assert done.code == 2
    assert done.err.count("error[") == 1
    assert "not UTF-8" in done.err


@pytest.mark.parametrize("data", [b'model m "M" {\xff}\n', b"model\0m\n", 'model m "M" { }\n'.encode("utf-16")])
def test_another_encoding_is_said(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "model.threat"
    path.write_bytes(data)
    done = threatdsl("check", path, cwd=tmp_path)
    assert done.code == 2
    assert "--> model.threat:1:" in done.err


def test_a_byte_order_mark_and_windows_lines_are_no_mistakes(tmp_path: Path) -> None:
    path = tmp_path / "model.threat"
    path.write_bytes(b'\xef\xbb\xbfmodel m "M" {\r\n  owner "x"\r\n}\r\n')
    assert threatdsl("check", path, cwd=tmp_path).code == 0


def test_a_file_outside_the_root_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, "secret.threat", 'library secret "Secret" { }\n')
    write(tmp_path, "root/threatdsl.root", "")
    (tmp_path / "root" / "link.threat").symlink_to(tmp_path / "secret.threat")
    for source in ("../secret.threat", "link.threat", str(tmp_path / "secret.threat")):
        path = write(tmp_path, "root/model.threat", f'{HEAD}import "{source}"\n')
        done = threatdsl("check", path, cwd=tmp_path)
        assert done.code == 2
        assert "outside the root" in done.err


def test_a_fault_of_the_program_is_exit_code_70_without_a_traceback(tmp_path: Path) -> None:
    write(tmp_path, "model.threat", HEAD)
    broken = write(tmp_path, "sitecustomize.py", "import threatdsl.model.load as l\nl.read_sources = None\n")
    done = process("check", "model.threat", cwd=tmp_path, PYTHONPATH=str(broken.parent))
    assert done.returncode == 70
    assert b"Traceback" not in done.stderr
    assert b"bug" in done.stderr
