import asyncio
from collections.abc import Iterator

import pytest

from adapters.e5.embedder import E5Embedder
from adapters.llama_cpp.chat_model import LlamaCppChatModel
from application.ports.embedder import Embedder
from domain.catalogue import ModelConfig
from tests.builders import a_model
from tests.contracts.chat_model_contract import ChatModelContract, StreamedChatModel, StreamingChatModelContract
from tests.contracts.embedder_contract import EmbedderContract
from tests.contracts.model_builders import an_embedding_model


class TestLlamaCppChatModel(ChatModelContract, StreamingChatModelContract):
    @pytest.fixture(scope="class")
    @classmethod
    def chat_model(cls) -> Iterator[StreamedChatModel]:
        made = LlamaCppChatModel()
        yield made
        asyncio.run(made.aclose())

    @pytest.fixture
    def model(self) -> ModelConfig:
        return a_model(model_id="smollm2-135m", provider="local", max_output_tokens=64, encoding="smollm2", free=True)


class TestE5Embedder(EmbedderContract):
    @pytest.fixture(scope="class")
    @classmethod
    def embedder(cls) -> Iterator[Embedder]:
        made = E5Embedder()
        yield made
        asyncio.run(made.aclose())

    @pytest.fixture
    def model(self) -> ModelConfig:
        return an_embedding_model("multilingual-e5-small", dimensions=384)
