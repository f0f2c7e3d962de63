"""Where conversations are kept."""

from typing import Protocol

from domain.conversation import Conversation, ConversationHead, Turn
from domain.identity import UserScope
from domain.paging import Page


class ConversationStore(Protocol):
    """A user's conversations."""

    async def open(self, conversation: Conversation) -> None:
        """It is stored, without a turn. Raises: StoreUnavailable."""

    async def get(self, conversation_id: str, *, scope: UserScope) -> Conversation:
        """The user's conversation of that id, with every turn, oldest first. Raises: NotFound, StoreUnavailable."""

    async def page(self, *, scope: UserScope, limit: int, after: str | None = None) -> Page[ConversationHead]:
        """The user's conversations, latest opened first, from just after the id `after` (ids grow with time)."""

    async def delete(self, conversation_id: str, *, scope: UserScope) -> None:
        """It is gone with its turns. Raises: NotFound, StoreUnavailable."""


class TurnLog(Protocol):
    """The turns of conversations, each number once."""

    async def append_turn(self, turn: Turn, *, conversation_id: str, scope: UserScope) -> None:
        """The turn is stored under its number, and the conversation counts as updated at `turn.at`: both or neither.

        Raises: TurnConflict, and nothing is written, where its number is not the next, as of two that are appended at
        once one is told; NotFound, StoreUnavailable.
        """
