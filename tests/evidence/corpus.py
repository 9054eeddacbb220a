"""Real results of other projects, beside this one where they are at hand; they are read and never copied."""

import pytest

from tests.house.files import ROOT

CORPUS = ROOT.parent / "shared" / "corpus" / "evidence"
needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="no results of other projects beside this one")
