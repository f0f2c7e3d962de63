"""What several processes share and each keeps a copy of."""

from enum import StrEnum


class Watched(StrEnum):
    """A thing whose changes every process has to hear of soon."""

    KEYS = "keys"
    GOVERNANCE = "governance"
    INDEX = "index"
    ERASURES = "erasures"
