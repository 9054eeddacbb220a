"""The digest and the findings of a model depend on what it says, not on how or in which order."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.model.cases import PARSED
from threatdsl.model.load import load
from threatdsl.model.model import Model
from threatdsl.model.problems import Problems
from threatdsl.rules.analyse import analyse
from threatdsl.rules.load import load_rules
from threatdsl.syntax import format_text

HEAD = 'model shop "Shop" { owner "team" }'
STATEMENTS = (
    'data order "Order" { confidentiality restricted; integrity high }',
    'data public-page "Page" { confidentiality public }',
    'actor customer "Customer"',
    'service api "API" { controls [waf]; parses [xml]; serves [web] }',
    'boundary cloud "Cloud" { trust internal; database orders-db "Orders" { stores [order] }; worker jobs "Jobs" }',
    'control waf "Firewall" { class [ingress-filtering] }',
    "flow customer -> api { carries [order]; returns [order]; protocol http }",
    "flow api -> orders-db { carries [order]; returns [order] }",
    'flow nightly jobs -> orders-db "Nightly" { protocol https }',
    'threat refund "A friend gets a refund" { on api; stride tampering; likelihood 2 }',
    'accept disclosure.cleartext-crossing on customer -> api until 2026-12-31 { reason "Soon" }',
    'rule shop.sized "Many" { stride tampering; likelihood 1; for service s; when s.replicas > 1; message "{s}" }',
)
UNRELATED = 'boundary island "Island" { trust restricted; service hermit "Hermit" }'


def model_of(text: str) -> Model:
    """The model of a text."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "shop.threat"
        path.write_text(text, encoding="utf-8")
        loaded = load(path, root=Path(folder), cache=Path(PARSED.name))
    assert loaded.model is not None, loaded.diagnostics
    return loaded.model


def outcomes_of(model: Model) -> dict[str, str]:
    """The findings by id."""
    return {finding.id: finding.outcome.value for finding in analyse(model, load_rules(model, Problems())).findings}


PLAIN = model_of("\n".join((HEAD, *STATEMENTS)))


@settings(max_examples=25)
@given(order=st.permutations(STATEMENTS))
def test_the_order_of_declarations_changes_neither_digest_nor_findings(order: list[str]) -> None:
    model = model_of("\n".join((HEAD, *order)))
    assert model.digest == PLAIN.digest
    assert outcomes_of(model) == outcomes_of(PLAIN)


@settings(max_examples=10)
@given(at=st.integers(0, len(STATEMENTS)))
def test_an_unrelated_element_changes_no_other_finding(at: int) -> None:
    model = model_of("\n".join((HEAD, *STATEMENTS[:at], UNRELATED, *STATEMENTS[at:])))
    others = {id_: outcome for id_, outcome in outcomes_of(model).items() if "hermit" not in id_}
    assert others == outcomes_of(PLAIN)
    assert model.digest != PLAIN.digest


@settings(max_examples=25)
@given(gaps=st.lists(st.sampled_from(["\n", "\n\n\n", "\n# a remark\n", "   \n", ";"]), min_size=12, max_size=12))
def test_layout_and_comments_do_not_change_the_digest(gaps: list[str]) -> None:
    text = HEAD + "".join(gap + statement for gap, statement in zip(gaps, STATEMENTS, strict=True))
    assert model_of(text).digest == PLAIN.digest
    assert model_of(format_text(text, "shop.threat").text).digest == PLAIN.digest


@pytest.mark.parametrize("statement", STATEMENTS)
def test_every_statement_counts(statement: str) -> None:
    texts = {
        "restricted": "confidential",
        "Page": "Site",
        'customer "Customer"': 'customer "Buyer"',
        "[xml]": "[json]",
        "trust internal": "trust partner",
        "[ingress-filtering]": "[rate-limiting]",
        "protocol http ": "protocol https ",
        "returns [order] }": "returns [] }",
        "jobs -> orders-db": "api -> orders-db",
        "likelihood 2": "likelihood 3",
        "Soon": "Later",
        "s.replicas > 1": "s.replicas > 2",
    }
    old, new = next((old, new) for old, new in texts.items() if old in statement)
    changed = [other if other != statement else statement.replace(old, new) for other in STATEMENTS]
    assert model_of("\n".join((HEAD, *changed))).digest != PLAIN.digest
