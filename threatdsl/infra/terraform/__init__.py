"""What Terraform plans and states say, topic by topic; threatdsl.infra.readers.terraform puts it together."""
