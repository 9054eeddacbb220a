"""GitLab code quality: one list, stable fingerprints that occur once, a place for every issue."""

import hashlib
import json
from typing import Any

from tests.report.comparing import HOSTILE, checked, mistake
from tests.report.hostile import hostile
from tests.report.shop import shop
from threatdsl.report.checked import Checked
from threatdsl.report.pipeline.gitlab import gitlab
from threatdsl.rules.finding import ACT


def issues(*models: Checked) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = json.loads(gitlab(models))
    return made


def test_what_asks_for_action_is_an_issue_at_its_line() -> None:
    made = issues(checked(shop()))
    assert len(made) == sum(found.outcome in ACT for found in shop().findings)
    id_ = "disclosure.cleartext-crossing@console->orders-db"
    issue = next(i for i in made if i["fingerprint"] == hashlib.sha256(id_.encode()).hexdigest())
    assert issue["check_name"] == "disclosure.cleartext-crossing"
    assert issue["location"] == {"path": "shop.threat", "lines": {"begin": 58}}
    assert issue["severity"] in {"critical", "blocker"}
    assert "Fix: Put an encryption-in-transit control" in issue["description"]


def test_several_models_are_one_list_in_which_no_fingerprint_occurs_twice() -> None:
    made = issues(checked(shop()), checked(shop(), "other"), checked(hostile(), "evil"))
    assert len({issue["fingerprint"] for issue in made}) == len(made)
    assert len(made) == 2 * len(issues(checked(shop()))) + len(issues(checked(hostile(), "evil")))


def test_the_mistakes_of_a_wrong_model_are_issues() -> None:
    (issue,) = issues(checked(None, "shop", mistake(HOSTILE)))
    assert (issue["check_name"], issue["severity"], issue["location"]["lines"]["begin"]) == ("TM0204", "blocker", 3)
    assert issue["description"].startswith("100% : :error: :owned")
    assert "\x1b" not in issue["description"]


def test_a_model_that_cannot_be_read_is_an_issue() -> None:
    assert [issue["location"]["path"] for issue in issues(checked(None))] == ["shop.threat"]
