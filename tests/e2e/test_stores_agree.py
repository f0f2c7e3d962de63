"""The same backtests and questions on every store, with the real local embeddings: the same answers, in one order."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from adapters.e5.embedder import E5Embedder
from adapters.memory.vector_store import InMemoryVectorStore
from domain.embedding import Card, TextKind, Vector
from entrypoints.cli.demo_steps import QUESTIONS, bundled_backtests
from tests.builders import a_scope
from tests.contracts.model_builders import an_embedding_model
from tests.contracts.vector_engines import an_emptied_postgresql, chroma_server
from tests.contracts.vector_places import Place, store_at
from tests.http.service import Caller, a_body, service

DEMO_BACKTESTS = 120
TOP_K = 20
INDEXING_SECONDS = 120.0
MORE_QUESTIONS: Mapping[str, Sequence[str]] = {
    "minji": (
        "애플에서 손실이 가장 적었던 실행",
        "20일 이동평균선 돌파",
        "샤프 지수 0.5 이상이고 MDD 30% 이하인 전략",
        "거래 횟수 20번 미만인 IBM 백테스트",
        "2008년 이후의 평균회귀",
    ),
    "alex": (
        "MACD on Microsoft",
        "mean reversion with a win rate over 60%",
        "GOOG or AAPL runs with a drawdown below 25%",
        "RSI pullbacks above the 200-day average",
        "what lost money?",
    ),
}
QDRANT = "qdrant beside SQLite"
CHROMA_SERVER = "a Chroma server beside SQLite"
PGVECTOR = "pgvector beside SQLite"
STORES: Mapping[str, Mapping[str, str]] = {
    "memory in memory": {"QUANTRAIL_DATABASE_URL": "memory:", "QUANTRAIL_VECTOR_STORE": "memory"},
    "chroma beside memory": {"QUANTRAIL_DATABASE_URL": "memory:", "QUANTRAIL_VECTOR_STORE": "chroma"},
    "chroma beside SQLite": {"QUANTRAIL_VECTOR_STORE": "chroma"},
    "memory beside SQLite": {"QUANTRAIL_VECTOR_STORE": "memory"},
    QDRANT: {"QUANTRAIL_VECTOR_STORE": "qdrant"},
    CHROMA_SERVER: {"QUANTRAIL_VECTOR_STORE": "chroma-http"},
    PGVECTOR: {"QUANTRAIL_VECTOR_STORE": "pgvector"},
}
TWINS = 70
"""More than a search takes from the vector store at first."""


async def settings_of(stores: str, folder: Path) -> dict[str, str]:
    sqlite = {"QUANTRAIL_DATABASE_URL": f"sqlite:///{folder / 'quantrail.db'}", "QUANTRAIL_EMBEDDINGS": "local"}
    where = await vector_place(stores, folder)
    return sqlite | dict(STORES[stores]) | ({"QUANTRAIL_VECTOR_STORE_URL": where} if where else {})


async def vector_place(stores: str, folder: Path) -> str | None:
    if stores == QDRANT:
        return str(folder / "qdrant")
    if stores == CHROMA_SERVER:
        return chroma_server().a_database()
    return await an_emptied_postgresql() if stores == PGVECTOR else None


async def answers(stores: str, folder: Path) -> dict[str, list[tuple[str, float | None]]]:
    """Each question with what was found and how near it was."""
    found: dict[str, list[tuple[str, float | None]]] = {}
    runs = bundled_backtests(DEMO_BACKTESTS)
    async with service(folder, **await settings_of(stores, folder)) as running:
        for user in QUESTIONS:
            caller = await running.user(user)
            await record(caller, runs[user])
            for question in (*QUESTIONS[user], *MORE_QUESTIONS[user]):
                answer = await caller.search(question, top_k=TOP_K)
                found[question] = [(one["backtest"]["backtest_id"], one["similarity"]) for one in answer["results"]]
    return found


async def record(caller: Caller, runs: Sequence[Mapping[str, Any]]) -> None:
    answer = await caller.post("/api/v1/backtests/batch", runs)
    assert answer["accepted"] == len(runs)
    await caller.until_indexed(seconds=INDEXING_SECONDS)


async def test_every_store_gives_the_same_backtests_in_the_same_order(tmp_path: Path) -> None:
    expected = await answers("memory in memory", tmp_path)
    assert sum(map(bool, expected.values())) >= 14
    assert await answers("chroma beside SQLite", tmp_path) == expected


async def test_the_same_vectors_are_found_in_the_same_order_by_all_five(tmp_path: Path) -> None:
    scope, space = a_scope("minji"), "multilingual-e5-small"
    cards, questions = await embedded()
    oracle = InMemoryVectorStore()
    await oracle.upsert(cards, scope=scope, space=space)
    for stores in ("chroma beside SQLite", QDRANT, CHROMA_SERVER, PGVECTOR):
        where = await vector_place(stores, tmp_path) or str(tmp_path / "chroma")
        store = store_at(Place(kind=STORES[stores]["QUANTRAIL_VECTOR_STORE"], where=where))
        await store.start()
        try:
            await store.upsert(cards, scope=scope, space=space)
            for question in questions:
                expected = await oracle.search(question, scope=scope, space=space, top_k=TOP_K)
                assert await store.search(question, scope=scope, space=space, top_k=TOP_K) == expected
        finally:
            await store.close()


async def embedded() -> tuple[list[Card], tuple[Vector, ...]]:
    """Real cards and questions by the local model, each card under two ids."""
    embedder, model = E5Embedder(), an_embedding_model("multilingual-e5-small", dimensions=384)
    runs = bundled_backtests(DEMO_BACKTESTS)["minji"]
    texts = list(dict.fromkeys(f"{run['strategy']['name']} {run['symbols']} {run['start']}" for run in runs))
    asked = (*QUESTIONS["minji"], *MORE_QUESTIONS["minji"])
    cards = await embedder.embed(texts, kind=TextKind.PASSAGE, model=model, timeout_seconds=INDEXING_SECONDS)
    questions = await embedder.embed(asked, kind=TextKind.QUERY, model=model, timeout_seconds=INDEXING_SECONDS)
    await embedder.aclose()
    twice = [Card(card_id=f"{n:03}{twin}", vector=made) for n, made in enumerate(cards.vectors) for twin in "ba"]
    return twice, questions.vectors


def a_twin(number: int) -> dict[str, Any]:
    """Runs that differ in what is not embedded: their cards are equal."""
    metrics = {"total_return": 0.01 * number, "sharpe_ratio": 0.02 * number, "max_drawdown": 0.1}
    return a_body(backtest_id=f"bt-{number:03d}", metrics=metrics, initial_capital=None, final_equity=None)


@pytest.mark.parametrize("stores", STORES)
async def test_of_equal_cards_the_first_by_backtest_id_are_found(tmp_path: Path, stores: str) -> None:
    shuffled = [a_twin((37 * i) % TWINS) for i in range(TWINS)]
    async with service(tmp_path, **await settings_of(stores, tmp_path)) as running:
        caller = await running.user("minji")
        await record(caller, shuffled)
        for top_k in (1, 5, 60):
            found = await caller.found("RSI 과매도 반등", top_k=top_k)
            assert found == [f"bt-{number:03d}" for number in range(top_k)]
        above = await caller.found("RSI 과매도 반등, 샤프 0.2 이상", top_k=5)
        assert above == [f"bt-{number:03d}" for number in range(10, 15)]
