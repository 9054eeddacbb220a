"""What judges a change is that of the baseline: an edit of it in the change has no effect before it is merged."""

from tests.cli.changing import LOOK, Repository

SECOND = """boundary more "More" { trust restricted; database second "Second" { stores [order]; CONTROLS } }
flow orders -> second "Copy" { carries [order]; returns [order] }
"""


def line_of(repository: Repository, id_: str) -> str:
    """How a finding is listed."""
    lines = repository.run("--all").out.splitlines()
    return next(line.partition(": ")[2] for line in lines if f" {id_}" in line and line.startswith("shop.threat:"))


def test_a_milder_policy_lets_nothing_pass(repository: Repository) -> None:
    repository.add(LOOK)
    before = repository.check()
    repository.edit(
        "fail-on high; unassessed fail", "fail-on critical; unassessed ignore; refuted ignore; claim ignore"
    )
    after = repository.check()
    assert (before.code, after.code) == (1, 1)
    assert before.out.splitlines()[-2:] == after.out.splitlines()[-2:]


def test_an_edited_rule_still_finds(repository: Repository) -> None:
    repository.edit("x.integrity >= high", "x.integrity >= critical", "own.threat")
    repository.edit("likelihood 4", "likelihood 1", "own.threat")
    repository.add(SECOND.replace("; CONTROLS", ""))
    done = repository.check()
    assert (done.code, "critical unassessed own.unsealed@second [new]" in done.out) == (1, True)


def test_a_rule_that_is_deleted_still_finds(repository: Repository) -> None:
    text = (repository.folder / "own.threat").read_text()
    (repository.folder / "own.threat").write_text(text[: text.index("rule own.unsealed")])
    repository.add(SECOND.replace("; CONTROLS", ""))
    done = repository.check()
    assert (done.code, "critical unassessed own.unsealed@second [new]" in done.out) == (1, True)


def test_an_edited_control_class_lowers_nothing(repository: Repository) -> None:
    repository.add(SECOND.replace("CONTROLS", "controls [own.seals]"))
    repository.commit("Another database")
    before = line_of(repository, "own.unsealed@second")
    repository.edit("lowers likelihood", "lowers likelihood; steps 4", "own.threat")
    repository.commit("A stronger class")
    assert line_of(repository, "own.unsealed@second") == before


def test_a_new_word_may_be_used_in_the_change_that_adds_it(repository: Repository) -> None:
    repository.edit("control-class seals", 'kind safe "A safe" { is database }\ncontrol-class seals', "own.threat")
    repository.add('boundary more "More" { trust restricted; own.safe strongbox "Strongbox" { stores [] } }\n')
    done = repository.check()
    assert (done.code, "nothing got worse" in done.out or "[new]" in done.out) == (0, True), done.out
