"""One module a kind of infrastructure, found by its name; see threatdsl.infra.interface."""
