"""The parts of a SARIF 2.1.0 log that `readers.sarif` wants. Texts, snippets and requests are not among them."""

import msgspec


class Json(msgspec.Struct, rename="camel", gc=False, frozen=True):
    """A part of a log; only the fields wanted are named."""


class Properties(Json, frozen=True):
    """The property bag of a rule or result."""

    tags: object = None
    cwe: object = None
    score: object = msgspec.field(name="security-severity", default=None)


class Component(Json, frozen=True):
    """Which driver or extension a reference is into."""

    name: str | None = None
    index: int | None = None
    guid: str | None = None


class Reference(Json, frozen=True):
    """A reference to a rule or an entry of a taxonomy."""

    id: str | None = None
    index: int | None = None
    tool_component: Component | None = None


class Relationship(Json, frozen=True):
    """What a rule relates to."""

    target: Reference | None = None


class Configuration(Json, frozen=True):
    """How a rule is configured unless told otherwise."""

    level: str | None = None
    enabled: bool | None = None


class Rule(Json, frozen=True):
    """A rule as the tool describes it."""

    id: str
    deprecated_ids: tuple[str, ...] | None = None
    default_configuration: Configuration | None = None
    properties: Properties | None = None
    relationships: tuple[Relationship, ...] | None = None


class ToolComponent(Json, frozen=True):
    """A driver or an extension."""

    name: str
    version: str | None = None
    semantic_version: str | None = None
    guid: str | None = None
    rules: tuple[Rule, ...] | None = None


class Tool(Json, frozen=True):
    """A tool."""

    driver: ToolComponent
    extensions: tuple[ToolComponent, ...] | None = None


class Place(Json, frozen=True):
    """Where a file is."""

    uri: str | None = None
    uri_base_id: str | None = None
    index: int | None = None


class Region(Json, frozen=True):
    """Where in a file."""

    start_line: int | None = None


class Physical(Json, frozen=True):
    """A place in a file."""

    artifact_location: Place | None = None
    region: Region | None = None


class Logical(Json, frozen=True):
    """A place that has a name: a function, resource, package."""

    name: str | None = None
    fully_qualified_name: str | None = None
    kind: str | None = None
    index: int | None = None


class Location(Json, frozen=True):
    """Where a result is."""

    physical_location: Physical | None = None
    logical_locations: tuple[Logical, ...] | None = None


class Suppression(Json, frozen=True):
    """A suppression of a result."""

    status: str | None = None
    justification: str | None = None


class Result(Json, frozen=True):
    """A result."""

    rule_id: str | None = None
    rule: Reference | None = None
    rule_index: int | None = None
    kind: str | None = None
    level: str | None = None
    baseline_state: str | None = None
    analysis_target: Place | None = None
    locations: tuple[Location, ...] | None = None
    suppressions: tuple[Suppression, ...] | None = None
    taxa: tuple[Reference, ...] | None = None
    properties: Properties | None = None


class Notification(Json, frozen=True):
    """What the tool says of its own run."""

    level: str | None = None


class Invocation(Json, frozen=True):
    """One call of the tool."""

    execution_successful: bool | None = None
    exit_signal_name: str | None = None
    start_time_utc: str | None = None
    end_time_utc: str | None = None
    working_directory: Place | None = None
    tool_execution_notifications: tuple[Notification, ...] | None = None
    tool_configuration_notifications: tuple[Notification, ...] | None = None

    @property
    def succeeded(self) -> bool:
        """Whether nothing says that it failed."""
        told = (*(self.tool_execution_notifications or ()), *(self.tool_configuration_notifications or ()))
        errors = any(one.level == "error" for one in told)
        return self.execution_successful is not False and not self.exit_signal_name and not errors


class Artifact(Json, frozen=True):
    """A file that the run names."""

    location: Place | None = None
    roles: tuple[str, ...] | None = None
    hashes: dict[str, str] | None = None


class Revision(Json, frozen=True):
    """A commit."""

    revision_id: str | None = None


class Image(Json, frozen=True):
    """What Trivy says of a scanned image."""

    image_name: object = None
    repo_digests: object = None


class Run(Json, frozen=True):
    """One run of one tool. Its results are left to be decoded one by one: there may be 100,000."""

    tool: Tool
    results: tuple[msgspec.Raw, ...] | None = None
    invocations: tuple[Invocation, ...] | None = None
    artifacts: tuple[Artifact, ...] | None = None
    logical_locations: tuple[Logical, ...] | None = None
    original_uri_base_ids: dict[str, Place] | None = None
    version_control_provenance: tuple[Revision, ...] | None = None
    properties: Image | None = None


class Log(Json, frozen=True):
    """A SARIF file."""

    version: str
    runs: tuple[Run, ...] | None
