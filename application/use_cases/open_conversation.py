"""Begin a conversation."""

from dataclasses import dataclass

from application.ports.conversation_store import ConversationStore
from application.ports.system import Clock, Ids
from domain.conversation import Conversation
from domain.identity import UserScope
from domain.language import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenConversation:
    """A new conversation without a turn, kept. Raises: Refused for a title that cannot be."""

    store: ConversationStore
    clock: Clock
    ids: Ids

    async def __call__(
        self, *, scope: UserScope, title: str | None = None, language: Language | None = None
    ) -> Conversation:
        now = self.clock.now()
        conversation = Conversation(
            conversation_id=self.ids.new(), scope=scope, opened_at=now, updated_at=now, title=title, language=language
        )
        await self.store.open(conversation)
        return conversation
