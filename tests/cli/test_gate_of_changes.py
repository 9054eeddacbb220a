"""`check --baseline`: what a change says for itself does not count, and only what it made worse fails."""

import pytest

from tests.cli.changing import CHECK, CLEARTEXT, KEEP, LOOK, MODEL, NOW, Repository
from tests.cli.running import threatdsl, write


def test_a_change_that_makes_nothing_worse_passes_whatever_was_open_before(repository: Repository) -> None:
    alone = threatdsl("check", "shop.threat", "--now", NOW, cwd=repository.folder)
    repository.add('assumption power "The power is on" { owner "a@b.example" }\n')
    done = repository.check()
    assert (alone.code, done.code) == (1, 0), done.out
    assert "nothing got worse, 0 fixed" in done.out


def test_accepting_ones_own_finding_is_pending_until_the_owners_let_it_count(repository: Repository) -> None:
    repository.add(LOOK)
    new = "disclosure.cleartext-crossing@web->orders-db"
    assert new in repository.check().out
    repository.add('accept disclosure.cleartext-crossing on web -> orders-db until 2026-12-31 { reason "mine" }\n')
    done = repository.check("--policy", "pr")
    assert done.code == 1
    assert f"open {new} [new]" in done.out
    assert "counts after the merge: accept disclosure.cleartext-crossing@web->orders-db until 2026-12-31" in done.out
    approved = repository.run("--decisions", "head")
    assert f"open {new}" not in approved.out


@pytest.mark.parametrize("decisions", ["baseline", "head"])
def test_accepting_for_ever_is_an_error_whosever_decisions_count(repository: Repository, decisions: str) -> None:
    repository.edit("longest-acceptance 365d", "longest-acceptance 99999d")
    repository.add(
        'accept disclosure.cleartext-crossing on orders -> orders-db until 2199-12-31 { reason "never mind" }\n'
    )
    done = repository.check("--decisions", decisions)
    assert (done.code, done.err.count("error[TM0405]"), "the policy allows 365" in done.err) == (2, 1, True)


