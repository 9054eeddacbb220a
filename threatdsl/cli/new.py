"""threatdsl new."""


def new() -> None:
    """Write a first model."""
