import math

import pytest

from application.ports.embedder import Embedder
from domain.catalogue import ModelConfig
from domain.embedding import TextKind
from domain.errors import DeadlineExceeded, Refused
from tests.contracts.model_builders import cosine

PATIENCE_SECONDS = 60.0


class EmbedderContract:
    """What every adapter of Embedder promises. A subclass has the fixtures `embedder` and `model`."""

    async def test_each_text_has_a_vector_of_the_models_size_and_of_length_1(
        self, embedder: Embedder, model: ModelConfig
    ) -> None:
        texts = ["RSI mean reversion on GOOG", "구글 RSI 역추세 전략", "", " ", "📈 " * 40]

        embedded = await embedder.embed(texts, kind=TextKind.PASSAGE, model=model, timeout_seconds=PATIENCE_SECONDS)

        assert [len(vector) for vector in embedded.vectors] == [model.dimensions] * 5
        assert {vector.typecode for vector in embedded.vectors} == {"f"}
        assert all(math.isclose(cosine(vector, vector), 1, abs_tol=1e-5) for vector in embedded.vectors)

    async def test_vectors_come_in_the_order_of_the_texts(self, embedder: Embedder, model: ModelConfig) -> None:
        texts = [f"backtest number {i} 백테스트" for i in range(19)]

        together = await embedder.embed(texts, kind=TextKind.PASSAGE, model=model, timeout_seconds=PATIENCE_SECONDS)
        alone = await embedder.embed(texts[7:8], kind=TextKind.PASSAGE, model=model, timeout_seconds=PATIENCE_SECONDS)

        nearest = max(range(19), key=lambda i: cosine(together.vectors[i], alone.vectors[0]))
        assert nearest == 7
        assert math.isclose(cosine(together.vectors[7], alone.vectors[0]), 1, abs_tol=1e-4)

    async def test_no_text_gives_no_vector(self, embedder: Embedder, model: ModelConfig) -> None:
        embedded = await embedder.embed([], kind=TextKind.QUERY, model=model, timeout_seconds=PATIENCE_SECONDS)

        assert embedded.vectors == ()

    @pytest.mark.parametrize(
        ("question", "near", "far"),
        [
            ("RSI oversold mean reversion", "mean reversion with RSI, oversold below 30", "Donchian channel breakout"),
            ("볼린저 밴드 역추세", "볼린저 밴드 하단에서 사는 역추세 전략", "이동평균 골든크로스 추세추종"),
        ],
    )
    async def test_what_is_alike_is_near(
        self, embedder: Embedder, model: ModelConfig, *, question: str, near: str, far: str
    ) -> None:
        asked = await embedder.embed([question], kind=TextKind.QUERY, model=model, timeout_seconds=PATIENCE_SECONDS)
        found = await embedder.embed([far, near], kind=TextKind.PASSAGE, model=model, timeout_seconds=PATIENCE_SECONDS)

        assert cosine(asked.vectors[0], found.vectors[1]) > cosine(asked.vectors[0], found.vectors[0])

    async def test_what_was_used_grows_with_the_text(self, embedder: Embedder, model: ModelConfig) -> None:
        short = await embedder.embed(["GOOG"], kind=TextKind.QUERY, model=model, timeout_seconds=PATIENCE_SECONDS)
        long = await embedder.embed(
            ["GOOG 전략 " * 9], kind=TextKind.QUERY, model=model, timeout_seconds=PATIENCE_SECONDS
        )

        assert short.usage is not None
        assert long.usage is not None
        assert 0 < short.usage.input_tokens < long.usage.input_tokens
        assert long.usage.output_tokens == 0

    @pytest.mark.parametrize("text", ["before\0after", "half \ud800 a pair"])
    async def test_a_text_that_cannot_be_embedded_whole_is_refused_by_its_place(
        self, embedder: Embedder, model: ModelConfig, text: str
    ) -> None:
        with pytest.raises(Refused, match=r"texts\[1\]"):
            await embedder.embed(["fine", text], kind=TextKind.PASSAGE, model=model, timeout_seconds=PATIENCE_SECONDS)

    async def test_without_time_the_deadline_has_passed(self, embedder: Embedder, model: ModelConfig) -> None:
        with pytest.raises(DeadlineExceeded):
            await embedder.embed(["GOOG"], kind=TextKind.QUERY, model=model, timeout_seconds=0)