ATTACKS = {  # name: what to replace, by what, in which file, and what the tool says about it
    "policy": ("fail-on high", "fail-on critical", "shop.threat", "policy pr is edited"),
    "rule": ("likelihood 4", "likelihood 1", "own.threat", "rule own.unsealed is edited"),
    "check": (
        "proves input-validation; on [orders]",
        'proves input-validation; on [orders]; counts ["easy*"]',
        "shop.threat",
        "check abuse is edited",
    ),
    "max-age": ("max-age 7d", "max-age 999d", "shop.threat", "check abuse is edited"),
    "protocol": (
        "denies [encryption-in-transit]",
        "secures [encryption-in-transit]",
        "own.threat",
        "protocol own.dialect is edited",
    ),
    "control class": (
        "lowers likelihood",
        "lowers likelihood; steps 4",
        "own.threat",
        "control class own.seals is edited",
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_what_judges_a_change_is_that_of_the_baseline(repository: Repository, name: str) -> None:
    old, new, file, told = ATTACKS[name]
    repository.edit(old, new, file)
    assert f"counts after the merge: {told}" in repository.check().out


CLOSING = {  # name: an edit that makes the open finding of the baseline go away, and why it does not
    "delete a lacks line": ("; lacks [encryption-in-transit]", "", "kept"),
    "state a protocol": ("lacks [encryption-in-transit]", "protocol https", "gone by claim"),
    "state a control": ("lacks [encryption-in-transit]", "controls [encryption-in-transit]", "gone by claim"),
    "lower a classification": ("confidentiality restricted", "confidentiality public", "gone by claim"),
    "delete a classification": ("confidentiality restricted; ", "", "kept"),
    "delete a flow": (
        'flow orders -> orders-db "Keep" { carries [order]; returns [order]; lacks [encryption-in-transit] }',
        "",
        "kept",
    ),
    "limit an element": (
        'database orders-db "Orders database" {',
        'database orders-db "Orders database" { environments [staging];',
        "gone by claim",
    ),
    "carry nothing": ('"Keep" { carries [order]; returns [order]', '"Keep" { carries []; returns []', "gone by claim"),
}


@pytest.mark.parametrize("name", CLOSING)
def test_an_open_finding_does_not_go_away_by_silence_or_by_claim(repository: Repository, name: str) -> None:
    old, new, change = CLOSING[name]
    repository.edit(old, new)
    done = repository.check()
    assert done.code == 1, done.out
    assert f"{change}: {CLEARTEXT}" in done.out


def test_raising_a_trust_closes_nothing(repository: Repository) -> None:
    repository.edit("trust untrusted", "trust internal")
    done = repository.check()
    assert done.code == 1
    assert "gone by claim: disclosure.uncleared-recipient@order,customer: trust of internet was untrusted" in done.out


def test_an_actor_outside_of_every_boundary_is_no_safer(repository: Repository) -> None:
    before = repository.run("--all").out
    repository.edit('; actor customer "Customer" }', ' }\nactor customer "Customer"')
    done = repository.check("--all")
    assert "unassessed disclosure.uncleared-recipient@order,customer\n" in done.out
    assert done.out.count(" unassessed ") >= before.count(" unassessed ")


def test_findings_that_are_as_they_were_are_only_counted(repository: Repository) -> None:
    before = repository.run("--all").out
    repository.add(LOOK)
    told = repository.check().out
    assert CLEARTEXT in before
    assert CLEARTEXT not in told
    assert "as before; `check --all` lists them" in told


def test_an_edited_protocol_secures_nothing(repository: Repository) -> None:
    repository.edit("denies [encryption-in-transit]", "secures [encryption-in-transit]", "own.threat")
    repository.add('flow web -> orders-db "Look" { protocol own.dialect; carries [order]; returns [order] }\n')
    done = repository.check()
    assert (done.code, "open disclosure.cleartext-crossing@web->orders-db [new]" in done.out) == (1, True)


def test_switching_a_rule_off_counts_after_the_merge(repository: Repository) -> None:
    repository.add('disable disclosure.cleartext-crossing until 2026-12-31 { reason "noise" }\n')
    repository.add(LOOK)
    done = repository.check()
    assert (done.code, "open disclosure.cleartext-crossing@web->orders-db [new]" in done.out) == (1, True)
    assert "counts after the merge: disable disclosure.cleartext-crossing until 2026-12-31" in done.out


ORDERS = '  service orders "Orders" { source ["src/orders"]; stores []; parses json; controls [input-validation] }\n'


def without_orders(repository: Repository) -> None:
    for text in (
        ORDERS,
        'flow web -> orders "Order" { protocol http; carries [order]; returns [order] }\n',
        KEEP,
        CHECK,
    ):
        repository.edit(text, "")


LACKING = ORDERS.replace("controls [input-validation]", "lacks [parameterised-queries]; controls [input-validation]")


def test_an_element_is_not_gone_while_its_code_is_there(repository: Repository) -> None:
    repository.git("switch", "-q", "main")
    repository.edit(ORDERS, LACKING)
    repository.commit("Say what is missing")
    repository.git("switch", "-q", "-C", "change")
    repository.edit(LACKING, ORDERS)
    without_orders(repository)
    done = repository.check()
    assert done.code == 1
    assert "@orders: orders is gone from the model, and src/orders is still there" in done.out
    repository.git("rm", "-rq", "src/orders")
    gone = repository.check()
    assert "src/orders is still there" not in gone.out
    assert "): orders is gone" in gone.out


def test_was_of_a_live_name_is_an_error(repository: Repository) -> None:
    repository.add('service copy "Copy" { was web }\n')
    done = repository.check()
    assert (done.code, "TM0230" in done.err) == (2, True)


ACCEPTED = 'accept disclosure.cleartext-crossing on orders -> orders-db until 2026-12-31 { reason "soon" }\n'


@pytest.fixture
def accepted(repository: Repository) -> Repository:
    """The repository where the baseline accepts its open finding."""
    repository.git("switch", "-q", "main")
    repository.add(ACCEPTED)
    repository.commit("Accept")
    repository.git("switch", "-q", "-C", "change")
    return repository


def rename_orders(repository: Repository, name: str, *, more: str = "") -> None:
    """Call the service `orders` otherwise, in all that speaks of it but the decision."""
    text = repository.model.read_text()
    head, _, _ = text.partition("accept ")
    head = (
        head.replace("service orders", f"service {name}")
        .replace("orders ->", f"{name} ->")
        .replace("-> orders ", f"-> {name} ")
    )
    head = head.replace("on [orders]", f"on [{name}]").replace(
        "stores []; parses json", f"stores []; {more}parses json"
    )
    repository.model.write_text(head + ACCEPTED.replace("orders -> orders-db", f"{name} -> orders-db"))


def test_a_decision_follows_a_rename_while_its_facts_are_the_same(accepted: Repository) -> None:
    rename_orders(accepted, "ordering", more="was orders; ")
    done = accepted.check()
    assert "open disclosure.cleartext-crossing" not in done.out
    assert (done.code, "nothing got worse" in done.out) == (0, True), done.out
    accepted.edit("carries [order]; returns [order]; lacks", "carries [order, card]; returns [order]; lacks")
    accepted.add('data card "Card" { confidentiality restricted; integrity high }\n')
    assert "open disclosure.cleartext-crossing@ordering->orders-db [worse]" in accepted.check().out


def test_a_name_that_is_used_again_brings_no_decision_with_it(accepted: Repository) -> None:
    accepted.edit('service orders "Orders" {', 'job orders "Nightly export" {')
    accepted.edit("carries [order]; returns [order]; lacks", "carries [order, card]; returns [order]; lacks")
    accepted.add('data card "Card" { confidentiality restricted; integrity high }\n')
    done = accepted.check()
    assert (done.code, "open disclosure.cleartext-crossing@orders->orders-db [worse]" in done.out) == (1, True)


def test_removing_a_control_fails(repository: Repository) -> None:
    repository.edit("; controls [input-validation] }", " }")
    repository.edit(
        CHECK,
        "",
    )
    done = repository.check()
    assert done.code == 1
    assert "defence removed: input-validation on orders (shop.threat:14)" in done.out


def test_a_new_threat_written_by_hand_only_warns(repository: Repository) -> None:
    repository.add('threat insider "A refund to a friend" { on orders; stride tampering; likelihood 4; impact 5 }\n')
    done = repository.check()
    assert done.code == 0
    assert "1 new threat written by hand" in done.out


def test_code_that_moved_is_still_there(repository: Repository) -> None:
    repository.git("switch", "-q", "main")
    repository.edit(ORDERS, LACKING)
    write(repository.folder, "src/orders/app.py", "import json\n" * 20)
    repository.commit("Say what is missing")
    repository.git("switch", "-q", "-C", "change")
    repository.edit(LACKING, ORDERS)
    without_orders(repository)
    repository.git("mv", "src/orders", "src/ordering")
    done = repository.check()
    assert done.code == 1
    assert "orders is gone from the model, and src/orders, now src/ordering/app.py, is still there" in done.out


def test_an_element_stays_bound_to_the_code_that_is_there(repository: Repository) -> None:
    repository.edit('source ["src/web"]; ', "")
    done = repository.check()
    assert done.code == 1
    assert "binding removed: source of web: src/web (shop.threat:13)" in done.out
    repository.git("rm", "-rq", "src/web")
    assert "binding removed" not in repository.check().out


def test_code_may_move_with_its_element(repository: Repository) -> None:
    repository.git("mv", "src/web", "src/front")
    repository.edit('source ["src/web"]', 'source ["src/front"]')
    done = repository.check()
    assert (done.code, "nothing got worse" in done.out) == (0, True), done.out


def test_what_judges_a_change_and_is_gone_is_told(repository: Repository) -> None:
    repository.edit(CHECK, "")
    repository.edit(MODEL[MODEL.index("policy pr") : MODEL.index("environment staging")], "")
    told = repository.check().out
    assert "counts after the merge: check abuse is gone (main:shop.threat:24)" in told
    assert "counts after the merge: policy pr is gone (main:shop.threat:5)" in told


def test_an_attestation_that_a_change_brings_verifies_nothing_before_it_is_merged(repository: Repository) -> None:
    attested = 'inherited-from "Cloud"; attestation "its report"; until 2027-12-31'
    repository.edit("lacks [encryption-in-transit]", "controls [tls]")
    repository.add(f'control tls "TLS" {{ class [encryption-in-transit]; {attested} }}\n')
    assert f"gone by claim: {CLEARTEXT}" in repository.check().out
    alone = threatdsl("check", "shop.threat", "--now", NOW, cwd=repository.folder)
    assert "inherited: tls on orders->orders-db" in alone.out
