"""Which results prove nothing, whatever they say: the change brought them, or the pipeline did not sign them."""

from collections.abc import Callable
from pathlib import Path

from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.signature import Signing, Verifies, read_key, signing
from threatdsl.model.model import Model
from threatdsl.model.problems import Problems
from threatdsl.model.things import UNKNOWN, Fact

KEY = "evidence-key"
DOCTORED = "the result file is part of this change: it has to come from the pipeline"
WHY = {
    Signing.NOT_SIGNED: "nobody signed it",
    Signing.WRONG_KEY: "it is not signed by the key that the policy names",
    Signing.ALTERED: "it is not what was signed",
}


def key_of(model: Model, policy: str | None, root: Path, problems: Problems) -> Verifies | None:
    """The key that results must be signed by, None where the policy names none; one that is unusable is an error."""
    fact = _stated(model, policy)
    if fact is None:
        return None
    try:
        return read_key(root, str(fact.value))
    except Unreadable as error:
        problems.error("TM0706", f"{KEY} {fact.value}: {error}", fact.span, label="nothing can be verified with it")
        return None


def doubts(
    model: Model,
    policy: str | None,
    root: Path,
    problems: Problems,
    is_doctored: Callable[[str], bool] = lambda _: False,
) -> Callable[[str], str]:
    """What tells why a result file proves nothing, empty where it may.

    `model` is the one whose policy holds; `is_doctored` tells whether the change that is judged brought a file.
    """
    fact, verifies = _stated(model, policy), key_of(model, policy, root, problems)
    is_key_doctored = fact is not None and is_doctored(str(fact.value))

    def doubt(file: str) -> str:
        if is_doctored(file):
            return DOCTORED
        if is_key_doctored:
            return "the key that it is signed by is part of this change"
        if verifies is None:
            return ""
        try:
            return WHY.get(signing(root, file, verifies), "")
        except Unreadable as error:
            return f"its signature cannot be read: {error}"

    return doubt


def _stated(model: Model, policy: str | None) -> Fact | None:
    """The key of the policy that is chosen; the choice itself is judged elsewhere."""
    policies = [thing for thing in model.of_kind("policy") if policy is None or thing.id == policy]
    stated = len(policies) == 1 and policies[0].value(KEY) is not UNKNOWN
    return policies[0].facts[KEY] if stated else None
