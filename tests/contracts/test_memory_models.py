import pytest

from adapters.memory.chat_model import ScriptedChatModel
from adapters.memory.embedder import HashedWordsEmbedder
from adapters.memory.tokenizer import WordTokenizer
from application.ports.embedder import Embedder
from application.ports.tokenizer import Tokenizer
from domain.catalogue import ModelConfig
from tests.builders import a_model
from tests.contracts.chat_model_contract import ChatModelContract, StreamedChatModel, StreamingChatModelContract
from tests.contracts.embedder_contract import EmbedderContract
from tests.contracts.model_builders import an_embedding_model
from tests.contracts.tokenizer_contract import TokenizerContract


class TestScriptedChatModel(ChatModelContract, StreamingChatModelContract):
    @pytest.fixture
    def chat_model(self) -> StreamedChatModel:
        return ScriptedChatModel()

    @pytest.fixture
    def model(self) -> ModelConfig:
        return a_model()


class TestHashedWordsEmbedder(EmbedderContract):
    @pytest.fixture
    def embedder(self) -> Embedder:
        return HashedWordsEmbedder()

    @pytest.fixture
    def model(self) -> ModelConfig:
        return an_embedding_model(dimensions=256)


class TestWordTokenizer(TokenizerContract):
    @staticmethod
    def make() -> Tokenizer:
        return WordTokenizer()
