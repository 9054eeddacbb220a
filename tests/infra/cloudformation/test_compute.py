"""What runs: tasks, machines and functions, their images, settings and what their variables name."""

from pathlib import Path

import pytest

from tests.infra.cloudformation.templates import element, fact, facts, flows, losses, notes, part, read
from threatdsl.infra.infrastructure import Infrastructure, Known


def task(folder: Path, container: str, more: str = "") -> Infrastructure:
    """A service that runs a task of one container."""
    template = f"""
Resources:
  Store: {{Type: AWS::S3::Bucket}}
  Secret: {{Type: AWS::SecretsManager::Secret}}
  Logs: {{Type: AWS::Logs::LogGroup}}
  Share: {{Type: AWS::EFS::FileSystem}}
  Service: {{Type: AWS::ECS::Service, Properties: {{TaskDefinition: !Ref Task}}}}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties: {{ContainerDefinitions: [{{{container}}}]{more}}}
"""
    return read(folder, template)


@pytest.mark.parametrize(("container", "class_", "name", "expected"), [
    ("Privileged: true", "sandboxing", "Privileged", False),
    ("Image: a", "sandboxing", "Privileged", True),
    ("ReadonlyRootFilesystem: 'true'", "sandboxing", "ReadonlyRootFilesystem", True),
    ("Image: a", "sandboxing", "ReadonlyRootFilesystem", False),
    ("User: root", "privilege-separation", "User", False),
    ("User: '0:0'", "privilege-separation", "User", False),
    ("User: app", "privilege-separation", "User", True),
    ("Image: a", "privilege-separation", "User", None),
    ("Image: 'a:1'", "dependency-pinning", "Image", False),
    (f"Image: 'a@sha256:{'0' * 64}'", "dependency-pinning", "Image", True),
    ("Image: !Ref Given", "dependency-pinning", "Image", None),
])  # fmt: skip
def test_settings_of_a_container(
    tmp_path: Path, container: str, class_: str, name: str, *, expected: bool | None
) -> None:
    assert facts(task(tmp_path, container), "Service", class_)[name] is expected


def test_the_host_that_a_task_reaches_is_unsafe(tmp_path: Path) -> None:
    found = task(tmp_path, "Image: a", ", PidMode: host, Volumes: [{Host: {SourcePath: /}}]")
    said = facts(found, "Service", "sandboxing")
    assert (said["PidMode"], said["Host.SourcePath"]) == (False, False)


def test_what_a_container_names_is_called(tmp_path: Path) -> None:
    container = (
        "Environment: [{Name: BUCKET, Value: !Ref Store}], Secrets: [{Name: S, ValueFrom: !Ref Secret}], "
        "LogConfiguration: {LogDriver: awslogs, Options: {awslogs-group: !Ref Logs}}"
    )
    found = task(tmp_path, container, ", Volumes: [{EFSVolumeConfiguration: {FilesystemId: !Ref Share}}]")
    targets = {(source, target) for source, target, rests in flows(found) if rests == "referenced"}
    assert targets == {("Service", name) for name in ("Store", "Secret", "Logs", "Share")}


def test_a_task_that_no_service_runs_is_a_job(tmp_path: Path) -> None:
    found = read(tmp_path, "Resources: {Task: {Type: AWS::ECS::TaskDefinition}}")
    assert element(found, "Task").kind == "job"
    assert part(task(tmp_path, "Image: a"), "Service").resources[1].name == "Task"


@pytest.mark.parametrize(("options", "expected"), [
    ("MetadataOptions: {HttpTokens: required}", True),
    ("MetadataOptions: {HttpTokens: optional}", False),
    ("ImageId: ami-1", None),
])  # fmt: skip
def test_credentials_of_a_machine_are_for_sessions_where_tokens_are_required(
    tmp_path: Path, options: str, *, expected: bool | None
) -> None:
    one = f"Resources: {{Web: {{Type: AWS::EC2::Instance, Properties: {{{options}}}}}}}"
    assert facts(read(tmp_path, one), "Web", "metadata-protection") == {"HttpTokens": expected}
    launched = f"""
        Resources:
          Plan: {{Type: AWS::EC2::LaunchTemplate, Properties: {{LaunchTemplateData: {{{options}}}}}}}
          Group:
            Type: AWS::AutoScaling::AutoScalingGroup
            Properties: {{LaunchTemplate: {{LaunchTemplateId: !Ref Plan}}}}
    """
    found = read(tmp_path, launched)
    assert facts(found, "Group", "metadata-protection") == {"HttpTokens": expected}
    assert not losses(found)


