"""Server-sent events, read as any client reads them."""

import json
from typing import Any, NamedTuple


class Event(NamedTuple):
    name: str
    content: Any


def events_in(text: str) -> list[Event]:
    """Every event of a stream that has ended; each must be whole."""
    *blocks, rest = text.split("\n\n")
    assert rest == "", rest
    return [_event(block) for block in blocks]


def _event(block: str) -> Event:
    name, _, content = block.partition("\n")
    assert name.startswith("event: "), block
    assert content.startswith("data: "), block
    return Event(name=name.removeprefix("event: "), content=json.loads(content.removeprefix("data: ")))


def named(events: list[Event], name: str) -> list[Any]:
    return [event.content for event in events if event.name == name]
