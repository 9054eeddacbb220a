"""Several templates: nested stacks, imports, equal names."""

from pathlib import Path

from tests.infra.cloudformation.templates import element, fact, flows, losses, part, read
from threatdsl.infra.infrastructure import Known

CHILD = """
    Parameters: {Secure: {Type: String}, Table: {Type: String}}
    Resources:
      Share: {Type: AWS::EFS::FileSystem, Properties: {Encrypted: !Ref Secure}}
      Worker: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {T: !Ref Table}}}}
    Outputs: {Id: {Value: !Ref Share}}
"""
PARENT = """
    Resources:
      Table: {Type: AWS::DynamoDB::Table}
      Inner:
        Type: AWS::CloudFormation::Stack
        Properties: {TemplateURL: %s, Parameters: {Secure: true, Table: !Ref Table}}
      Caller:
        Type: AWS::Lambda::Function
        Properties: {Environment: {Variables: {SHARE: !GetAtt Inner.Outputs.Id}}}
"""


def test_a_nested_stack_takes_its_parameters_and_gives_its_outputs(tmp_path: Path) -> None:
    found = read(tmp_path, PARENT % "./child.yaml", child=CHILD)
    assert fact(found, "Share", "Encrypted").safe is True
    assert flows(found) == {("Worker", "Table", "referenced"), ("Caller", "Share", "referenced")}
    assert part(found, "Share").resources[0].aliases == ("Inner/Share",)


def test_the_last_part_of_an_address_finds_a_stack_beside_it(tmp_path: Path) -> None:
    found = read(tmp_path, PARENT % "https://s3.amazonaws.com/bucket/child.yaml", child=CHILD)
    assert fact(found, "Share", "Encrypted").safe is True


def test_a_stack_that_is_not_at_hand_is_one_loss_with_the_names_of_its_parameters(tmp_path: Path) -> None:
    found = read(tmp_path, PARENT % "https://s3.amazonaws.com/bucket/gone.yaml")
    (loss,) = found.losses
    assert (loss.resource.name, loss.kind.value) == ("Inner", "unsupported")
    assert "Secure, Table" in loss.why


def test_a_template_that_two_stacks_nest_is_known_where_both_agree(tmp_path: Path) -> None:
    parent = """
        Resources:
          A: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml, Parameters: {Secure: %s}}}
          B: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml, Parameters: {Secure: true}}}
    """
    assert fact(read(tmp_path, parent % "true", child=CHILD), "Share", "Encrypted").safe is True
    found = read(tmp_path, parent % "false", child=CHILD)
    assert fact(found, "Share", "Encrypted").safe is None
    assert part(found, "Share").resources[0].aliases == ("A/Share", "B/Share")


def test_stacks_in_a_circle_end(tmp_path: Path) -> None:
    one = """
        Parameters: {X: {Type: String}}
        Resources:
          S: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: %s, Parameters: {X: !Ref X}}}
          V: {Type: AWS::EFS::FileSystem, Properties: {Encrypted: !Ref X}}
        Outputs: {O: {Value: !GetAtt S.Outputs.O}}
    """
    found = read(tmp_path, one % "other.yaml", other=one % "0.yaml")
    assert len(found.elements) == 2


NETWORK = """
    Resources:
      Network: {Type: AWS::EC2::VPC}
    Outputs:
      Id: {Value: !Ref Network, Export: {Name: !Sub '${AWS::StackName}-VPC'}}
"""
GROUP = """
    Parameters: {Parent: {Type: String}}
    Resources:
      Group: {Type: AWS::EC2::SecurityGroup, Properties: {VpcId: !ImportValue {'Fn::Sub': '${Parent}-VPC'}}}
      Share: {Type: AWS::Lambda::Function, Properties: {VpcConfig: {SecurityGroupIds: [!Ref Group]}}}
"""


def test_an_import_finds_the_only_export_with_its_end_and_says_that_it_is_inferred(tmp_path: Path) -> None:
    found = read(tmp_path, GROUP, NETWORK)
    group = next(one for one in found.boundaries if one.title == "Group")
    assert group.parent == part(found, "Network").key
    service = """
        Resources:
          Caller:
            Type: AWS::Lambda::Function
            Properties: {Environment: {Variables: {N: !ImportValue production-BUS}}}
    """
    bus = """
        Resources: {Bus: {Type: AWS::SQS::Queue}}
        Outputs: {Id: {Value: !Ref Bus, Export: {Name: !Sub '${AWS::StackName}-BUS'}}}
    """
    found = read(tmp_path, service, bus)
    assert flows(found) == {("Caller", "Bus", "referenced")}
    assert "inferred" in found.flows[0].why
    assert fact(found, "Caller", "Fn::ImportValue").known is Known.DEFAULT


def test_an_import_that_two_exports_may_mean_is_unknown(tmp_path: Path) -> None:
    found = read(tmp_path, GROUP, NETWORK, NETWORK)
    group = next(one for one in found.boundaries if one.title == "Group")
    assert group.parent == ""


def test_equal_names_of_two_templates_stay_two_things(tmp_path: Path) -> None:
    one = "Resources: {Store: {Type: AWS::S3::Bucket}}"
    found = read(tmp_path, one, one)
    assert {element.key for element in found.elements} == {"cloudformation:0.yaml#Store", "cloudformation:1.yaml#Store"}


def test_a_loop_and_a_custom_resource_are_losses(tmp_path: Path) -> None:
    template = """
        Resources:
          'Fn::ForEach::Topics': [Name, [a, b], {'Topic${Name}': {Type: AWS::SNS::Topic}}]
          Own: {Type: Custom::Thing}
          Alarm: {Type: AWS::CloudWatch::Alarm}
          Client: {Type: AWS::Cognito::UserPoolClient, Properties: {UserPoolId: !Ref Pool}}
          Pool: {Type: AWS::Cognito::UserPool}
          Nothing: {}
          Word: text
    """
    found = read(tmp_path, template)
    assert losses(found) == {
        "Fn::ForEach::Topics": "unsupported",
        "Own": "unsupported",
        "Alarm": "out-of-scope",
        "Client": "configuration",
        "Nothing": "unsupported",
        "Word": "unsupported",
    }
    assert element(found, "Pool").kind == "identity-provider"
    assert any(loss.why.endswith("configuration of Pool") for loss in found.losses)
