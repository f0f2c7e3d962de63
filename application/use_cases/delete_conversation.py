"""Forget a conversation."""

from dataclasses import dataclass

from application.ports.conversation_store import ConversationStore
from domain.identity import UserScope


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteConversation:
    """The conversation is gone with its turns. Raises: NotFound."""

    store: ConversationStore

    async def __call__(self, conversation_id: str, *, scope: UserScope) -> None:
        await self.store.delete(conversation_id, scope=scope)
