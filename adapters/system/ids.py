"""Identifiers that sort by when they were made."""

import secrets
import time
import uuid
from collections.abc import Callable
from threading import Lock

RANDOM_BITS = 74
LOW_BITS = 62
NS_PER_MS = 1_000_000


class TimeOrderedIds:
    """UUIDs of version 7, strictly growing in one process: within one millisecond, and when the clock goes back.

    Source: RFC 9562, sections 5.7 and 6.2 (method 2: the random part is a counter with random steps).
    """

    def __init__(self, now_ns: Callable[[], int] = time.time_ns) -> None:
        self._now_ns = now_ns
        self._lock = Lock()
        self._last = 0

    def new(self) -> str:
        """A new one, greater as text than every one before."""
        with self._lock:
            fresh = (self._now_ns() // NS_PER_MS << RANDOM_BITS) | secrets.randbits(RANDOM_BITS)
            # A step that overflows the random part carries into the time, so the order holds even then.
            self._last = fresh if fresh > self._last else self._last + 1 + secrets.randbits(32)
            return _as_uuid(self._last)

    def secret(self) -> str:
        """256 random bits as URL-safe text."""
        return secrets.token_urlsafe(32)


def _as_uuid(number: int) -> str:
    high, low = number >> LOW_BITS, number & ((1 << LOW_BITS) - 1)
    milliseconds, middle = high >> 12, high & 0xFFF
    return str(uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | middle << 64 | 0b10 << 62 | low))
