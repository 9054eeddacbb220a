"""`fresh` raises an element when what builds it changed in a way that matters to threats and the model did not."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tests.cli.running import Done, threatdsl
from tests.infra.kubernetes.shop import manifests, write

CODE = """from flask import Flask
app = Flask(__name__)

@app.route("/cart")
def cart():
    return {}
"""


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit(folder: Path, message: str = "change") -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", message)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with the manifests of a shop, code of its cart, and a model of both."""
    git(tmp_path, "init", "-q")
    write(tmp_path, manifests())
    (tmp_path / "src/cart").mkdir(parents=True)
    (tmp_path / "src/cart/app.py").write_text(CODE, encoding="utf-8")
    assert threatdsl("new", "--from", "kubernetes:deploy", "-o", "shop.threat", cwd=tmp_path).code == 0
    model = tmp_path / "shop.threat"
    text = model.read_text(encoding="utf-8").replace(
        'service cart "cart" {', 'service cart "cart" {\n    source "src/cart"'
    )
    model.write_text(text, encoding="utf-8")
    commit(tmp_path, "first")
    return tmp_path


def edit(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def fresh(folder: Path, *more: str, base: str = "HEAD") -> Done:
    return threatdsl("fresh", "shop.threat", "--base", base, *more, cwd=folder)


def left(folder: Path, base: str = "HEAD") -> dict[str, dict[str, str]]:
    done = fresh(folder, "--format", "json", base=base)
    found = msgspec.json.decode(done.out)["left"]
    assert done.code == (3 if found else 0)
    return {one["element"]: one["what"] for one in found}


def test_nothing_changed(repository: Path) -> None:
    assert (fresh(repository).code, fresh(repository).out) == (0, "nothing was left behind\n")


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("deploy/cart.yaml", "replicas: 2", "replicas: 9"),
        ("deploy/cart.yaml", "shop.example/cart:1.4", "shop.example/cart:1.5"),
        ("deploy/cart.yaml", "team: shop", "team: other"),
        ("deploy/cart.yaml", "apiVersion", "# first\napiVersion"),
        ("src/cart/app.py", "return {}", "return {'items': []}"),
        ("src/cart/app.py", "app = Flask", "# a login comes later\napp = Flask"),
    ],
)
def test_what_matters_to_no_threat_raises_nothing(repository: Path, name: str, old: str, new: str) -> None:
    edit(repository, name, old, new)
    assert left(repository) == {}


@pytest.mark.parametrize(
    ("name", "old", "new", "element", "what", "line"),
    [
        (
            "deploy/cart.yaml",
            "privileged: false",
            "privileged: true",
            "cart",
            "now Deployment/cart: privileged is true",
            28,
        ),
        (
            "deploy/orders.yaml",
            "ClusterIP",
            "NodePort",
            "orders",
            "now Anybody on the internet calls orders http 8080",
            38,
        ),
        ("src/cart/app.py", "@app.route", '@app.route("/all")\n@app.route', "cart", "src/cart/app.py gets a route", 4),
    ],
)
def test_what_matters_raises_the_element_at_its_line(
    repository: Path, name: str, old: str, new: str, element: str, what: str, line: int
) -> None:
    edit(repository, name, old, new)
    found = left(repository)
    assert list(found) == [element]
    assert found[element][what] == f"{name}:{line}"


def test_an_element_that_changed_too_is_fresh(repository: Path) -> None:
    edit(repository, "deploy/cart.yaml", "privileged: false", "privileged: true")
    edit(repository, "shop.threat", 'service cart "cart" {', 'service cart "cart" {\n    text "Looked at"')
    assert left(repository) == {}


def test_an_acknowledgement_holds_until_the_next_change(repository: Path) -> None:
    edit(repository, "deploy/cart.yaml", "privileged: false", "privileged: true")
    done = threatdsl("fresh", "ack", "shop.threat", "cart", "--reason", "A test cluster", "--by", "Ada", cwd=repository)
    assert done.code == 0
    assert left(repository) == {}
    edit(repository, "deploy/cart.yaml", "runAsNonRoot: true", "runAsNonRoot: false")
    assert list(left(repository)) == ["cart"]


def test_a_trailer_silences_what_its_commit_changed(repository: Path) -> None:
    edit(repository, "deploy/cart.yaml", "privileged: false", "privileged: true")
    commit(repository, "Open the cart\n\nThreat-Model: unchanged (only in the test cluster)\n")
    done = fresh(repository, base="HEAD~1")
    assert (done.code, "unchanged, as a commit says: only in the test cluster" in done.out) == (0, True)
    edit(repository, "deploy/orders.yaml", "privileged: false", "privileged: true")
    assert list(left(repository, "HEAD~1")) == ["orders"]


def test_a_shallow_clone_will_do(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    edit(repository, "deploy/cart.yaml", "privileged: false", "privileged: true")
    commit(repository)
    folder = tmp_path_factory.mktemp("shallow") / "clone"
    git(repository, "clone", "-q", "--depth", "2", repository.as_uri(), str(folder))
    assert list(left(folder, "HEAD~1")) == ["cart"]


@pytest.mark.parametrize("content", ["{", '{"element": 1}'])
def test_a_ledger_that_is_none_is_an_error_that_names_it(repository: Path, content: str) -> None:
    (repository / "shop.threat.lock").write_text(content, encoding="utf-8")
    done = fresh(repository)
    assert (done.code, "shop.threat.lock: line 1 is no acknowledgement" in done.err) == (2, True)


def test_an_unknown_element_and_an_empty_reason_are_errors(repository: Path) -> None:
    unknown = threatdsl("fresh", "ack", "shop.threat", "crat", "--reason", "x", cwd=repository)
    assert (unknown.code, "did you mean `cart`?" in unknown.err) == (2, True)
    assert threatdsl("fresh", "ack", "shop.threat", "cart", "--reason", " ", cwd=repository).code == 2


SETTINGS = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { page: 'N' }\n"
MATTERS: tuple[Callable[[Path], None], ...] = (
    lambda folder: edit(folder, "deploy/cart.yaml", "privileged: false", "privileged: true"),
    lambda folder: edit(folder, "deploy/orders.yaml", "ClusterIP", "NodePort"),
    lambda folder: edit(folder, "deploy/web.yaml", "        runAsNonRoot: true\n", ""),
    lambda folder: edit(folder, "src/cart/app.py", "@app.route", '@app.route("/more")\n@app.route'),
    lambda folder: edit(folder, "deploy/policies/orders.yaml", "        - port: 8080", "        - port: 22"),
    lambda folder: edit(folder, "src/cart/app.py", "return {}", "import subprocess; subprocess.run('ls'); return {}"),
)


def test_of_a_history_exactly_the_commits_that_matter_are_raised(repository: Path) -> None:
    raised = []
    for number in range(40):  # of which each seventh matters
        matters = number % 7 == 3 and number // 7 < len(MATTERS)
        if matters:
            MATTERS[number // 7](repository)
        elif number % 2:
            (repository / "src/cart/notes.py").write_text(f"PAGE = {number}\n", encoding="utf-8")
        else:
            write(repository, {"settings.yaml": SETTINGS.replace("N", str(number))})
        if left(repository):
            raised.append(number)
        commit(repository)
    assert raised == [3, 10, 17, 24, 31, 38]
