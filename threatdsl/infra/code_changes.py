"""Which changes of code matter to threats: by the lines that came and went, not by the mere change of a file."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

QUIET = (  # files whose changes say nothing of threats: locks, tests, words, pictures
    *("*.lock", "*lock.json", "*-lock.yaml", "*.sum", "*.md", "*.rst", "*.txt", "*.svg", "*.png", "*.jpg", "*.css"),
    *("*.threat", "*.reviews", "LICENSE*", "CHANGELOG*", "*/test/*", "*/tests/*", "*/spec/*"),
    *("test_*", "*_test.*", "*.test.*", "*.spec.*"),
)
MANIFESTS = ("package.json", "pyproject.toml", "go.mod", "Cargo.toml", "pom.xml", "build.gradle*", "Gemfile")
SENSITIVE = (
    (
        "a port or a listener",
        r"\blisten\(|\.listen\b|containerPort|\bEXPOSE\b|\bbind\(|ListenAndServe|ServerSocket",
    ),
    (
        "a route",
        (
            r"@\w+\.(?:route|get|post|put|delete|patch)\b|@(?:Get|Post|Put|Delete|Patch|Request)Mapping"
            r"|\b(?:router|app)\.(?:get|post|put|delete|patch|use)\(|\burlpatterns\b|HandleFunc\("
        ),
    ),
    (
        "who may sign in or act",
        r"(?i)\bauth(?:enticat|oriz)|\blogin\b|\bpermission|\broles?\b|\bcsrf\b|\bjwt\b|\bsession\b|\bcors\b",
    ),
    (
        "cryptography",
        (
            r"(?i)\b(?:encrypt|decrypt|cipher|hmac|sha1|sha256|md5|bcrypt|argon2|tls|ssl|certificate)\b"
            r"|verify\s*=\s*False|InsecureSkipVerify"
        ),
    ),
    ("a secret", r"(?i)\b(?:password|secret|api_?key|private_?key|access_?token)\b"),
    ("a host elsewhere", r"https?://(?!localhost|127\.)[\w.-]+\.\w+"),
    (
        "a command or what is run",
        r"\bsubprocess\b|os\.system|\bexec\(|\beval\(|Runtime\.getRuntime|child_process|pickle\.loads?|yaml\.load\(",
    ),
    ("a query", r"(?i)\b(?:select|insert|update|delete)\b.+\b(?:from|into|set)\b.+(?:\+|%s|\{)"),
    ("files of others", r"(?i)\bupload|\bmultipart\b|\bunzip\b|extractall\("),
)
PATTERNS = tuple((what, re.compile(pattern)) for what, pattern in SENSITIVE)
COMMENT = re.compile(r"^\s*(?:#|//|\*|/\*|--|<!--|\"\"\"|''')")
HUNK = re.compile(r"^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")


def is_quiet(path: str) -> bool:
    """Whether a change of a file of that name says nothing of threats."""
    name = PurePosixPath(path).name
    return any(
        fnmatchcase(path, one) or fnmatchcase(f"/{path}", one) or fnmatchcase(name, one) for one in (*QUIET, *MANIFESTS)
    )


def sensitive_lines(difference: str) -> Iterator[tuple[int, str]]:
    """The lines of a unified difference that matter: their number in the new file, and what they are about."""
    line = 0
    for text in difference.splitlines():
        hunk = HUNK.match(text)
        if hunk is not None:
            line = max(int(hunk[2]), 1)
        elif text[:1] in "+-" and not text.startswith(("+++", "---")):
            content = text[1:]
            if not COMMENT.match(content):
                what = next((what for what, pattern in PATTERNS if pattern.search(content)), "")
                if what:
                    yield line, f"{'gets' if text[0] == '+' else 'loses'} {what}"
            line += text[0] == "+"
