"""The five steps of severity, of threats and of what tools report alike."""

from enum import IntEnum


class Level(IntEnum):
    """The five steps of severity; `name.lower()` is the word shown."""

    INFO = 1
    LOW = 2
    MEDIUM = 3
    HIGH = 4
    CRITICAL = 5

    @property
    def word(self) -> str:
        """As reports write it."""
        return self.name.lower()
