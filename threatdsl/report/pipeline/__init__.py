"""What pipelines read: SARIF, JUnit, annotations, code quality, pull-request comments."""
