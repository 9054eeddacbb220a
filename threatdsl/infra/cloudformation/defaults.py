"""What properties mean for safety, and what AWS does where nobody writes them: one table, with sources.

A source is the page of the property in the AWS CloudFormation user guide, below
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/, unless it names another.
"""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

import msgspec

REST = ("encryption-at-rest",)
TRANSIT = ("encryption-in-transit",)
BACKUP = ("backup",)
UNDELETED = ("deletion-protection",)
LOGGED = ("audit-logging",)
PUBLIC = ("public-access-prevention",)
SPARE = ("redundancy",)
ROTATED = ("key-rotation",)
LIMITS = ("resource-limits",)


class When(Enum):
    """What makes a value safe."""

    TRUE = "true"
    FALSE = "false"
    SET = "set"  # to anything but nothing
    POSITIVE = "a number above 0"


class Setting(msgspec.Struct, frozen=True):
    """A property and its classes. `words` are the safe values where they are words, `when` decides otherwise.

    `silence` is what it means that nobody wrote it: safe, unsafe, or None where something else decides; `why` says so.
    """

    path: tuple[str | int, ...]
    classes: tuple[str, ...]
    when: When
    silence: bool | None
    why: str
    source: str
    words: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """As the format calls it."""
        return ".".join(str(step) for step in self.path if isinstance(step, str))


Row = tuple[str, tuple[str, ...], When | tuple[str, ...], bool | None, str]  # path, classes, safe when, silence, why


def _settings(source: str, *rows: Row) -> tuple[Setting, ...]:
    """The rows of one page."""
    return tuple(_setting(source, row) for row in rows)


def _setting(source: str, row: Row) -> Setting:
    path, classes, when, silence, why = row
    steps = tuple(int(step) if step.isdecimal() else step for step in path.split("."))
    words = when if isinstance(when, tuple) else ()
    return Setting(steps, classes, When.SET if isinstance(when, tuple) else when, silence, why, source, words)


RDS = "aws-resource-rds-dbinstance.html"
AURORA = "aws-resource-rds-dbcluster.html"
CACHE = "aws-resource-elasticache-replicationgroup.html"
SEARCH = "aws-resource-opensearchservice-domain.html"
S3_2023 = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html"
T, F, SET, POSITIVE = When.TRUE, When.FALSE, When.SET, When.POSITIVE

_CLUSTER = (
    ("StorageEncrypted", REST, T, False, "clusters are not encrypted unless told"),
    ("BackupRetentionPeriod", BACKUP, POSITIVE, True, "backups are kept for a day"),
    ("DeletionProtection", UNDELETED, T, False, "deletion is not prevented unless told"),
    ("EnableCloudwatchLogsExports", LOGGED, SET, False, "no log is exported unless told"),
)
_SEARCH = _settings(
    SEARCH,
    ("EncryptionAtRestOptions.Enabled", REST, T, False, "domains are not encrypted unless told"),
    ("NodeToNodeEncryptionOptions.Enabled", TRANSIT, T, False, "nodes talk in clear unless told"),
    ("DomainEndpointOptions.EnforceHTTPS", TRANSIT, T, False, "HTTP is answered unless told"),
)
_TABLE = _settings(
    "aws-resource-dynamodb-table.html",
    ("SSESpecification.SSEEnabled", REST, SET, True, "tables are always encrypted, with a key of AWS unless told"),
    ("PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled", BACKUP, T, False, "no copies unless told"),
    ("DeletionProtectionEnabled", UNDELETED, T, False, "deletion is not prevented unless told"),
)
_API_STAGE = _settings(
    "aws-resource-apigateway-stage.html",
    ("AccessLogSetting.DestinationArn", LOGGED, SET, False, "calls are not logged unless told"),
)
_METADATA = ("metadata-protection",)

