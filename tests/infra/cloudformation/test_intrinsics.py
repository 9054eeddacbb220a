"""Parameters, conditions, mappings and functions come to what CloudFormation makes of them, or to unknown."""

from pathlib import Path

import pytest

from tests.infra.cloudformation.templates import element, fact, facts, flows, losses, notes, read
from threatdsl.infra.infrastructure import Known


def encrypted(folder: Path, value: str, head: str = "") -> bool | None:
    """Whether a file system is encrypted by a value of its property."""
    template = (
        f"{head}\nResources:\n  Share:\n    Type: AWS::EFS::FileSystem\n    Properties:\n      Encrypted: {value}\n"
    )
    return fact(read(folder, template), "Share", "Encrypted").safe


PARAMETERS = """
Parameters:
  "On": {Type: String, Default: 'true'}
  Later: {Type: String}
  Which: {Type: String, AllowedValues: [one, two]}
  Flags: {Type: CommaDelimitedList, Default: 'false, true'}
  Stored: {Type: 'AWS::SSM::Parameter::Value<String>', Default: 'true'}
Mappings:
  Same:
    eu: {flag: 'true', other: yes}
    us: {flag: 'true', other: no}
Conditions:
  Yes: !Equals [!Ref "On", 'true']
  No: !Not [!Condition Yes]
  Open: !Equals [!Ref Later, 'true']
  Never: !Equals [!Ref Which, three]
  All: !And [!Condition Yes, !Not [!Condition No]]
  Any: !Or [!Condition Open, !Condition Yes]
  Neither: !And [!Condition Open, !Condition No]
  Region: !Equals [!FindInMap [Same, !Ref 'AWS::Region', flag], 'true']
  Other: !Equals [!FindInMap [Same, !Ref 'AWS::Region', other], maybe]
  Half: !Equals [!FindInMap [Same, !Ref 'AWS::Region', other], yes]
  Round: !Condition Round
"""


@pytest.mark.parametrize(("value", "expected"), [
    ("true", True),
    ("'true'", True),
    ("'True'", True),
    ("no", False),
    ("!Ref On", True),
    ("{Ref: On}", True),
    ("!Ref Later", None),
    ("!Ref Missing", None),
    ("!Ref Stored", None),
    ("!Ref Round", None),
    ("!If [Yes, true, false]", True),
    ("{'Fn::If': [No, true, false]}", False),
    ("!If [Open, true, false]", None),
    ("!If [Open, true, true]", True),
    ("!If [Never, false, true]", True),
    ("!If [All, true, false]", True),
    ("!If [Any, true, false]", True),
    ("!If [Neither, true, false]", False),
    ("!If [Round, true, false]", None),
    ("!If [Region, true, false]", True),
    ("!If [Other, true, false]", False),
    ("!If [Half, true, false]", None),
    ("!If [Yes, !Ref 'AWS::NoValue', true]", False),
    ("!FindInMap [Same, eu, flag]", True),
    ("!FindInMap [Same, !Ref 'AWS::Region', flag]", True),
    ("!FindInMap [Same, !Ref 'AWS::Region', other]", None),
    ("!FindInMap [Same, asia, flag]", None),
    ("!Select [1, !Ref Flags]", True),
    ("!Select [0, !Ref Flags]", False),
    ("!Select [7, !Ref Flags]", None),
    ("!Select [0, !Split ['-', 'true-false']]", True),
    ("!Select ['0', [true]]", True),
    ("!Join ['', [tr, ue]]", True),
    ("!Join ['', [tr, !Ref Later]]", None),
    ("!Sub '${On}'", True),
    ("!Sub ['${x}', {x: !Ref On}]", True),
    ("!Sub '${!On}'", None),
    ("{'Fn::Transform': {Name: Macro}}", None),
    ("!GetAZs ''", None),
    ("!Cidr [10.0.0.0/8, 2, 8]", None),
    ("!ImportValue nowhere", None),
])  # fmt: skip
def test_a_value_is_what_it_comes_to_or_unknown(tmp_path: Path, value: str, *, expected: bool | None) -> None:
    assert encrypted(tmp_path, value, PARAMETERS) is expected


def test_a_fact_that_rests_on_a_default_of_a_parameter_says_so(tmp_path: Path) -> None:
    template = """
        Parameters: {Secure: {Type: String, Default: 'false'}}
        Resources: {Share: {Type: AWS::EFS::FileSystem, Properties: {Encrypted: !Ref Secure}}}
    """
    found = fact(read(tmp_path, template), "Share", "Encrypted")
    assert (found.safe, found.known, found.why) == (False, Known.DEFAULT, "the default of parameter Secure counts")


def test_parameters_of_the_command_line_count_before_defaults(tmp_path: Path) -> None:
    template = """
        Parameters: {Secure: {Type: String, Default: 'false'}}
        Resources: {Share: {Type: AWS::EFS::FileSystem, Properties: {Encrypted: !Ref Secure}}}
    """
    found = fact(read(tmp_path, template, parameters={"Secure": "true"}), "Share", "Encrypted")
    assert (found.safe, found.known) == (True, Known.STATED)


