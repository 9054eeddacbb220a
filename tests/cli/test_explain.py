"""`threatdsl explain`: why a finding is there, and what to type when it is not."""

from pathlib import Path

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
