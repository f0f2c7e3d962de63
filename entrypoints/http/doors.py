"""Requests of a user who is being erased: those that come are refused, those under way are cut off."""

import asyncio
from dataclasses import dataclass
from typing import NamedTuple

from litestar.types import ASGIApp, Message, Receive, Scope, Send

from application.doors import UserDoors
from domain.erasure import UserBeingErased

_INSIDE = "quantrail.inside"


class _Inside(NamedTuple):
    """For whom a request is at work, and in which task."""

    user_id: str
    task: "asyncio.Task[object]"


def come_in(scope: Scope, doors: UserDoors, user_id: str) -> None:
    """The request is at work for the user until it ends. Raises: UserBeingErased."""
    task = asyncio.current_task()
    assert task is not None  # noqa: S101  # a request is answered in a task
    doors.enter(user_id, task)
    scope[_INSIDE] = _Inside(user_id, task)  # type: ignore[literal-required]  # a key of our own beside ASGI's


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownOut:
    """The same application, whose requests leave as they end, and say why where they were cut off."""

    doors: UserDoors

    def __call__(self, app: ASGIApp) -> ASGIApp:
        """The application behind it."""

        async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
            begun = False

            async def watched(message: Message) -> None:
                nonlocal begun
                begun = True
                await send(message)

            try:
                await app(scope, receive, watched)
            except asyncio.CancelledError:
                if begun or not self._was_shown_out(scope):
                    raise
                raise UserBeingErased from None
            finally:
                self._leave(scope)

        return wrapped

    def _was_shown_out(self, scope: Scope) -> bool:
        inside = _inside(scope)
        if inside is None or inside.task is not asyncio.current_task() or not self.doors.is_closed(inside.user_id):
            return False
        # It was cancelled for this alone, and ends with an answer.
        return inside.task.uncancel() == 0

    def _leave(self, scope: Scope) -> None:
        inside = _inside(scope)
        if inside is not None:
            self.doors.leave(inside.user_id, inside.task)


def _inside(scope: Scope) -> _Inside | None:
    inside = scope.get(_INSIDE)
    return inside if isinstance(inside, _Inside) else None
