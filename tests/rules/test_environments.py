"""Facts are looked at once for each environment; a finding is one, with its worst outcome."""

from tests.rules.asking import analysis_of, outcomes, rule

ENVIRONMENTS = 'environment staging "Staging"\nenvironment prod "Production"\n'
WAY_IN = rule("  from actor a\n  reaches database s\n  avoiding service m where m has authorization")


def test_without_limits_no_environment_is_named() -> None:
    text = ENVIRONMENTS + rule("  for service s\n  unless s has authorization") + 'service s "S" { technology "x" }'
    (found,) = analysis_of(text).findings
    assert found.environments is None


def shop(guard: str, bypass: str) -> str:
    return f"""{ENVIRONMENTS}{WAY_IN}
    actor person "Person"
    service front "Front" {{ {guard} }}
    service bypass "Bypass" {{ environments [staging]; {bypass} }}
    database store "Store" {{ stores [] }}
    flow person -> front {{ carries [] }}
    flow front -> store {{ carries []; returns [] }}
    flow person -> bypass {{ carries [] }}
    flow bypass -> store {{ carries []; returns [] }}
    """


def test_one_finding_has_the_worst_outcome_with_that_of_each_environment() -> None:
    (found,) = analysis_of(shop("controls [authorization]", "lacks [authorization]")).findings
    assert (found.id, found.outcome) == ("t.rule@store", "open")
    assert dict(found.environments or {}) == {"staging": "open", "prod": "mitigated"}


def test_a_finding_that_is_in_one_environment_only_names_only_that_one() -> None:
    text = ENVIRONMENTS + rule("  for service s\n  unless s has authorization")
    (found,) = analysis_of(f'{text}service s "S" {{ environments [prod] }}').findings
    assert dict(found.environments or {}) == {"prod": "unassessed"}


def test_a_question_of_one_environment_is_worse_than_mitigated_in_another() -> None:
    text = f"""{ENVIRONMENTS}{rule("  for service s where some c in s.callees where c.replicas > 1")}
    service s "S" {{ technology "x" }}
    service known "Known" {{ replicas 1 }}
    service unknown-one "Unknown" {{ environments [staging] }}
    flow s -> known {{ carries [] }}
    flow s -> unknown-one {{ carries [] }}
    """
    analysis = analysis_of(text)
    assert analysis.findings == ()
    assert [(q.element, q.fact) for q in analysis.questions] == [("unknown-one", "replicas")]


def test_a_question_stays_beside_a_finding_of_another_environment() -> None:
    text = f"""{ENVIRONMENTS}{rule("  for service s where some c in s.callees where c.replicas > 1")}
    service s "S" {{ technology "x" }}
    service many "Many" {{ replicas 2; environments [prod] }}
    service silent "Silent" {{ environments [staging] }}
    flow s -> many {{ carries [] }}
    flow s -> silent {{ carries [] }}
    """
    analysis = analysis_of(text)
    (found,) = analysis.findings
    assert (found.outcome, dict(found.environments or {})) == ("open", {"staging": "question", "prod": "open"})
    assert [q.element for q in analysis.questions] == ["silent"]


def test_a_written_threat_is_in_the_environments_of_its_place() -> None:
    text = ENVIRONMENTS + 'service s "S" { environments [prod] }\nthreat t "T" { on s; stride tampering }'
    (found,) = analysis_of(text).findings
    assert dict(found.environments or {}) == {"prod": "open"}


def test_what_an_environment_lacks_is_on_no_path_there() -> None:
    assert outcomes(shop("controls [authorization]", "controls [authorization]")) == {"t.rule@store": "mitigated"}


def test_a_control_that_is_in_one_environment_only_mitigates_there() -> None:
    asked = rule("  for service s\n  unless s has authorization")
    text = f"""{ENVIRONMENTS}{asked}
    control gate "Gate" {{ class [authorization]; environments [prod] }}
    service s "S" {{ controls [gate] }}
    """
    (found,) = analysis_of(text).findings
    assert dict(found.environments or {}) == {"staging": "unassessed", "prod": "mitigated"}
