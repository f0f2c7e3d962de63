"""The places at which the service can be told to kill itself, and the telling.

Nothing of it is in the product: `victim.py` starts the real service with its parts wrapped.
"""

import json
import os
import signal
import threading
from collections import Counter
from enum import StrEnum
from pathlib import Path


class Point(StrEnum):
    """Where the process is when it dies."""

    BEFORE_OPEN = "before the row is opened"
    IN_OPEN = "in the transaction that opens the row, before its commit"
    AFTER_OPEN = "after the row is committed, before the provider is called"
    ASKED = "after the request was sent, before its answer"
    ASKED_FOR_STREAM = "after the request of a stream was sent, before its first byte"
    ASKED_FOR_VECTOR = "after the request of a question's vector was sent, before its answer"
    FIRST_CHUNK = "after the first piece of a stream"
    MID_STREAM = "in the middle of a stream"
    ANSWERED = "after the answer, before the row is settled"
    IN_SETTLE = "in the transaction that settles the row, before its commit"
    AFTER_SETTLE = "after the row is settled, before the client is answered"
    BETWEEN_ATTEMPTS = "between two attempts"
    INDEXING = "while texts are embedded for the index"
    IN_SWEEP = "in the transaction that settles an overdue row, before its commit"
    AFTER_SWEEP = "after a sweep"
    MIGRATING = "while the schema is made"
    STARTING = "after the schema is made, before anything is served"


STARTS = (Point.MIGRATING, Point.STARTING)
SWEEPS = (Point.IN_SWEEP, Point.AFTER_SWEEP)


class Trap:
    """Kills this process when the armed point is reached for the n-th time since it was armed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._times: Counter[str] = Counter()
        self._lock = threading.Lock()

    def arm(self, point: Point, *, nth: int = 1) -> None:
        """From another process; it is seen from the next time on that any point is reached."""
        fresh = self.path.with_suffix(".fresh")
        fresh.write_text(json.dumps({"point": point.value, "nth": nth}), encoding="utf-8")
        fresh.replace(self.path)

    def disarm(self) -> None:
        self.path.unlink(missing_ok=True)

    def is_armed(self, point: Point) -> bool:
        return self._armed()[0] == point

    def reached(self, point: Point) -> None:
        """As if the machine had taken the process away: nothing is flushed, closed or said."""
        armed, nth = self._armed()
        if armed != point:
            return
        with self._lock:
            self._times[point] += 1
            if self._times[point] == nth:
                os.kill(os.getpid(), signal.SIGKILL)

    def _armed(self) -> tuple[str, int]:
        try:
            told = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return "", 0
        return told["point"], told["nth"]
