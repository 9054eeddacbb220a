"""`python -m threatdsl` is the command `threatdsl`."""

from threatdsl.cli.main import run

run()
