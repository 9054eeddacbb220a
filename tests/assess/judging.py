"""Assesses models that stand in the tests as texts."""

from datetime import date

from tests.rules.asking import NOW, model_of
from threatdsl.assess.assess import Assessed, assess
from threatdsl.assess.assessment import AssessedDecision, AssessedFinding, Assessment
from threatdsl.model.level import Level

# A kind that no shipped rule speaks of, so that only what a test says is found.
WIDGET = """
kind widget "A thing of the tests" {
  is place
  property live "Whether it runs" { type yes-no }
  property safe "Whether it is safe" { type yes-no }
}
rule t.unsafe "Unsafe" {
  stride tampering
  likelihood 2
  for widget w
  when w.live
  unless w.safe
  message "{w} is not safe"
}
"""
LEVELS = {
    Level.INFO: (1, 1),
    Level.LOW: (3, 1),
    Level.MEDIUM: (4, 2),
    Level.HIGH: (3, 5),
    Level.CRITICAL: (4, 5),
}


def threat(level: Level, name: str = "t", extra: str = "") -> str:
    """A hand-written threat of that severity at the widget `w`."""
    likelihood, impact = LEVELS[level]
    return f'threat {name} "Threat" {{ on w; stride tampering; likelihood {likelihood}; impact {impact}; {extra} }}\n'


def widget(facts: str = "live no") -> str:
    return f'{WIDGET}widget w "Widget" {{ {facts} }}\n'


def judged(text: str, *, now: date = NOW, policy: str | None = None) -> Assessed:
    return assess(model_of(text), now=now, policy=policy)


def assessment(text: str, *, now: date = NOW, policy: str | None = None) -> Assessment:
    found = judged(text, now=now, policy=policy)
    assert found.assessment is not None, found.diagnostics
    return found.assessment


def finding(text: str, id_: str, *, now: date = NOW) -> AssessedFinding:
    return {found.id: found for found in assessment(text, now=now).findings}[id_]


def decision(text: str, *, now: date = NOW) -> AssessedDecision:
    (found,) = assessment(text, now=now).decisions
    return found


def codes(text: str, *, now: date = NOW, policy: str | None = None) -> list[str]:
    return [diagnostic.code for diagnostic in judged(text, now=now, policy=policy).diagnostics]
