"""`threatdsl check --format github`, `gitlab`, `markdown` and what JSON adds for a baseline."""

import json
from pathlib import Path

import pytest

from tests.cli.running import DAY, threatdsl, write
from tests.cli.test_check import OPEN
from threatdsl.report.saved import read_result

STARTS = {"github": "::error file=models/shop.threat,line=", "gitlab": "[", "markdown": "<!-- threatdsl:shop -->\n"}


@pytest.mark.parametrize("form", STARTS)
def test_a_failed_gate_is_told_in_every_form(form: str, tmp_path: Path) -> None:
    (tmp_path / "threatdsl.root").touch()
    write(tmp_path, "models/shop.threat", OPEN)
    done = threatdsl("check", "models/shop.threat", "--format", form, "--now", DAY, cwd=tmp_path)
    assert (done.code, done.err) == (1, "")
    assert done.out.startswith(STARTS[form])
    assert "models/shop.threat" in done.out


@pytest.mark.parametrize("form", STARTS)
def test_a_wrong_model_is_told_in_every_form(form: str, tmp_path: Path) -> None:
    write(tmp_path, "shop.threat", 'model shop "Shop" { }\nservice web "Web" { encrpyted x }\n')
    done = threatdsl("check", "shop.threat", "--format", form, "--now", DAY, cwd=tmp_path)
    assert done.code == 2
    assert "TM02" in done.out
    if form == "gitlab":
        assert json.loads(done.out)


def test_the_json_result_can_be_read_back_with_the_text_of_the_model(tmp_path: Path) -> None:
    (tmp_path / "threatdsl.root").touch()
    write(tmp_path, "models/shop.threat", OPEN)
    done = threatdsl("check", "models/shop.threat", "--format", "json", "--now", DAY, cwd=tmp_path)
    sources = read_result(done.out.encode()).sources
    assert [(source.file, source.text) for source in sources] == [("models/shop.threat", OPEN)]
