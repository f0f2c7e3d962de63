"""Read conversations."""

from dataclasses import dataclass

from application.ports.conversation_store import ConversationStore
from domain.conversation import Conversation, ConversationHead
from domain.identity import UserScope
from domain.paging import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowseConversations:
    """The user's conversations, latest opened first."""

    store: ConversationStore

    async def show(self, conversation_id: str, *, scope: UserScope) -> Conversation:
        """One of them, with every turn. Raises: NotFound."""
        return await self.store.get(conversation_id, scope=scope)

    async def __call__(self, *, scope: UserScope, limit: int, after: str | None) -> Page[ConversationHead]:
        return await self.store.page(scope=scope, limit=limit, after=after)
