"""What no file of the project says."""

import re

import pytest

from tests.house.files import text_files


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(r"\b(?:TO{1}DO|FIX{1}ME|XX{2})\b", id="unfinished work"),
        pytest.param(r"(?<![\w.~])/(?:work|root|home/\w+|Users/\w+)/", id="a folder of somebody's machine"),
        pytest.param(r"[A-Z]:\\\\?Users\\", id="a Windows folder of somebody's machine"),
        pytest.param(r"\b(?:pypi\.org|(?:pythonhosted|npmjs)\.\w+|deb\.debian\.\w+)\b", id="a package registry"),
        pytest.param(r"^(?:<{7}|={7}|>{7})(?: |$)", id="a merge conflict"),
    ],
)
def test_no_file_names(pattern: str) -> None:
    places = [
        f"{name}:{number}: {line.strip()}"
        for name, text in text_files()
        for number, line in enumerate(text.splitlines(), 1)
        if re.search(pattern, line)
    ]
    assert places == []