def test_metadata_and_start_scripts_refer_and_are_not_interpreted(tmp_path: Path) -> None:
    template = """
        Resources:
          Queue: {Type: AWS::SQS::Queue}
          Share: {Type: AWS::EFS::FileSystem}
          Other: {Type: AWS::SNS::Topic}
          Web:
            Type: AWS::EC2::Instance
            Metadata: {'AWS::CloudFormation::Init': {config: {files: {/a: {content: !Sub 'queue=${Queue}'}}}}}
            Properties: {UserData: {'Fn::Base64': !Sub 'mount ${Share} /mnt; call Other'}}
    """
    found = read(tmp_path, template)
    assert flows(found) == {("Web", "Queue", "referenced"), ("Web", "Share", "referenced")}


WORD = "hunter2-and-more"


def test_secrets_in_clear_are_named_and_never_shown(tmp_path: Path) -> None:
    template = f"""
        Parameters:
          Word: {{Type: String, NoEcho: true, Default: {WORD}}}
          AdminPassword: {{Type: String, Default: {WORD}}}
        Resources:
          Function: {{Type: AWS::Lambda::Function, Properties: {{Environment: {{Variables: {{API_TOKEN: {WORD}}}}}}}}}
          Plain: {{Type: AWS::RDS::DBInstance, Properties: {{MasterUserPassword: {WORD}, Engine: !Ref Word}}}}
          Default: {{Type: AWS::RDS::DBInstance, Properties: {{MasterUserPassword: !Ref Word}}}}
          Kept: {{Type: AWS::RDS::DBInstance, Properties: {{MasterUserPassword: '{{{{resolve:secretsmanager:a}}}}'}}}}
          Bucket:
            Type: AWS::S3::Bucket
            Properties: {{BucketName: !Ref AdminPassword, AccessControl: !Ref AdminPassword}}
          Web: {{Type: AWS::EC2::Instance, Properties: {{UserData: !Sub 'x ${{AdminPassword}} {WORD}'}}}}
    """
    found = read(tmp_path, template)
    assert WORD not in repr(found)
    said = [facts(found, title, "secret-management") for title in ("Plain", "Default", "Kept", "Function")]
    assert said == [
        {"MasterUserPassword": False},
        {"MasterUserPassword": False},
        {"MasterUserPassword": True},
        {"variable API_TOKEN": False},
    ]
    assert fact(found, "Default", "MasterUserPassword").known is Known.DEFAULT
    assert sorted(notes(found, "TM0804")) == [
        "MasterUserPassword of Plain is a secret in clear text",
        "the default of parameter AdminPassword is a secret in clear text",
        "the default of parameter Word is a secret in clear text",
        "variable API_TOKEN of Function holds a secret in clear text",
    ]


def test_a_name_that_speaks_of_a_key_is_no_secret(tmp_path: Path) -> None:
    template = """
        Parameters: {CodeS3Key: {Type: String, Default: code.zip}, KmsKeyId: {Type: String, Default: abc}}
        Resources: {Topic: {Type: AWS::SNS::Topic}}
    """
    assert not notes(read(tmp_path, template), "TM0804")


def test_the_same_call_twice_is_one_at_its_first_line(tmp_path: Path) -> None:
    template = """
        Resources:
          Work:
            Type: AWS::Lambda::Function
            Properties:
              Environment:
                Variables:
                  A: !Ref Queue
                  B: !GetAtt Queue.Arn
          Queue: {Type: AWS::SQS::Queue}
    """
    (flow,) = read(tmp_path, template).flows
    assert flow.why == "variable A"
    assert (tmp_path / "0.yaml").read_text(encoding="utf-8").splitlines()[flow.span.line - 1].strip() == "A: !Ref Queue"
