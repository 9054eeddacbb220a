"""What Kubernetes manifests say, topic by topic; threatdsl.infra.readers.kubernetes puts it together."""
