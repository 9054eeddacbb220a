"""What runs: machines, containers and functions, with images, settings of the host, and what variables name."""

from collections.abc import Iterator

from threatdsl.infra.cloudformation.building import Building, Draft
from threatdsl.infra.cloudformation.defaults import REST
from threatdsl.infra.cloudformation.estate import Item
from threatdsl.infra.cloudformation.settings import shown
from threatdsl.infra.cloudformation.values import Value
from threatdsl.infra.images import image
from threatdsl.infra.infrastructure import Known, Rests
from threatdsl.infra.secrecy import is_literal_secret, may_hold_secret

LAUNCHED_BY = (
    ("LaunchConfigurationName",),
    ("LaunchTemplate", "LaunchTemplateId"),
    ("LaunchTemplate", "LaunchTemplateName"),
    ("MixedInstancesPolicy", "LaunchTemplate", "LaunchTemplateSpecification", "LaunchTemplateId"),
)
FUNCTIONS = ("AWS::Lambda::Function", "AWS::Serverless::Function")
TOKENS = "instances answer requests for credentials without a session, unless told or the account is set otherwise"
METADATA = ("metadata-protection",)
SANDBOX = ("sandboxing",)
LATER = "its value is only known later or elsewhere"
SWITCHES = (  # of a container: property, the safe value, why silence means no, classes
    ("Privileged", False, "containers have no rights of the host unless told", SANDBOX),
    ("ReadonlyRootFilesystem", True, "containers may write to their own files unless told", SANDBOX),
)
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-ecs-taskdefinition-containerdefinition.html


def map_compute(building: Building) -> None:
    """Facts of what runs and the calls that its variables name."""
    _launched(building)
    for item in building.of_type("AWS::ECS::TaskDefinition"):
        _task(building, item)
    for item in building.of_type(*FUNCTIONS):
        draft = building.elements[item.key]
        for name, value in _variables(item.at("Environment", "Variables")):
            _variable(building, draft, item, name, value)
    for item in building.of_type("AWS::EC2::Instance", "AWS::EC2::LaunchTemplate",
                                 "AWS::AutoScaling::LaunchConfiguration"):  # fmt: skip
        for draft in tuple(building.elements.values()):
            if item in draft.items:
                _machine(building, draft, item)


def _launched(building: Building) -> None:
    """What an instance or a group of them is launched from realizes it too; and what runs a task."""
    for draft in building.elements.values():
        for path in (*LAUNCHED_BY, ("TaskDefinition",)):
            found = building.estate.of(draft.item.at(*path))
            if found is not None and found.present and found.key not in building.elements:
                building.realize(draft, found)


def _machine(building: Building, draft: Draft, item: Item) -> None:
    """Metadata and disks of an instance, and what its start refers to."""
    data = item.at("LaunchTemplateData") or item.properties
    _tokens(building, draft, item, data)
    disks = data.at("BlockDeviceMappings")
    for disk in disks.listed if disks is not None else ():
        _disk(building, draft, item, disk)
    for text in (data.at("UserData"), item.template.value(item.metadata)):
        for other, at in building.estate.all_of(text):
            target = building.element_of(other)
            if target is not None:
                building.flow(draft, target, Rests.REFERENCED, item, at, why="its start refers to it")


def _tokens(building: Building, draft: Draft, item: Item, data: Value) -> None:
    """Whether credentials are given to sessions only; an instance of a template is as the template says."""
    value = data.at("MetadataOptions", "HttpTokens")
    if value is not None:
        safe = None if value.text is None else value.text == "required"
        known, why = (Known.UNRESOLVED, LATER) if safe is None else (Known.STATED, "")
        building.fact(
            draft, item, "HttpTokens", shown(value), safe=safe, classes=METADATA, at=value, known=known, why=why
        )
    elif item.at("LaunchTemplate") is None:
        building.fact(draft, item, "HttpTokens", "not set", safe=None, classes=METADATA, known=Known.SILENT, why=TOKENS)


def _disk(building: Building, draft: Draft, item: Item, disk: Value) -> None:
    """Whether a disk is encrypted; where nobody says, the account decides."""
    if disk.at("Ebs") is None:
        return
    value = disk.at("Ebs", "Encrypted")
    safe, text, known, why = None, "not set", Known.SILENT, "the account may encrypt all disks"
    if value is not None:
        safe, text = value.truth, shown(value)
        known, why = (Known.UNRESOLVED, LATER) if safe is None else (Known.STATED, "")
    building.fact(draft, item, "Ebs.Encrypted", text, safe=safe, classes=REST, at=value or disk, known=known, why=why)


def _task(building: Building, item: Item) -> None:
    """A task runs in the services that name it; one that no service names is a job of its own."""
    drafts = [draft for draft in building.elements.values() if item in draft.items]
    if not drafts:
        drafts = [building.elements.setdefault(item.key, Draft(item, "job"))]
    for draft in drafts:
        for container in _containers(item):
            _container(building, draft, item, container)
        for key in ("PidMode", "IpcMode", "NetworkMode"):
            value = item.at(key)
            if value is not None and value.text == "host":
                building.fact(draft, item, key, "host", safe=False, classes=SANDBOX, at=value)
        volumes = item.at("Volumes")
        for volume in volumes.listed if volumes is not None else ():
            if volume.at("Host", "SourcePath") is not None:
                building.fact(
                    draft,
                    item,
                    "Host.SourcePath",
                    "set",
                    safe=False,
                    classes=SANDBOX,
                    at=volume.at("Host", "SourcePath"),
                )
            share = building.element(volume.at("EFSVolumeConfiguration", "FilesystemId"))
            if share is not None:
                building.flow(draft, share, Rests.REFERENCED, item, volume, why="a volume", protocol="nfs")


