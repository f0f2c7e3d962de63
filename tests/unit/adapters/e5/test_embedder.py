import asyncio
import importlib.util
import os
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.e5.embedder import GIVING_WAY, E5Embedder, installed
from adapters.tokens.tokenizer import BpeTokenizer
from domain.embedding import TextKind
from domain.errors import ConfigurationError, ProviderUnavailable
from tests.contracts.model_builders import an_embedding_model, cosine

E5 = replace(an_embedding_model("multilingual-e5-small", dimensions=384), encoding="e5")
PATIENCE_SECONDS = 60.0


def test_a_missing_model_is_named_with_the_command_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)

    assert not installed()
    with pytest.raises(ConfigurationError, match="pip install"):
        E5Embedder()


async def test_a_question_is_embedded_otherwise_than_a_passage() -> None:
    embedder = E5Embedder()
    await embedder.warm()
    asked, answered = [
        await embedder.embed(["RSI 역추세"], kind=kind, model=E5, timeout_seconds=PATIENCE_SECONDS) for kind in TextKind
    ]
    await embedder.aclose()

    assert cosine(asked.vectors[0], answered.vectors[0]) < 0.999


async def test_a_question_does_not_wait_for_a_long_list_of_passages() -> None:
    embedder = E5Embedder()
    await embedder.warm()
    passages = [f"백테스트 {i}: GOOG RSI 14, sharpe 0.61" for i in range(24)]
    indexing = asyncio.ensure_future(
        embedder.embed(passages, kind=TextKind.PASSAGE, model=E5, timeout_seconds=PATIENCE_SECONDS)
    )
    await asyncio.sleep(0)

    await embedder.embed(["구글 RSI"], kind=TextKind.QUERY, model=E5, timeout_seconds=PATIENCE_SECONDS)
    still_indexing = not indexing.done()
    await indexing
    await embedder.aclose()

    assert still_indexing


def threads_that_give_way() -> int:
    """How many of this process are nicer than the one that asks."""
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    threads = [int(thread.name) for thread in Path("/proc/self/task").iterdir()]
    return [os.getpriority(os.PRIO_PROCESS, thread) for thread in threads].count(ours + GIVING_WAY)


async def test_passages_give_way_to_everything_else_and_questions_do_not() -> None:
    embedder, before = E5Embedder(), threads_that_give_way()
    await embedder.embed(["구글 RSI"], kind=TextKind.QUERY, model=E5, timeout_seconds=PATIENCE_SECONDS)
    asked = threads_that_give_way()
    await embedder.embed(["RSI 역추세"], kind=TextKind.PASSAGE, model=E5, timeout_seconds=PATIENCE_SECONDS)
    read = threads_that_give_way()
    await embedder.aclose()

    assert (asked - before, read - before) == (0, 1)


@pytest.mark.parametrize("text", ["구글의 RSI 14 역추세 전략, 샤프 0.61", "GOOG RSI mean reversion, 48 trades", "가"])
async def test_the_estimate_is_not_below_what_it_reads(text: str) -> None:
    embedder = E5Embedder()
    embedded = await embedder.embed([text], kind=TextKind.PASSAGE, model=E5, timeout_seconds=PATIENCE_SECONDS)
    await embedder.aclose()

    assert embedded.usage is not None
    assert embedded.usage.input_tokens <= BpeTokenizer().count(text, model=E5)


async def test_a_closed_embedder_is_unavailable() -> None:
    embedder = E5Embedder()
    await embedder.aclose()

    with pytest.raises(ProviderUnavailable):
        await embedder.embed(["GOOG"], kind=TextKind.QUERY, model=E5, timeout_seconds=PATIENCE_SECONDS)
