"""`was` keeps what things were called."""

from pathlib import Path

from threatdsl.model.load import load


def former(text: str, folder: Path) -> list[tuple[str, str]]:
    path = folder / "m.threat"
    path.write_text(f'model m "M" {{ }}\nactor user "User"\n{text}', encoding="utf-8")
    loaded = load(path, root=folder)
    assert loaded.model is not None, loaded.diagnostics
    return list(loaded.model.former.items())


def test_without_was_nothing_had_another_name(tmp_path: Path) -> None:
    assert former('service web "Web"\nflow user -> web "Call"\n', tmp_path) == []


def test_an_unnamed_flow_had_the_names_of_its_ends_the_oldest_first(tmp_path: Path) -> None:
    text = 'service web "Web" { was site }\nservice api "API" { was server }\nflow web -> api "Call"\n'
    assert former(text, tmp_path) == [
        ("site", "web"),
        ("server", "api"),
        ("site->server", "web->api"),
        ("site->api", "web->api"),
        ("web->server", "web->api"),
    ]


def test_a_name_of_its_own_comes_before_that_of_the_ends(tmp_path: Path) -> None:
    text = 'service web "Web" { was site }\nflow user -> web "Call" { was old-call }\n'
    assert former(text, tmp_path) == [("site", "web"), ("old-call", "user->web"), ("user->site", "user->web")]


def test_a_flow_that_has_a_name_is_not_called_by_its_ends(tmp_path: Path) -> None:
    text = 'service web "Web" { was site }\nflow call user -> web "Call"\n'
    assert former(text, tmp_path) == [("site", "web")]
