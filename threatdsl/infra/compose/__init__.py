"""What compose files say, topic by topic; threatdsl.infra.readers.compose puts it together."""
