"""Balancers, APIs, distributions and events: who calls whom, over what."""

from pathlib import Path

import pytest

from tests.infra.cloudformation.templates import element, fact, facts, flow, flows, notes, part, read
from threatdsl.infra.infrastructure import Infrastructure, Known

BALANCED = """
Resources:
  Balancer: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: {%s}}
  Door:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Balancer
      Port: 443
      %s
      DefaultActions: [{Type: forward, TargetGroupArn: !Ref Targets}]
  Targets: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {Port: 8080, Protocol: HTTP}}
  Service: {Type: AWS::ECS::Service, Properties: {LoadBalancers: [{TargetGroupArn: !Ref Targets}]}}
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties: {SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 80, ToPort: 443, CidrIp: 0.0.0.0/0}]}
  Narrow:
    Type: AWS::EC2::SecurityGroup
    Properties: {SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 0.0.0.0/0}]}
"""


def balanced(folder: Path, properties: str = "", protocol: str = "Protocol: HTTPS") -> Infrastructure:
    """A balancer before a service."""
    return read(folder, BALANCED % (properties, protocol))


def test_a_balancer_without_a_scheme_faces_the_internet_and_calls_its_targets(tmp_path: Path) -> None:
    found = balanced(tmp_path)
    assert flows(found) == {("internet", "Balancer", "allowed"), ("Balancer", "Service", "referenced")}
    assert (flow(found, "internet", "Balancer").protocol, flow(found, "internet", "Balancer").port) == ("https", "443")
    assert (flow(found, "Balancer", "Service").protocol, flow(found, "Balancer", "Service").port) == ("http", "8080")
    assert fact(found, "Balancer", "Scheme").known is Known.DEFAULT


@pytest.mark.parametrize(("properties", "is_open", "dead"), [
    ("Scheme: internal", False, False),
    ("Scheme: !Ref Given", False, False),
    ("SecurityGroups: [!Ref Group]", True, False),
    ("SecurityGroups: [!Ref Narrow]", False, True),
    ("SecurityGroups: [!Ref Narrow, !Ref Group]", True, False),
    ("SecurityGroups: [sg-1]", False, False),
])  # fmt: skip
def test_exposure_is_scheme_and_group(tmp_path: Path, properties: str, *, is_open: bool, dead: bool) -> None:
    found = balanced(tmp_path, properties)
    assert (("internet", "Balancer", "allowed") in flows(found)) is is_open
    said = ["no security group of Balancer admits port 443, on which it listens"] if dead else []
    assert notes(found, "TM0803") == said


@pytest.mark.parametrize(("protocol", "transit", "current"), [
    ("Protocol: HTTP", False, None),
    ("Protocol: HTTPS", True, False),
    ("{Protocol: HTTPS, SslPolicy: ELBSecurityPolicy-2016-08}", True, False),
    ("{Protocol: HTTPS, SslPolicy: ELBSecurityPolicy-TLS13-1-2-2021-06}", True, True),
    ("Protocol: TCP", None, None),
])  # fmt: skip
def test_listeners_say_what_is_encrypted(
    tmp_path: Path, protocol: str, *, transit: bool | None, current: bool | None
) -> None:
    found = balanced(tmp_path, protocol=protocol.strip("{}").replace(", ", "\n      "))
    assert facts(found, "Balancer", "encryption-in-transit").get("Protocol") is transit
    assert facts(found, "Balancer", "current-encryption").get("SslPolicy") is current


def test_a_listener_that_sends_callers_on_to_https_is_safe(tmp_path: Path) -> None:
    template = """
        Resources:
          Balancer: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer}
          Door:
            Type: AWS::ElasticLoadBalancingV2::Listener
            Properties:
              LoadBalancerArn: !Ref Balancer
              Port: 80
              Protocol: HTTP
              DefaultActions: [{Type: redirect, RedirectConfig: {Protocol: HTTPS, StatusCode: HTTP_301}}]
    """
    assert facts(read(tmp_path, template), "Balancer", "encryption-in-transit") == {"Protocol": True}


