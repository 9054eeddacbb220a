"""A model that was named on the command line, as every form of a result takes it."""

from collections.abc import Callable, Mapping

import msgspec

from threatdsl.assess.assessment import Assessment
from threatdsl.diagnostics import Diagnostic

PathOf = Callable[[str], str]


class Checked(msgspec.Struct, frozen=True):
    """A model with its result.

    `name` is that of its `model` statement, else that of the file; `file` is the file as it was named. `assessment` is
    None where the model is wrong; where it cannot even be read there are no `diagnostics` either. `path_of` makes
    paths from the current folder out of the names of files in spans; `texts` are the texts of those files.
    """

    name: str
    file: str
    assessment: Assessment | None
    diagnostics: tuple[Diagnostic, ...]
    path_of: PathOf
    texts: Mapping[str, str] = {}
