"""What git says of the folder of a model. No hook, monitor, filter or pager of a repository is run, nothing fetched."""

import os
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

import msgspec

SAFE = ("git", "--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")
KEPT = ("threatdsl.root",)  # beside the models and libraries: what marks a root
ENDING = ".threat"
ELSEWHERE = frozenset(  # what a hook of git sets, or anybody: the repository is that of the folder
    (
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_COMMON_DIR",
        "GIT_OBJECT_DIRECTORY",
        "GIT_NAMESPACE",
        "GIT_PREFIX",
    )
)
REGULAR = ("100644", "100755")
LONGEST = 60  # seconds


class GitError(Exception):
    """A revision or a repository that cannot be had; its text is for the user."""


class Revision(msgspec.Struct, frozen=True):
    """A commit of the repository whose top folder is `top`. `name` is what the user called it."""

    top: Path
    name: str
    id: str

    @property
    def short(self) -> str:
        """Enough of its id to tell it by."""
        return self.id[:12]


def head_of(folder: Path) -> str:
    """The short id of HEAD, empty outside a repository, before its first commit, or without git."""
    try:
        return _text(folder, "rev-parse", "--short=12", "--verify", "--quiet", "HEAD")
    except GitError:
        return ""


def revision(folder: Path, name: str) -> Revision:
    """The commit that a name means in the repository of a folder. Raises GitError for one that cannot be had."""
    try:
        top = top_of(folder)
    except GitError:
        raise GitError(f"there is no baseline {name}: {folder} is in no git repository") from None
    try:
        id_ = _text(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    except GitError:
        shallow = _text(folder, "rev-parse", "--is-shallow-repository") == "true"
        help_ = ", and this clone is shallow: fetch it first (`git fetch --unshallow`, or `fetch-depth: 0`)"
        told = name or '""'
        raise GitError(f"there is no revision {told} to compare with{help_ if shallow else ''}") from None
    return Revision(top, name, id_)


def known_revision(folder: Path, name: str) -> Revision | None:
    """The commit that a name means, None where this repository does not have it."""
    try:
        return revision(folder, name)
    except GitError:
        return None


def top_of(folder: Path) -> Path:
    """The top folder of the repository of a folder. Raises GitError outside of one."""
    return Path(_text(folder, "rev-parse", "--show-toplevel"))


def write_models(commit: Revision, folder: Path) -> None:
    """Write all models and libraries of a commit below a folder, as they lie in the repository."""
    _write(commit, folder, lambda path: path.endswith(ENDING) or PurePosixPath(path).name in KEPT)


def write_files(commit: Revision, folder: Path, names: Iterable[str]) -> None:
    """Write the files of a commit that are named by their paths from the top; what it does not have is left out."""
    _write(commit, folder, frozenset(names).__contains__)


def _write(commit: Revision, folder: Path, is_wanted: Callable[[str], bool]) -> None:
    listed = _run(commit.top, "ls-tree", "-r", "-z", "--full-tree", commit.id).split(b"\0")
    entries = (entry.decode("utf-8", "surrogateescape") for entry in listed if entry)
    wanted = [(oid, path) for oid, path in _plain(entries) if is_wanted(path)]
    asked = "".join(f"{oid}\n" for oid, _ in wanted).encode()
    answer = _run(commit.top, "cat-file", "--batch", given=asked)
    for _, path in wanted:
        head, _, answer = answer.partition(b"\n")
        if head.endswith(b"missing"):
            raise GitError(f"{commit.name} has {path}, and this clone does not hold its content: fetch it first")
        size = int(head.split()[2])
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(answer[:size])
        answer = answer[size + 1 :]


def _plain(entries: Iterator[str]) -> Iterator[tuple[str, str]]:
    """The object id and the path of each plain file."""
    for entry in entries:
        head, _, path = entry.partition("\t")
        mode, kind, oid = head.split(" ")[:3]
        parts = PurePosixPath(path).parts
        inside = ".." not in parts and not path.startswith("/")
        if kind == "blob" and mode in REGULAR and inside:
            yield oid, path


def is_tracked_and_changed(commit: Revision, path: Path) -> bool:
    """Whether git tracks a file, or a link that leads to it, that is not as it was at a commit."""
    names = [str(one) for one in _leading_to(path, commit.top)]
    if not names:
        return False
    found = _run(commit.top, "diff", "--name-only", "-z", "--no-ext-diff", "--no-textconv", commit.id, "--", *names)
    return bool(found)


def changed_since(commit: Revision) -> tuple[str, ...]:
    """The files that are not as they were at a commit, tracked or new, by their paths from the top folder."""
    asked = ("diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-textconv", commit.id)
    new = _run(commit.top, "ls-files", "-z", "--others", "--exclude-standard")
    listed = (_run(commit.top, *asked) + new).decode("utf-8", "surrogateescape")
    return tuple(dict.fromkeys(name for name in listed.split("\0") if name))


def lines_since(commit: Revision, path: str) -> str:
    """The lines that a file lost and got since a commit, as a unified difference without context."""
    asked = (
        "diff",
        "-U0",
        "--no-renames",
        "--no-ext-diff",
        "--no-textconv",
        "-w",
        commit.id,
        "--",
        f":(top,literal){path}",
    )
    return _run(commit.top, *asked).decode("utf-8", "replace")


def commits_since(commit: Revision) -> Mapping[str, str]:
    """The messages of the commits that came after one, by their ids; none where history does not reach so far."""
    try:
        told = _text(commit.top, "log", "-z", "--format=%H%n%B", "--end-of-options", f"{commit.id}..HEAD")
    except GitError:
        return {}
    parts = (entry.partition("\n") for entry in told.split("\0") if entry)
    return {id_: message for id_, _, message in parts}


def files_of(commit: Revision, id_: str) -> frozenset[str]:
    """The files that one commit changed."""
    told = _run(commit.top, "diff-tree", "--no-commit-id", "--name-only", "-r", "-z", "--root", id_)
    return frozenset(name for name in told.decode("utf-8", "surrogateescape").split("\0") if name)


def moved_since(commit: Revision) -> Mapping[str, str]:
    """Where git thinks that files went which are not where they were at a commit: both paths from the top folder."""
    listed = _run(
        commit.top, "diff", "--name-status", "-z", "-M", "--diff-filter=R", "--no-ext-diff", "--no-textconv", commit.id
    ).decode("utf-8", "surrogateescape")
    fields = listed.split("\0")
    return dict(zip(fields[1::3], fields[2::3], strict=False))


def is_tracked(top: Path, path: Path) -> bool:
    """Whether git tracks a file in the repository below `top`."""
    names = [str(one) for one in _leading_to(path, top)]
    return bool(names) and bool(_run(top, "ls-files", "-z", "--", *names))


def _leading_to(path: Path, top: Path) -> Iterator[Path]:
    """The file itself, where its links end, and the links and submodules on its way, below the top folder."""
    absolute = path.absolute()
    links = [up for up in absolute.parents if up.is_symlink() or (up / ".git").exists()]
    for one in dict.fromkeys((absolute, path.resolve(), *links)):
        if one.is_relative_to(top) and one != top:
            yield Path(f":(top,literal){one.relative_to(top).as_posix()}")


def _text(folder: Path, *arguments: str) -> str:
    return _run(folder, *arguments).decode("utf-8", "surrogateescape").strip()


def _run(folder: Path, *arguments: str, given: bytes = b"") -> bytes:
    kept = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    environment = {**kept, "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(  # noqa: S603 - fixed arguments, revisions behind --end-of-options or resolved, no shell
            [*SAFE, "-C", str(folder), *arguments],
            input=given,
            capture_output=True,
            timeout=LONGEST,
            check=False,
            env=environment,
        )
    except (OSError, subprocess.TimeoutExpired, ValueError) as error:
        raise GitError(f"git does not run: {error}") from None
    if done.returncode != 0:
        raise GitError(
            f"git {arguments[0]} failed: {done.stderr.decode(errors='replace').strip() or 'no reason given'}"
        )
    return done.stdout
