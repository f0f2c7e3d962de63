import pytest

from adapters.memory.conversation_store import InMemoryConversationStore
from tests.contracts.conversation_store_contract import ConversationStoreContract, Store


class TestInMemoryConversationStore(ConversationStoreContract):
    @pytest.fixture
    def store(self) -> Store:
        return InMemoryConversationStore()