def test_a_classic_balancer_calls_its_instances_and_can_have_no_firewall(tmp_path: Path) -> None:
    template = """
        Resources:
          Old:
            Type: AWS::ElasticLoadBalancing::LoadBalancer
            Properties:
              Instances: [!Ref Web]
              Listeners: [{LoadBalancerPort: 443, Protocol: HTTPS, InstancePort: 80, InstanceProtocol: HTTP}]
          Web: {Type: AWS::EC2::Instance}
          Group: {Type: AWS::AutoScaling::AutoScalingGroup, Properties: {LoadBalancerNames: [!Ref Old]}}
          Wall: {Type: AWS::WAFv2::WebACL}
          Before: {Type: AWS::WAFv2::WebACLAssociation, Properties: {ResourceArn: !Ref Old, WebACLArn: !Ref Wall}}
    """
    found = read(tmp_path, template)
    assert flows(found) == {
        ("internet", "Old", "allowed"),
        ("Old", "Web", "referenced"),
        ("Old", "Group", "referenced"),
    }
    assert flow(found, "Old", "Web").protocol == "http"
    assert facts(found, "Old", "ingress-filtering") == {}
    assert len(notes(found, "TM0803")) == 1
    new = template.replace("LoadBalancing::LoadBalancer", "LoadBalancingV2::LoadBalancer")
    assert facts(read(tmp_path, new), "Old", "ingress-filtering") == {"WebACLArn": True}


API = """
Resources:
  Api: {Type: AWS::ApiGateway::RestApi, Properties: {%s}}
  Pool: {Type: AWS::Cognito::UserPool}
  Guard: {Type: AWS::ApiGateway::Authorizer, Properties: {RestApiId: !Ref Api, ProviderARNs: [!GetAtt Pool.Arn]}}
  Function: {Type: AWS::Lambda::Function}
  Method:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      HttpMethod: GET
      %s
      Integration: {Type: AWS_PROXY, Uri: !Sub 'arn:aws:apigateway:x:lambda:path/functions/${Function.Arn}/invocations'}
"""


def test_an_api_is_open_calls_its_functions_and_asks_its_pool(tmp_path: Path) -> None:
    found = read(tmp_path, API % ("", "AuthorizationType: COGNITO_USER_POOLS"))
    assert flows(found) == {
        ("internet", "Api", "allowed"),
        ("Api", "Function", "referenced"),
        ("Api", "Pool", "referenced"),
    }
    assert facts(found, "Api", "client-authentication") == {"AuthorizationType": True}


def test_a_method_that_asks_nobody_to_sign_in_is_unsafe_and_a_question_before_a_call_is_none(tmp_path: Path) -> None:
    for text, expected in (("AuthorizationType: NONE", False), ("ApiKeyRequired: true", False)):
        found = read(tmp_path, API % ("", text))
        assert facts(found, "Api", "client-authentication") == {"AuthorizationType": expected}
    found = read(tmp_path, (API % ("", "AuthorizationType: NONE")).replace("GET", "OPTIONS"))
    assert facts(found, "Api", "client-authentication") == {}


def test_a_private_api_is_not_open(tmp_path: Path) -> None:
    found = read(tmp_path, API % ("EndpointConfiguration: {Types: [PRIVATE]}", "AuthorizationType: NONE"))
    assert ("internet", "Api", "allowed") not in flows(found)


def test_a_distribution_fetches_from_its_origins(tmp_path: Path) -> None:
    template = """
        Resources:
          Site:
            Type: AWS::CloudFront::Distribution
            Properties:
              DistributionConfig:
                DefaultCacheBehavior: {ViewerProtocolPolicy: %s}
                Origins: [{DomainName: !GetAtt Bucket.RegionalDomainName}]
                Logging: {Bucket: !GetAtt Logs.DomainName}
                ViewerCertificate: {MinimumProtocolVersion: TLSv1}
          Bucket: {Type: AWS::S3::Bucket}
          Logs: {Type: AWS::S3::Bucket}
    """
    found = read(tmp_path, template % "https-only")
    assert flows(found) == {
        ("internet", "Site", "allowed"),
        ("Site", "Bucket", "referenced"),
        ("Site", "Logs", "referenced"),
    }
    assert flow(found, "internet", "Site").protocol == "https"
    assert facts(found, "Site", "current-encryption") == {"MinimumProtocolVersion": False}
    found = read(tmp_path, template % "allow-all")
    assert flow(found, "internet", "Site").protocol == ""
    assert facts(found, "Site", "encryption-in-transit") == {"ViewerProtocolPolicy": False}


