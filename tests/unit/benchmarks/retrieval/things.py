"""Small runs and questions, where only what a test is about is written down."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from benchmarks.retrieval.corpus import Run, Truth
from benchmarks.retrieval.gold import Gold
from benchmarks.retrieval.questions import read_items

METRICS: Mapping[str, object] = {"total_return": 0.1, "sharpe_ratio": 1.0, "trade_count": 10}


def a_run(  # noqa: PLR0913  # each is what some test is about
    backtest_id: str = "bt-1",
    *,
    user: str = "민지",
    kinds: tuple[str, ...] = ("rsi",),
    type: str = "mean_reversion",  # noqa: A002  # the record's own word
    symbol: str = "GOOG",
    start: str = "2005-01-03",
    end: str = "2009-12-31",
    parameters: Mapping[str, float] | None = None,
    metrics: Mapping[str, object] | None = None,
) -> Run:
    """A run whose record says all."""
    truth = Truth(
        family="a", kinds=frozenset(kinds), type=type, symbol=symbol, parameters=parameters or {},
        start=date.fromisoformat(start), end=date.fromisoformat(end),
    )  # fmt: skip
    told = {"name": "RSI", "type": type, "indicators": list(kinds), "parameters": dict(parameters or {})}
    record = {
        "backtest_id": backtest_id, "strategy": told, "symbols": [symbol], "timeframe": "1d", "start": start,
        "end": end, "metrics": {**METRICS, **(metrics or {})},
    }  # fmt: skip
    return Run(user_id=user, record=record, truth=truth)


def a_silent(backtest_id: str, *, kinds: tuple[str, ...] = ("rsi",), type: str = "mean_reversion") -> Run:  # noqa: A002  # the record's own word
    """A run whose record says neither what it uses nor what type it is."""
    run = a_run(backtest_id, kinds=kinds, type=type)
    return replace(run, record=run.record | {"strategy": run.record["strategy"] | {"indicators": [], "type": None}})


def an_item(**members: object) -> dict[str, Any]:
    return {"id": "q-1", "language": "ko", "kind": "condition", "question": "샤프 1 이상", **members}


def a_gold(*runs: Run, **members: object) -> Gold:
    (question,) = read_items([an_item(**members)], source="a test")
    return Gold(question=question, user="민지", runs=runs)


def bound(field: str, op: str, value: object) -> dict[str, object]:
    return {"field": field, "op": op, "value": value}