SETTINGS: Mapping[str, tuple[Setting, ...]] = MappingProxyType({
    "AWS::RDS::DBInstance": _settings(
        RDS,
        ("StorageEncrypted", REST, T, False, "instances are not encrypted unless told"),
        ("BackupRetentionPeriod", BACKUP, POSITIVE, True, "backups are kept for a day"),
        ("DeletionProtection", UNDELETED, T, False, "deletion is not prevented unless told"),
        ("MultiAZ", SPARE, T, False, "it stands in one zone unless told"),
        ("PubliclyAccessible", PUBLIC, F, None, "the subnets decide"),
        ("EnableCloudwatchLogsExports", LOGGED, SET, False, "no log is exported unless told"),
    ),
    "AWS::RDS::DBCluster": _settings(AURORA, *_CLUSTER),
    "AWS::DocDB::DBCluster": _settings("aws-resource-docdb-dbcluster.html", *_CLUSTER),
    "AWS::Neptune::DBCluster": _settings("aws-resource-neptune-dbcluster.html", *_CLUSTER),
    "AWS::DynamoDB::Table": _TABLE,
    "AWS::DynamoDB::GlobalTable": _TABLE[:1],
    "AWS::Serverless::SimpleTable": _TABLE[:1],
    "AWS::Redshift::Cluster": _settings(
        "aws-resource-redshift-cluster.html",
        ("Encrypted", REST, T, None, "clusters are encrypted since January 2025, older ones were not"),
        ("PubliclyAccessible", PUBLIC, F, None, "closed since January 2025, open before"),
        ("LoggingProperties", LOGGED, SET, False, "connections are not logged unless told"),
        ("AutomatedSnapshotRetentionPeriod", BACKUP, POSITIVE, True, "copies are kept for a day"),
    ),
    "AWS::EFS::FileSystem": _settings(
        "aws-resource-efs-filesystem.html",
        ("Encrypted", REST, T, False, "file systems are not encrypted unless told"),
        ("BackupPolicy.Status", BACKUP, ("ENABLED",), False, "no copies unless told"),
    ),
    "AWS::ElastiCache::ReplicationGroup": _settings(
        CACHE,
        ("AtRestEncryptionEnabled", REST, T, False, "caches are not encrypted unless told"),
        ("TransitEncryptionEnabled", TRANSIT, T, False, "callers talk in clear unless told"),
        ("AutomaticFailoverEnabled", SPARE, T, False, "nothing takes over unless told"),
        ("SnapshotRetentionLimit", BACKUP, POSITIVE, False, "no copies unless told"),
    ),
    "AWS::ElastiCache::CacheCluster": _settings(
        "aws-resource-elasticache-cachecluster.html",
        ("TransitEncryptionEnabled", TRANSIT, T, False, "callers talk in clear unless told"),
        ("SnapshotRetentionLimit", BACKUP, POSITIVE, False, "no copies unless told"),
    ),
    "AWS::OpenSearchService::Domain": _SEARCH,
    "AWS::Elasticsearch::Domain": _SEARCH,
    "AWS::SQS::Queue": _settings(
        "aws-resource-sqs-queue.html",
        ("SqsManagedSseEnabled", REST, T, True, "queues are encrypted by SQS since 2022"),
    ),
    "AWS::SNS::Topic": _settings(
        "aws-resource-sns-topic.html",
        ("KmsMasterKeyId", REST, SET, False, "topics keep messages in clear unless told"),
    ),
    "AWS::Kinesis::Stream": _settings(
        "aws-resource-kinesis-stream.html",
        ("StreamEncryption.EncryptionType", REST, ("KMS",), False, "streams are not encrypted unless told"),
    ),
    "AWS::MSK::Cluster": _settings(
        "aws-properties-msk-cluster-encryptionintransit.html",
        ("EncryptionInfo.EncryptionInTransit.ClientBroker", TRANSIT, ("TLS",), True, "TLS only"),
    ),
    "AWS::AmazonMQ::Broker": _settings(
        "aws-resource-amazonmq-broker.html",
        ("PubliclyAccessible", PUBLIC, F, True, "it is closed unless told"),
        ("Logs.Audit", LOGGED, T, False, "nothing is logged unless told"),
    ),
    "AWS::KMS::Key": _settings(
        "aws-resource-kms-key.html",
        ("EnableKeyRotation", ROTATED, T, False, "keys are not replaced unless told"),
    ),
    "AWS::SecretsManager::Secret": _settings(
        "aws-resource-secretsmanager-secret.html",
        ("KmsKeyId", REST, SET, True, "secrets are always encrypted, with a key of AWS unless told"),
    ),
    "AWS::ECR::Repository": _settings(
        "aws-resource-ecr-repository.html",
        ("EncryptionConfiguration.EncryptionType", REST, SET, True, "images are always encrypted"),
        ("ImageScanningConfiguration.ScanOnPush", ("vulnerability-scanning",), T, None, "the registry may scan them"),
        ("ImageTagMutability", ("tamper-evidence",), ("IMMUTABLE",), False, "tags can be moved unless told"),
    ),
    "AWS::Logs::LogGroup": _settings(
        "aws-resource-logs-loggroup.html",
        ("KmsKeyId", REST, SET, True, "logs are always encrypted, with a key of AWS unless told"),
        ("RetentionInDays", ("retention-limit",), POSITIVE, False, "entries are kept for ever unless told"),
    ),
    "AWS::CloudTrail::Trail": _settings(
        "aws-resource-cloudtrail-trail.html",
        ("EnableLogFileValidation", ("tamper-evidence",), T, False, "changes do not show unless told"),
        ("IsLogging", LOGGED, T, None, "the property has to be written"),
        ("KMSKeyId", REST, SET, True, "files are encrypted by S3 unless told"),
    ),
    "AWS::S3::Bucket": _settings(
        "aws-resource-s3-bucket.html",
        ("LoggingConfiguration", LOGGED, SET, False, "access is not logged unless told"),
        ("VersioningConfiguration.Status", UNDELETED, ("Enabled",), False, "old versions are not kept unless told"),
        ("ReplicationConfiguration", BACKUP, SET, None, "copies may be made elsewhere"),
    ) + _settings(
        S3_2023,
        ("BucketEncryption", REST, SET, True, "S3 encrypts what is stored since January 2023"),
    ),
    "AWS::CloudFront::Distribution": _settings(
        "aws-properties-cloudfront-distribution-distributionconfig.html",
        ("DistributionConfig.Logging", LOGGED, SET, False, "requests are not logged unless told"),
        ("DistributionConfig.WebACLId", ("ingress-filtering",), SET, None, "another may be associated"),
    ),
    "AWS::ApiGateway::Stage": _API_STAGE,
    "AWS::ApiGatewayV2::Stage": _settings(
        "aws-resource-apigatewayv2-stage.html",
        ("AccessLogSettings.DestinationArn", LOGGED, SET, False, "calls are not logged unless told"),
    ),
    "AWS::EKS::Cluster": _settings(
        "aws-resource-eks-cluster.html",
        ("ResourcesVpcConfig.EndpointPublicAccess", PUBLIC, F, False, "the API is open to the internet unless told"),
        ("Logging.ClusterLogging.EnabledTypes", LOGGED, SET, False, "nothing is logged unless told"),
    ),
    "AWS::Cognito::UserPool": _settings(
        "aws-resource-cognito-userpool.html",
        ("MfaConfiguration", ("multi-factor",), ("ON",), False, "no second factor is demanded unless told"),
        ("DeletionProtection", UNDELETED, ("ACTIVE",), False, "deletion is not prevented unless told"),
    ),
    "AWS::EC2::Volume": _settings(
        "aws-resource-ec2-volume.html",
        ("Encrypted", REST, T, None, "the account may encrypt all volumes"),
    ),
    "AWS::Lambda::Function": _settings(
        "aws-resource-lambda-function.html",
        ("ReservedConcurrentExecutions", LIMITS, SET, None, "the account limits all functions together"),
    ),
})  # fmt: skip

WEAK_TLS = (  # policies of listeners that take TLS 1.0 or 1.1
    "ELBSecurityPolicy-2016-08", "ELBSecurityPolicy-2015-05", "ELBSecurityPolicy-TLS-1-0-2015-04",
    "ELBSecurityPolicy-TLS-1-1-2017-01", "ELBSecurityPolicy-FS-2018-06", "ELBSecurityPolicy-FS-1-1-2019-08",
    "ELBSecurityPolicy-TLS13-1-0-2021-06", "ELBSecurityPolicy-TLS13-1-1-2021-06",
)  # fmt: skip
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html"""
