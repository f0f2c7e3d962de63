"""Requests of a user who is being erased: those that come are refused, those under way are cut off."""

import asyncio
from dataclasses import dataclass

from litestar.types import ASGIApp, Message, Receive, Scope, Send

from application.doors import UserDoors
from domain.erasure import UserBeingErased

_USER, _TASK = "quantrail.inside", "quantrail.task"


def come_in(scope: Scope, doors: UserDoors, user_id: str) -> None:
    """The request is at work for the user until it ends. Raises: UserBeingErased."""
    # Whoever asks may be a task of the framework, which looks several things up at once.
    doors.enter(user_id, scope[_TASK])  # type: ignore[literal-required]  # a key of our own beside ASGI's
    scope[_USER] = user_id  # type: ignore[literal-required]  # the same


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownOut:
    """The same application, whose requests leave as they end, and say why where they were cut off."""

    doors: UserDoors

    def __call__(self, app: ASGIApp) -> ASGIApp:
        """The application behind it."""

        async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
            begun, task = False, asyncio.current_task()
            scope[_TASK] = task  # type: ignore[literal-required]  # a key of our own beside ASGI's

            async def watched(message: Message) -> None:
                nonlocal begun
                begun = True
                await send(message)

            try:
                await app(scope, receive, watched)
            except asyncio.CancelledError:
                if begun or task is None or not self._was_shown_out(scope, task):
                    raise
                raise UserBeingErased from None
            finally:
                self._leave(scope)

        return wrapped

    def _was_shown_out(self, scope: Scope, task: "asyncio.Task[object]") -> bool:
        user_id = scope.get(_USER)
        # It was cancelled for this alone, and ends with an answer.
        return isinstance(user_id, str) and self.doors.is_closed(user_id) and task.uncancel() == 0

    def _leave(self, scope: Scope) -> None:
        user_id = scope.get(_USER)
        if isinstance(user_id, str):
            self.doors.leave(user_id, scope.get(_TASK))
