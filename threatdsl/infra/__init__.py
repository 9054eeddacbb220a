"""Infrastructure as code: what templates, manifests and plans say, and how it compares with a model."""
