"""Which settings may hold a secret. What may hold one is named and never copied."""

import re

SECRET_NAME = re.compile(
    r"(?:^|[^a-z])(?:pass(?:word|wd|phrase|wort)?|pwd|secret|token|credentials?|api[-_.]?key|private[-_.]?key|access[-_.]?key"
    r"|signing[-_.]?key|encryption[-_.]?key|auth|dsn|connection[-_.]?string|salt|cookie|session[-_.]?key|key)(?:$|[^a-z])"
)
WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
NOT_SECRET = ("", "true", "false", "yes", "no", "null", "none", "0", "1")
ELSEWHERE = re.compile(r"[-_.](?:file|path|name|arn|id|url|ref|version|ttl|length)s?$")
INTERPOLATED = re.compile(r"\$\{|\$\(|\{\{|<[^>]*>$")


def may_hold_secret(name: str) -> bool:
    """Whether a variable, parameter or attribute of that name may hold a secret: DB_PASSWORD, masterUserPassword."""
    return SECRET_NAME.search(WORDS.sub("_", name).lower()) is not None


def is_literal_secret(name: str, value: str) -> bool:
    """Whether a secret stands here in clear: its name says so, and its value is neither a switch nor interpolated.

    A name that says where the secret is (DB_PASSWORD_FILE) holds none.
    """
    word = WORDS.sub("_", name).lower()
    if not may_hold_secret(name) or ELSEWHERE.search(word) is not None:
        return False
    return value.strip().lower() not in NOT_SECRET and INTERPOLATED.search(value) is None
