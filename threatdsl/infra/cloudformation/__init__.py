"""CloudFormation and SAM templates: evaluated as far as they decide themselves, then mapped topic by topic."""
