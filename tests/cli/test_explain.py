"""`threatdsl explain`: why a finding is there, and what to type when it is not."""

import json
from pathlib import Path
from typing import Any

from tests.cli.running import threatdsl, write
from tests.cli.test_check import OPEN


def test_a_finding_is_explained_with_places_and_terms(tmp_path: Path) -> None:
    write(tmp_path, "shop.threat", OPEN)
    done = threatdsl("explain", "shop.threat", "disclosure.cleartext-crossing@customer->web", cwd=tmp_path)
    assert done.code == 0
    assert "Customer → Web" in done.out
    assert "shop.threat:8:30" in done.out  # `protocol http`, which lacks encryption
    assert "L 5 = base 3 + reachable from outside 1 + crosses a boundary 1" in done.out
    assert "CWE-319" in done.out


def test_a_path_is_explained_hop_by_hop(tmp_path: Path) -> None:
    text = OPEN + 'database db "Orders" { stores [card] }\nflow web -> db { carries [card]; returns [card] }\n'
    write(tmp_path, "shop.threat", text.replace("returns []", "returns [card]"))
    done = threatdsl("explain", "shop.threat", "disclosure.uncleared-recipient@card,customer", cwd=tmp_path)
    assert done.code == 0
    hops = [
        line.split("[")[0].split(maxsplit=1)[1].strip()
        for line in done.out.splitlines()
        if " answers " in line and "[" in line
    ]
    assert hops == ["Orders answers Web", "Web answers Customer"]


def test_a_misspelt_id_gets_a_suggestion(tmp_path: Path) -> None:
    write(tmp_path, "shop.threat", OPEN)
    done = threatdsl("explain", "shop.threat", "disclosure.cleartext-crosing@customer->web", cwd=tmp_path)
    assert done.code == 2
    assert "did you mean `disclosure.cleartext-crossing@customer->web`?" in done.err


def test_what_removes_a_finding_is_the_line_to_write_and_where(tmp_path: Path) -> None:
    write(tmp_path, "shop.threat", OPEN.replace('"Web"', '"Web" { serves [web]; controls [redaction] }'))
    done = threatdsl("explain", "shop.threat", "tampering.script-in-page@web", cwd=tmp_path)
    assert done.code == 0
    assert (
        "removed by one line, where it is true\n"
        "  in service web (shop.threat:6): controls [redaction, output-encoding]   # in place of `controls` in line 6\n"
    ) in done.out


def test_a_finding_that_is_held_names_what_holds_it_and_what_it_would_be_without(tmp_path: Path) -> None:
    stated = OPEN.replace('"Web"', '"Web" { serves [web]; controls [output-encoding] }')
    write(tmp_path, "shop.threat", stated)
    done = threatdsl("explain", "shop.threat", "tampering.script-in-page@web", cwd=tmp_path)
    assert "mitigated." in done.out
    assert (
        "held by, and what it would be without\n  output-encoding on web   [shop.threat:6:37]: unassessed\n" in done.out
    )
    write(tmp_path, "shop.threat", stated.replace("protocol http;", "protocol https;"))
    done = threatdsl("explain", "shop.threat", "disclosure.cleartext-crossing@customer->web", cwd=tmp_path)
    assert "  https on customer -> web   [shop.threat:8:30]: unassessed\n" in done.out


def test_a_finding_that_two_statements_hold_says_that_no_single_one_re_opens_it(tmp_path: Path) -> None:
    text = OPEN.replace("trust internal", "trust internal; controls [encryption-in-transit]")
    write(tmp_path, "shop.threat", text.replace("protocol http;", "protocol https;"))
    done = threatdsl("explain", "shop.threat", "disclosure.cleartext-crossing@customer->web", cwd=tmp_path)
    assert "held by more than one statement: without any single one of them it stays mitigated" in done.out


def test_a_question_is_explained_by_what_is_missing_and_the_line_to_add(tmp_path: Path) -> None:
    write(tmp_path, "shop.threat", OPEN)
    done = threatdsl("explain", "shop.threat", "disclosure.external-entities@web", cwd=tmp_path)
    assert done.code == 0
    assert "An XML document reads files and internal addresses. question." in done.out
    assert "     when  Customer → Web crosses a trust boundary   [shop.threat:8:1]\n" in done.out
    assert (
        "   Which formats that others wrote does Web take apart?\n   shop.threat:6:3, settles 7 findings\n" in done.out
    )
    assert '       service web "Web" { parses [] }   # or any of: json' in done.out


def test_an_explanation_as_json(tmp_path: Path) -> None:
    write(tmp_path, "shop.threat", OPEN.replace('"Web"', '"Web" { serves [web]; controls [output-encoding] }'))

    def explained(finding: str) -> dict[str, Any]:
        done = threatdsl("explain", "shop.threat", finding, "--format", "json", cwd=tmp_path)
        assert done.code == 0
        found: dict[str, Any] = json.loads(done.out)
        return found

    held = explained("tampering.script-in-page@web")
    assert (held["schema"], held["finding"]["outcome"], held["removed_by"]) == ("threatdsl/explain/1", "mitigated", [])
    assert held["held_by"] == [
        {
            "by": "output-encoding",
            "element": "web",
            "outcome_without": "unassessed",
            "file": "shop.threat",
            "line": 6,
            "column": 37,
        }
    ]
    found = explained("disclosure.cleartext-crossing@customer->web")
    assert [change["text"] for answer in found["removed_by"] for change in answer["changes"]]
    assert explained("disclosure.external-entities@web")["schema"] == "threatdsl/why-not/1"
