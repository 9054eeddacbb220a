"""The golden cases of diagnostics: a wrong file, what is shown, and the file mended."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from threatdsl.assess.assess import assess
from threatdsl.assess.signed import doubts
from threatdsl.assess.verification import check_stated
from threatdsl.diagnostics import Diagnostic, errors_in, render_text
from threatdsl.evidence.attestation import check_attested
from threatdsl.evidence.check import checks
from threatdsl.evidence.judge import evidence_of
from threatdsl.infra.reading import realized
from threatdsl.model.load import Loaded, load
from threatdsl.model.problems import Problems
from threatdsl.rules.load import load_rules
from threatdsl.rules.testing import Coverage, run_test

CASES = Path(__file__).parents[1] / "cases"
ROOMS = ("model", "rules")
PARSED = TemporaryDirectory()  # the shipped files are parsed once for all cases
NOW = date(2026, 11, 24)
MENDED, TEST = ".mended", ".test"
POLICY = re.compile(r"# threatdsl check --policy (\S+)")


@dataclass(frozen=True, slots=True)
class Case:
    """One golden case: the wrong file, the mended one, and the file that holds what is shown."""

    wrong: Path
    mended: Path
    errors: Path

    @property
    def code(self) -> str:
        """The code of the first diagnostic it shows."""
        found = re.search(r"\[(TM\d{4})\]", self.errors.read_text(encoding="utf-8"))
        return found[1] if found is not None else ""


def cases() -> tuple[Case, ...]:
    """All golden cases of the binder and of rules, by path."""
    found = []
    for room in ROOMS:
        for wrong in sorted((CASES / room).glob("*.threat")):
            if MENDED not in wrong.name:
                name, ending = wrong.name.split(".", 1)
                mended = wrong.with_name(f"{name}{MENDED}.{ending}")
                found.append(Case(wrong, mended, wrong.with_name(f"{name}.errors")))
    return tuple(found)


def diagnose(path: Path, root: Path | None = None) -> tuple[Loaded, tuple[Diagnostic, ...]]:
    """What is wrong with a file: loaded, and assessed or run as a test of rules when it could be bound.

    A first line `# threatdsl check --policy NAME` chooses the policy.
    """
    loaded = load(path, root=root if root is not None else path.parent, cache=Path(PARSED.name))
    if loaded.model is None:
        return loaded, loaded.diagnostics
    built = realized(loaded.model, loaded.root)
    if built.infrastructure.resources or built.problems:
        found_there = tuple(dict.fromkeys((*built.problems, *built.infrastructure.notes)))
        return loaded, (*loaded.diagnostics, *found_there)
    if TEST in path.name:
        problems = Problems()
        problems.extend(loaded.diagnostics)
        rules = load_rules(loaded.model, problems)
        if not errors_in(problems.found):
            problems.extend(run_test(loaded.model, loaded.comments, rules, Coverage()))
        return loaded, problems.found
    chosen = POLICY.match(path.read_text(encoding="utf-8"))
    policy = chosen[1] if chosen is not None else None
    problems = Problems(loaded.diagnostics)
    asked = checks(loaded.model)
    check_stated(loaded.model, asked, problems)
    check_attested(loaded.model, problems)
    doubt = doubts(loaded.model, policy, loaded.root, problems)
    evidence = evidence_of(loaded.model, asked, loaded.root, NOW, "", problems, doubt)
    found = assess(loaded.model, now=NOW, policy=policy, diagnostics=problems.found, evidence=evidence)
    return loaded, found.diagnostics


def shown(path: Path) -> str:
    """All that is wrong with a file, as a terminal shows it."""
    loaded, diagnostics = diagnose(path)
    return "\n".join(f"{render_text(d, loaded.texts)}\n" for d in diagnostics)
