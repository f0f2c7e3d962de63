"""The same backtests and questions on every store, with the real local embeddings: the same answers, in one order."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from entrypoints.cli.demo_steps import QUESTIONS, bundled_backtests
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
STORES = {
    "memory in memory": {"QUANTRAIL_DATABASE_URL": "memory:", "QUANTRAIL_VECTOR_STORE": "memory"},
    "chroma beside memory": {"QUANTRAIL_DATABASE_URL": "memory:", "QUANTRAIL_VECTOR_STORE": "chroma"},
    "chroma beside SQLite": {"QUANTRAIL_VECTOR_STORE": "chroma"},
    "memory beside SQLite": {"QUANTRAIL_VECTOR_STORE": "memory"},
}
TWINS = 70
"""More than a search takes from the vector store at first."""


def settings_of(stores: str, folder: Path) -> dict[str, str]:
    sqlite = {"QUANTRAIL_DATABASE_URL": f"sqlite:///{folder / 'quantrail.db'}"}
    return sqlite | STORES[stores] | {"QUANTRAIL_EMBEDDINGS": "local"}


async def answers(stores: str, folder: Path) -> dict[str, list[tuple[str, float | None]]]:
    """Each question with what was found and how near it was."""
    found: dict[str, list[tuple[str, float | None]]] = {}
    runs = bundled_backtests(DEMO_BACKTESTS)
    async with service(folder, **settings_of(stores, folder)) as running:
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


def a_twin(number: int) -> dict[str, Any]:
    """Runs that differ in what is not embedded: their cards are equal."""
    metrics = {"total_return": 0.01 * number, "sharpe_ratio": 0.02 * number, "max_drawdown": 0.1}
    return a_body(backtest_id=f"bt-{number:03d}", metrics=metrics, initial_capital=None, final_equity=None)


@pytest.mark.parametrize("stores", STORES)
async def test_of_equal_cards_the_first_by_backtest_id_are_found(tmp_path: Path, stores: str) -> None:
    shuffled = [a_twin((37 * i) % TWINS) for i in range(TWINS)]
    async with service(tmp_path, **settings_of(stores, tmp_path)) as running:
        caller = await running.user("minji")
        await record(caller, shuffled)
        for top_k in (1, 5, 60):
            found = await caller.found("RSI 과매도 반등", top_k=top_k)
            assert found == [f"bt-{number:03d}" for number in range(top_k)]
        above = await caller.found("RSI 과매도 반등, 샤프 0.2 이상", top_k=5)
        assert above == [f"bt-{number:03d}" for number in range(10, 15)]