def _containers(item: Item) -> tuple[Value, ...]:
    found = item.at("ContainerDefinitions")
    return found.listed if found is not None else ()


def _container(building: Building, draft: Draft, item: Item, container: Value) -> None:
    if container.is_unknown:
        building.fact(
            draft,
            item,
            "ContainerDefinitions",
            "not known",
            safe=None,
            classes=SANDBOX,
            at=container,
            known=Known.UNRESOLVED,
            why=LATER,
        )
        return
    _image(building, draft, item, container.at("Image"))
    _switches(building, draft, item, container)
    _user(building, draft, item, container)
    logs = container.at("LogConfiguration")
    for other, at in building.estate.all_of(logs):
        building.flow(draft, building.element_of(other), Rests.REFERENCED, item, at, why="its logs go there")
    for name, value in _variables(container.at("Environment")):
        _variable(building, draft, item, name, value)
    secrets = container.at("Secrets")
    for secret in secrets.listed if secrets is not None else ():
        source = secret.at("ValueFrom")
        building.flow(draft, building.element(source), Rests.REFERENCED, item, secret, why="a secret is read from it")


def _switches(building: Building, draft: Draft, item: Item, container: Value) -> None:
    """The settings that are on or off; what silence means is the same for all accounts."""
    for name, wanted, silence, classes in SWITCHES:
        value = container.at(name)
        if value is None:
            building.fact(
                draft,
                item,
                name,
                "not set",
                safe=not wanted,
                classes=classes,
                at=container,
                known=Known.DEFAULT,
                why=silence,
            )
        else:
            safe = None if value.truth is None else value.truth is wanted
            known = Known.UNRESOLVED if safe is None else Known.STATED
            building.fact(draft, item, name, shown(value), safe=safe, classes=classes, at=value, known=known)


def _user(building: Building, draft: Draft, item: Item, container: Value) -> None:
    value = container.at("User")
    if value is None:
        building.fact(
            draft,
            item,
            "User",
            "not set",
            safe=None,
            classes=("privilege-separation",),
            at=container,
            known=Known.SILENT,
            why="the image decides",
        )
        return
    user = (value.text or "").partition(":")[0]
    safe = None if value.text is None else user not in ("0", "root", "")
    text = "root" if safe is False else "another than root" if safe else "not known"
    known = Known.UNRESOLVED if safe is None else Known.STATED
    building.fact(draft, item, "User", text, safe=safe, classes=("privilege-separation",), at=value, known=known)


def _image(building: Building, draft: Draft, item: Item, value: Value | None) -> None:
    """The image as technology, and whether it is fixed by a digest, or comes from a registry here."""
    found = image(value.text) if value is not None and value.text is not None else None
    if value is None:
        return
    if found is None:
        building.fact(
            draft,
            item,
            "Image",
            "not known",
            safe=None,
            classes=("dependency-pinning",),
            at=value,
            known=Known.UNRESOLVED,
            why=LATER,
        )
        for other, at in building.estate.all_of(value):
            building.flow(
                draft, building.element_of(other), Rests.REFERENCED, item, at, why="its image comes from there"
            )
        return
    tag = f":{found.tag}" if found.tag else ""
    building.fact(
        draft,
        item,
        "Image",
        f"{found.name}{tag}",
        safe=found.pinned,
        classes=("dependency-pinning",),
        at=value,
        property_="technology",
    )


def _variables(value: Value | None) -> Iterator[tuple[str, Value]]:
    """Variables as a mapping, or as a list of names and values."""
    if value is None:
        return
    yield from value.entries.items()
    for one in value.items:
        name, content = one.at("Name"), one.at("Value")
        if name is not None and content is not None:
            yield name.text or "", content


def _variable(building: Building, draft: Draft, item: Item, name: str, value: Value) -> None:
    """A variable names what is called by its value; one that holds a secret in clear is said and not shown."""
    for other, _ in building.estate.all_of(value):
        target = building.element_of(other)
        if target is not None:
            building.flow(draft, target, Rests.REFERENCED, item, value, why=f"variable {name}")
    named = building.element(value)
    if named is not None:
        building.flow(draft, named, Rests.REFERENCED, item, value, why=f"variable {name}")
    elif value.text is not None and is_literal_secret(name, value.text) and not value.text.startswith("{{resolve:"):
        building.note("TM0804", f"variable {name} of {draft.title} holds a secret in clear text", item.span(value))
        building.fact(
            draft, item, f"variable {name}", "set in clear text", safe=False, classes=("secret-management",), at=value
        )
    elif may_hold_secret(name) and value.raw.startswith("{{resolve:secretsmanager"):
        building.fact(
            draft, item, f"variable {name}", "read from a vault", safe=True, classes=("secret-management",), at=value
        )
