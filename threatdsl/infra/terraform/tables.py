"""What types of resources become, and what their settings mean.

Defaults are those of the providers hashicorp/aws 5 and hashicorp/google 6 (https://registry.terraform.io/providers).
"""

import msgspec

REST, PUBLIC, LOGS = ("encryption-at-rest",), ("public-access-prevention",), ("audit-logging",)
BACKUP, DELETION, REDUNDANCY, ROTATION = ("backup",), ("deletion-protection",), ("redundancy",), ("key-rotation",)

ELEMENTS = {
    "aws_s3_bucket": "object-store",
    "aws_db_instance": "database",
    "aws_rds_cluster": "database",
    "aws_dynamodb_table": "database",
    "aws_redshift_cluster": "database",
    "aws_elasticache_cluster": "cache",
    "aws_elasticache_replication_group": "cache",
    "aws_opensearch_domain": "search-index",
    "aws_efs_file_system": "file-share",
    "aws_sqs_queue": "queue",
    "aws_sns_topic": "queue",
    "aws_kinesis_stream": "queue",
    "aws_secretsmanager_secret": "vault",
    "aws_kms_key": "vault",
    "aws_ecr_repository": "registry",
    "aws_cloudwatch_log_group": "log",
    "aws_cloudtrail": "log",
    "aws_instance": "service",
    "aws_ecs_service": "service",
    "aws_eks_cluster": "service",
    "aws_lambda_function": "function",
    "aws_lb": "gateway",
    "aws_alb": "gateway",
    "aws_elb": "gateway",
    "aws_api_gateway_rest_api": "gateway",
    "aws_apigatewayv2_api": "gateway",
    "aws_cloudfront_distribution": "gateway",
    "aws_cognito_user_pool": "identity-provider",
    "google_storage_bucket": "object-store",
    "google_sql_database_instance": "database",
    "google_bigquery_dataset": "database",
    "google_compute_instance": "service",
    "google_container_cluster": "service",
    "google_cloud_run_service": "service",
    "google_cloudfunctions_function": "function",
    "google_pubsub_topic": "queue",
    "google_kms_crypto_key": "vault",
    "google_secret_manager_secret": "vault",
    "google_redis_instance": "cache",
    "google_artifact_registry_repository": "registry",
}
BOUNDARIES = ("aws_vpc", "aws_subnet", "aws_security_group", "google_compute_network", "google_compute_subnetwork")
# Types that complete another resource, with the attribute that names it.
PART_OF = {
    "aws_s3_bucket_public_access_block": "bucket",
    "aws_s3_bucket_acl": "bucket",
    "aws_s3_bucket_policy": "bucket",
    "aws_s3_bucket_versioning": "bucket",
    "aws_s3_bucket_logging": "bucket",
    "aws_s3_bucket_server_side_encryption_configuration": "bucket",
    "aws_s3_bucket_ownership_controls": "bucket",
    "aws_security_group_rule": "security_group_id",
    "aws_vpc_security_group_ingress_rule": "security_group_id",
    "aws_iam_role_policy": "role",
    "aws_iam_role_policy_attachment": "role",
    "google_storage_bucket_iam_member": "bucket",
    "google_storage_bucket_iam_binding": "bucket",
    "google_storage_bucket_acl": "bucket",
    "google_compute_firewall": "network",
    "google_sql_database": "instance",
    "google_sql_user": "instance",
    "google_container_node_pool": "cluster",
}
ROLES = ("aws_iam_role", "aws_iam_policy", "aws_iam_user", "aws_iam_group")
OUT_OF_SCOPE = (
    "null_resource",
    "random_",
    "time_",
    "local_",
    "tls_",
    "aws_cloudwatch_metric_alarm",
    "aws_autoscaling_policy",
    "aws_route53_",
    "google_dns_",
    "aws_caller_identity",
    "google_project_service",
)


class Setting(msgspec.Struct, frozen=True):
    """An attribute and the classes it is about. `safe` are its safe values, None for any that is not empty or 0.

    `silent` says what it means when nobody sets it: True safe, False not, None unknown.
    """

    path: tuple[str, ...]
    classes: tuple[str, ...]
    safe: tuple[str, ...] | None = ("true",)
    silent: bool | None = None
    why: str = ""


SETTINGS = {
    "aws_s3_bucket": (
        Setting(
            ("acl",),
            PUBLIC,
            ("private", "log-delivery-write", "aws-exec-read"),
            silent=True,
            why="buckets are private unless told",
        ),
        Setting(
            ("server_side_encryption_configuration",), REST, None, silent=True, why="S3 encrypts all objects since 2023"
        ),
        Setting(("logging",), LOGS, None, silent=False, why="access is not logged unless told"),
        Setting(("versioning", "0", "enabled"), DELETION, silent=False, why="old versions are not kept unless told"),
    ),
    "aws_db_instance": (
        Setting(("storage_encrypted",), REST, silent=False, why="RDS does not encrypt unless told"),
        Setting(("publicly_accessible",), PUBLIC, ("false",), silent=True, why="instances are not public unless told"),
        Setting(("backup_retention_period",), BACKUP, None),
        Setting(("deletion_protection",), DELETION, silent=False, why="deletion is not prevented unless told"),
        Setting(("multi_az",), REDUNDANCY, silent=False, why="one zone unless told"),
    ),
    "aws_rds_cluster": (
        Setting(("storage_encrypted",), REST, silent=False, why="RDS does not encrypt unless told"),
        Setting(("deletion_protection",), DELETION, silent=False, why="deletion is not prevented unless told"),
    ),
    "aws_efs_file_system": (Setting(("encrypted",), REST, silent=False, why="EFS does not encrypt unless told"),),
    "aws_dynamodb_table": (
        Setting(("point_in_time_recovery", "0", "enabled"), BACKUP, silent=False, why="no copies unless told"),
        Setting(("deletion_protection_enabled",), DELETION, silent=False, why="deletion is not prevented unless told"),
    ),
    "aws_kms_key": (Setting(("enable_key_rotation",), ROTATION, silent=False, why="keys are not rotated unless told"),),
    "aws_elasticache_replication_group": (
        Setting(("at_rest_encryption_enabled",), REST, silent=False, why="ElastiCache does not encrypt unless told"),
    ),
    "google_storage_bucket": (
        Setting(("public_access_prevention",), PUBLIC, ("enforced",)),
        Setting(("versioning", "0", "enabled"), DELETION, silent=False, why="old versions are not kept unless told"),
        Setting(("logging",), LOGS, None, silent=False, why="access is not logged unless told"),
    ),
    "google_sql_database_instance": (
        Setting(
            ("settings", "0", "backup_configuration", "0", "enabled"), BACKUP, silent=False, why="no copies unless told"
        ),
        Setting(("deletion_protection",), DELETION, silent=True, why="the provider prevents deletion unless told"),
    ),
}