def test_a_resource_is_there_only_where_its_condition_holds(tmp_path: Path) -> None:
    template = """
        Parameters: {Parent: {Type: String, Default: ''}, Later: {Type: String}}
        Conditions:
          Alone: !Equals [!Ref Parent, '']
          Inside: !Not [!Condition Alone]
          Open: !Equals [!Ref Later, x]
        Resources:
          Own: {Type: AWS::S3::Bucket, Condition: Alone}
          Given: {Type: AWS::S3::Bucket, Condition: Inside}
          Perhaps: {Type: AWS::S3::Bucket, Condition: Open}
          Wrong: {Type: AWS::S3::Bucket, Condition: Missing}
    """
    found = read(tmp_path, template)
    assert [element.title for element in found.elements] == ["Own"]
    assert losses(found) == {"Given": "out-of-scope", "Perhaps": "conditional", "Wrong": "conditional"}


def test_octal_looking_numbers_of_accounts_stay_text(tmp_path: Path) -> None:
    template = """
        Mappings: {Accounts: {eu: {id: 048591011584}}}
        Conditions: {Mine: !Equals [!FindInMap [Accounts, eu, id], '048591011584']}
        Resources: {Bucket: {Type: AWS::S3::Bucket, Condition: Mine}}
    """
    assert element(read(tmp_path, template), "Bucket").kind == "object-store"


def test_json_and_long_forms_and_properties_before_the_type_read_the_same(tmp_path: Path) -> None:
    short = """
        Parameters: {Name: {Type: String}}
        Resources:
          Function: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {T: !Sub 'x-${Table.Arn}'}}}}
          Table: {Type: AWS::DynamoDB::Table}
    """
    long = """
        {"Parameters": {"Name": {"Type": "String"}}, "Resources": {
          "Table": {"Type": "AWS::DynamoDB::Table"},
          "Function": {"Properties": {"Environment": {"Variables": {
            "T": {"Fn::Join": ["-", ["x", {"Fn::GetAtt": ["Table", "Arn"]}]]}}}}, "Type": "AWS::Lambda::Function"}}}
    """
    assert flows(read(tmp_path, short)) == flows(read(tmp_path, long)) == {("Function", "Table", "referenced")}


def test_what_stands_below_the_unknown_is_unknown_and_not_absent(tmp_path: Path) -> None:
    template = """
        Resources:
          Whole: {Type: AWS::EFS::FileSystem, Properties: !Transform {Name: AWS::Include}}
          Beside: {Type: AWS::EFS::FileSystem, Properties: {'Fn::Transform': {Name: AWS::Include}, BackupPolicy: {}}}
          Silent: {Type: AWS::EFS::FileSystem}
    """
    found = read(tmp_path, template)
    said = {title: fact(found, title, "Encrypted").safe for title in ("Whole", "Beside", "Silent")}
    assert said == {"Whole": None, "Beside": None, "Silent": False}


def test_a_name_that_two_resources_have_means_neither(tmp_path: Path) -> None:
    template = """
        Resources:
          One: {Type: AWS::SQS::Queue, Properties: {QueueName: work}}
          Two: {Type: AWS::SQS::Queue, Properties: {QueueName: %s}}
          Caller: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {QUEUE: work}}}}
    """
    assert flows(read(tmp_path, template % "other")) == {("Caller", "One", "referenced")}
    assert flows(read(tmp_path, template % "work")) == set()


def test_a_reference_to_nothing_is_told_once(tmp_path: Path) -> None:
    template = (
        "Resources: {Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: !Ref Nmae, Own: !Ref 'AWS::Region'}}}"
    )
    assert notes(read(tmp_path, template), "TM0806") == ["Nmae is no parameter or resource of 0.yaml"]


def test_a_rule_that_may_be_there_makes_no_flow_and_leaves_a_question(tmp_path: Path) -> None:
    template = """
        Parameters: {Later: {Type: String}}
        Conditions: {Open: !Equals [!Ref Later, x]}
        Resources:
          Bucket: {Type: AWS::S3::Bucket}
          Policy:
            Type: AWS::S3::BucketPolicy
            Condition: Open
            Properties: {Bucket: !Ref Bucket, PolicyDocument: {Statement: {Effect: Allow, Action: a, Principal: '*'}}}
          Group: {Type: AWS::EC2::SecurityGroup}
          Web: {Type: AWS::EC2::Instance, Properties: {SecurityGroupIds: [!Ref Group]}}
          Rule:
            Type: AWS::EC2::SecurityGroupIngress
            Condition: Open
            Properties: {GroupId: !Ref Group, CidrIp: 0.0.0.0/0}
    """
    found = read(tmp_path, template)
    assert flows(found) == set()
    assert losses(found) == {"Policy": "conditional", "Rule": "conditional"}
    for title, class_ in (("Bucket", "public-access-prevention"), ("Web", "network-segmentation")):
        assert facts(found, title, class_)["Condition"] is None
