import pytest
from openai import AsyncOpenAI

from adapters.openai.chat_model import OpenAIChatModel
from adapters.openai.embedder import OpenAIEmbedder
from application.ports.embedder import Embedder
from domain.catalogue import ModelConfig
from tests.builders import a_model
from tests.contracts.chat_model_contract import ChatModelContract, StreamedChatModel, StreamingChatModelContract
from tests.contracts.embedder_contract import EmbedderContract
from tests.contracts.model_builders import an_embedding_model
from tests.contracts.openai_fixtures import client, double, running_double

__all__ = ["client", "double", "running_double"]


class TestOpenAIChatModel(ChatModelContract, StreamingChatModelContract):
    @pytest.fixture
    def chat_model(self, client: AsyncOpenAI) -> StreamedChatModel:
        return OpenAIChatModel(client)

    @pytest.fixture
    def model(self) -> ModelConfig:
        return a_model()


class TestOpenAIEmbedder(EmbedderContract):
    @pytest.fixture
    def embedder(self, client: AsyncOpenAI) -> Embedder:
        return OpenAIEmbedder(client)

    @pytest.fixture
    def model(self) -> ModelConfig:
        return an_embedding_model(dimensions=512)
