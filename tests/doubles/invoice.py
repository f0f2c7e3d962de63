"""The invoice: every call that came, what it used and what it costs, in a file that only grows.

A line is written when a call arrives, before anything is answered, and again whenever more is known of it; the last
line of a call counts. Each is handed to the system before the double goes on, so the file outlives both the service
and the double, however either ends.
"""

import hashlib
import json
import threading
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.doubles.prices import price_of

ARRIVED, SENDING = "arrived", "sending"
Line = dict[str, Any]


class Invoice:
    """The list of calls. A line of it: `call`, `at`, `path`, `model`, `status`, `usage`, `cost_usd` (a decimal as text;
    None while nothing is charged), `price_since`, `request_id`, `marker`, `key`, `note`."""

    def __init__(self, path: Path | None) -> None:
        self._file = path.open("a", encoding="utf-8") if path else None
        self._lock = threading.Lock()
        self.calls: list[Line] = []

    def add(self, *, path: str, model: str, request_id: str, key: str, marker: str | None) -> Line:
        """A call has arrived."""
        now = datetime.now(UTC)
        price = price_of(model, now.date())
        line: Line = {
            "call": uuid.uuid4().hex,
            "at": now.isoformat(),
            "path": path,
            "model": model,
            "status": 0,
            "usage": None,
            "cost_usd": None,
            "price_since": price and price.since.isoformat(),
            "request_id": request_id,
            "marker": marker,
            "key": hashlib.sha256(key.encode()).hexdigest()[:16],
            "note": ARRIVED,
        }
        with self._lock:
            self.calls.append(line)
            self._write(line)
        return line

    def change(self, line: Line, **known: object) -> None:
        """More is known of a call: its status, its usage (which sets its cost), or how it went."""
        with self._lock:
            line.update(known)
            price = price_of(line["model"], datetime.fromisoformat(line["at"]).date())
            line["cost_usd"] = str(price.of(line["usage"])) if price and line["usage"] else None
            self._write(line)

    def _write(self, line: Line) -> None:
        if self._file:
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._file.flush()


def is_under_way(line: Line) -> bool:
    """Whether more may be known of the call later."""
    return line["note"] in (ARRIVED, SENDING)


def calls_in(path: Path) -> list[Line]:
    """Every call of an invoice as it is known at last, in the order of arrival. A line cut short by a kill is left."""
    if not path.exists():
        return []
    calls: dict[str, Line] = {}
    for text in path.read_text(encoding="utf-8").splitlines(keepends=True):
        if text.endswith("\n"):
            line = json.loads(text)
            calls[line["call"]] = line
    return list(calls.values())
