"""Server-sent events: an answer that goes out while it is made, and ends when its reader leaves."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, suppress
from typing import Any, Generic, TypeVar

import msgspec
from litestar.response import Stream
from litestar.types import ASGIApp, Receive, Scope, Send

MEDIA_TYPE = "text/event-stream"
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
MOST_UNREAD = 64
UNREAD_SECONDS = 30.0
"""So long a reader may leave everything unread before it counts as gone."""
Item = TypeVar("Item")


class Following(Generic[Item]):
    """A generator that is read in a task of its own, so that it is closed in order whatever becomes of its reader."""

    def __init__(self, source: AsyncGenerator[Item, None]) -> None:
        self._items: asyncio.Queue[Item | Exception | None] = asyncio.Queue(MOST_UNREAD)
        self._task = asyncio.create_task(self._follow(source))

    async def next(self) -> Item | None:
        """The next item, None after the last. Raises: what the generator raised."""
        item = await self._items.get()
        if isinstance(item, Exception):
            raise item
        return item

    async def stop(self) -> None:
        """The generator is closed, wherever it was."""
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.wait({self._task})

    async def _follow(self, source: AsyncGenerator[Item, None]) -> None:
        last: Exception | None = None
        try:
            async with aclosing(source) as items:
                async for item in items:
                    await self._put(item)
        except TimeoutError:
            return
        except Exception as failure:  # noqa: BLE001  # it is raised again where the items are read
            last = failure
        with suppress(TimeoutError):
            await self._put(last)

    async def _put(self, item: Item | Exception | None) -> None:
        async with asyncio.timeout(UNREAD_SECONDS):
            await self._items.put(item)


class EventStream(Stream):
    """A response of events. What they come from is stopped when the response ends, and when nobody ever reads it."""

    def __init__(self, events: AsyncIterator[bytes], following: Following[Any]) -> None:
        super().__init__(events, media_type=MEDIA_TYPE, headers=HEADERS)
        self._following = following

    def to_asgi_response(self, *arguments: Any, **named: Any) -> ASGIApp:  # type: ignore[override]  # noqa: ANN401  # passed on as they are; only its being an application is used
        """The response, with the end of what it follows."""
        respond = super().to_asgi_response(*arguments, **named)

        async def answered(scope: Scope, receive: Receive, send: Send) -> None:
            try:
                await respond(scope, receive, send)
            finally:
                await self._following.stop()

        return answered


async def events_of(
    first: Item | None,
    following: Following[Item],
    *,
    write: Callable[[Item], bytes],
    fail: Callable[[Exception], bytes],
) -> AsyncGenerator[bytes, None]:
    """Each item as an event; a failure is an event too, and the last."""
    try:
        item = first
        while item is not None:
            yield write(item)
            item = await following.next()
    except Exception as failure:  # noqa: BLE001  # the status has gone out: the failure is told in the stream
        yield fail(failure)


def event(name: str, content: object) -> bytes:
    """One event, its content as a line of JSON."""
    return b"event: " + name.encode() + b"\ndata: " + msgspec.json.encode(content) + b"\n\n"
