"""What the exit codes mean, for every command."""

from enum import IntEnum


class ExitCode(IntEnum):
    """0 clean, 1 the gate or a check failed, 2 an input is wrong, 3 differs, 70 a bug in threatdsl."""

    CLEAN = 0
    FAILED = 1
    WRONG_INPUT = 2
    DIFFERS = 3
    BUG = 70
