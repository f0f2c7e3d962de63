"""Words that go through the service untouched, so that a call on the invoice can be told to be a caller's own.

A caller puts one into what it asks and names it as its `X-Request-Id`, which the ledger keeps. What is indexed has no
caller: a backtest's name holds a word of another kind.
"""

import json
import re
import secrets
from typing import Any

CALLER, CARD = "mark", "card"
MARKER = re.compile(rf"(?:{CALLER}|{CARD})[a-p]{{12}}")
LETTERS = "abcdefghijklmnop"


def a_marker(kind: str = CALLER) -> str:
    """Letters alone: a digit would be read as a condition, and a sentence with a number from nowhere is refused."""
    return kind + "".join(secrets.choice(LETTERS) for _ in range(12))


def marker_in(body: dict[str, Any]) -> str | None:
    """The last one in what is asked: those of earlier turns come before it."""
    asked = json.dumps(body.get("messages") or body.get("input"), ensure_ascii=False)
    return next(reversed(MARKER.findall(asked)), None)
