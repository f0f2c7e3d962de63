"""Conversations, in memory."""

from dataclasses import replace

from domain.conversation import Conversation, ConversationHead, Turn
from domain.errors import NotFound
from domain.identity import UserScope
from domain.paging import Page


class InMemoryConversationStore:
    """Conversations and their turns by user; each method runs without giving way, so it is a transaction."""

    def __init__(self) -> None:
        self._held: dict[str, dict[str, Conversation]] = {}

    async def open(self, conversation: Conversation) -> None:
        """It is there, without a turn."""
        self._held.setdefault(conversation.scope.user_id, {})[conversation.conversation_id] = replace(
            conversation, turns=()
        )

    async def get(self, conversation_id: str, *, scope: UserScope) -> Conversation:
        """The user's conversation of that id, with every turn, oldest first. Raises: NotFound."""
        try:
            return self._held[scope.user_id][conversation_id]
        except KeyError:
            raise NotFound("session", conversation_id) from None

    async def page(self, *, scope: UserScope, limit: int, after: str | None = None) -> Page[ConversationHead]:
        """The user's conversations, latest opened first, from just after the id `after`."""
        mine = self._held.get(scope.user_id, {})
        rest = [mine[each].head for each in sorted(mine, reverse=True) if after is None or each < after]
        more = rest[limit - 1].conversation_id if len(rest) > limit else None
        return Page(items=tuple(rest[:limit]), next_after=more)

    async def delete(self, conversation_id: str, *, scope: UserScope) -> None:
        """It is gone with its turns. Raises: NotFound."""
        if self._held.get(scope.user_id, {}).pop(conversation_id, None) is None:
            raise NotFound("session", conversation_id)

    async def append_turn(self, turn: Turn, *, conversation_id: str, scope: UserScope) -> None:
        """The turn is there under its number. Raises: TurnConflict, NotFound."""
        conversation = await self.get(conversation_id, scope=scope)
        self._held[scope.user_id][conversation_id] = conversation.said(turn, at=turn.at)

    def forget_user(self, user_id: str) -> dict[str, int]:
        """Nothing of the user is there any more; how much was, by kind."""
        gone = self._held.pop(user_id, {})
        return {"conversations": len(gone), "turns": sum(len(each.turns) for each in gone.values())}
