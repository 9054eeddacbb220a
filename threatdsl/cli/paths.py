"""threatdsl paths."""

from enum import StrEnum
from typing import Annotated

import typer

from threatdsl.attack.search import attack_paths
from threatdsl.cli.options import Commit, ModelPath, Now, Output, PolicyName, RefData, Root, today
from threatdsl.cli.output import write
from threatdsl.cli.progress import progress
from threatdsl.cli.session import assessment_or_exit, read, reference_data


class PathsFormat(StrEnum):
    """The forms of attack paths."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"


PathsForm = Annotated[PathsFormat, typer.Option("--format", help="The form of the output.")]


def paths(
    model: ModelPath,
    *,
    form: PathsForm = PathsFormat.TEXT,
    policy: PolicyName = None,
    now: Now = None,
    commit: Commit = None,
    root: Root = None,
    ref_data: RefData = None,
    output: Output = None,
) -> None:
    """Show how attackers get to the data at stake, where their ways meet, and what ends them.

    A path that hangs on what nobody has stated is listed as possible. The exit code is 0 whatever is found.
    """
    from threatdsl.report.attack_text import paths_data, paths_text
    from threatdsl.report.pipeline.sarif_paths import sarif_paths
    from threatdsl.report.pipeline.sarif_places import Places
    from threatdsl.report.result import to_json

    catalogues = reference_data(ref_data)
    with progress("Analysing the model"):
        session = read(model, now=today(now), root=root, policy=policy, commit=commit, catalogues=catalogues)
    assessment = assessment_or_exit(session)
    with progress("Searching attack paths"):
        found = attack_paths(assessment)
    if form is PathsFormat.JSON:
        write(to_json(paths_data(assessment, found)), output)
    elif form is PathsFormat.SARIF:
        write(sarif_paths(assessment, found, Places(session.path_of, session.loaded.texts)), output)
    else:
        write(paths_text(assessment, found, session.path_of).encode(), output)