def test_events_are_calls(tmp_path: Path) -> None:
    template = """
        Resources:
          Work: {Type: AWS::Lambda::Function}
          Queue: {Type: AWS::SQS::Queue, Properties: {RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn}}}
          Dead: {Type: AWS::SQS::Queue}
          Topic: {Type: AWS::SNS::Topic}
          Files:
            Type: AWS::S3::Bucket
            Properties: {NotificationConfiguration: {LambdaConfigurations: [{Function: !GetAtt Work.Arn}]}}
          From:
            Type: AWS::Lambda::EventSourceMapping
            Properties: {FunctionName: !Ref Work, EventSourceArn: !GetAtt Queue.Arn}
          Told: {Type: AWS::SNS::Subscription, Properties: {TopicArn: !Ref Topic, Endpoint: !GetAtt Work.Arn}}
    """
    assert flows(read(tmp_path, template)) == {
        ("Work", "Queue", "referenced"),
        ("Queue", "Dead", "referenced"),
        ("Topic", "Work", "referenced"),
        ("Files", "Work", "referenced"),
    }


@pytest.mark.parametrize(("properties", "expected"), [
    ("Principal: '*'", False),
    ("Principal: '*', SourceArn: 'arn:aws:s3:::x'", None),
    ("Principal: s3.amazonaws.com", None),
])  # fmt: skip
def test_a_permission_for_anybody_opens_a_function(tmp_path: Path, properties: str, *, expected: bool | None) -> None:
    template = f"""
        Resources:
          Work: {{Type: AWS::Lambda::Function}}
          May: {{Type: AWS::Lambda::Permission, Properties: {{FunctionName: !Ref Work, {properties}}}}}
    """
    found = read(tmp_path, template)
    assert facts(found, "Work", "public-access-prevention").get("Principal") is expected
    assert bool(flows(found)) is (expected is False)


def test_serverless_types_are_functions_apis_and_tables(tmp_path: Path) -> None:
    template = """
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Work:
            Type: AWS::Serverless::Function
            Properties:
              Environment: {Variables: {TABLE: !Ref Data}}
              Policies: [{DynamoDBCrudPolicy: {TableName: !Ref Data}}, AdministratorAccess]
              Events:
                Get: {Type: Api, Properties: {RestApiId: !Ref Door, Path: /, Method: get}}
                Take: {Type: SQS, Properties: {Queue: !GetAtt Queue.Arn}}
          Door: {Type: AWS::Serverless::Api}
          Data: {Type: AWS::Serverless::SimpleTable}
          Queue: {Type: AWS::SQS::Queue}
    """
    found = read(tmp_path, template)
    assert [element(found, title).kind for title in ("Work", "Door", "Data")] == ["function", "gateway", "database"]
    assert flows(found) == {
        ("internet", "Door", "allowed"),
        ("Door", "Work", "referenced"),
        ("Work", "Queue", "referenced"),
        ("Work", "Data", "referenced"),
        ("Work", "Data", "allowed"),
    }
    assert facts(found, "WorkRole", "least-privilege") == {"Policies": False}
    assert not part(found, "WorkRole").resources


def test_an_instance_of_a_cluster_belongs_to_it(tmp_path: Path) -> None:
    template = """
        Resources:
          Cluster: {Type: AWS::RDS::DBCluster}
          One: {Type: AWS::RDS::DBInstance, Properties: {DBClusterIdentifier: !Ref Cluster}}
    """
    found = read(tmp_path, template)
    assert [one.title for one in found.elements] == ["Cluster"]
    assert {fact.resource.name for fact in part(found, "Cluster").facts} == {"Cluster"}
    open_ = template.replace("!Ref Cluster}", "!Ref Cluster, PubliclyAccessible: true}")
    assert facts(read(tmp_path, open_), "Cluster", "public-access-prevention") == {"PubliclyAccessible": False}


def test_globals_of_a_serverless_template_count_for_its_functions(tmp_path: Path) -> None:
    template = """
        Globals: {Function: {Environment: {Variables: {TABLE: !Ref Data}}}}
        Resources:
          Work: {Type: AWS::Serverless::Function}
          Own: {Type: AWS::Serverless::Function, Properties: {Environment: {Variables: {}}}}
          Plain: {Type: AWS::Lambda::Function}
          Data: {Type: AWS::Serverless::SimpleTable}
    """
    assert flows(read(tmp_path, template)) == {("Work", "Data", "referenced")}
