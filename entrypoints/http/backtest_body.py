"""A backtest on the wire, both ways."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from domain.backtest import (
    METRIC_NAMES,
    Backtest,
    Metrics,
    ParameterValue,
    Source,
    StoredBacktest,
    StrategyType,
    TestedStrategy,
)
from domain.moment import has_utc

EXAMPLE: Mapping[str, object] = {
    "backtest_id": "bt-2041",
    "strategy": {
        "name": "RSI mean reversion", "type": "mean_reversion", "indicators": ["rsi"],
        "parameters": {"length": 14, "oversold": 30, "overbought": 70},
        "description": "RSI(14)가 30 아래에서 사서 70 위에서 파는 역추세 전략",
    },
    "symbols": ["GOOG"], "timeframe": "1d", "start": "2004-08-19", "end": "2013-03-01",
    "initial_capital": 10000, "final_equity": 14520.4,
    "metrics": {
        "total_return": 0.452, "annual_return": 0.0447, "volatility": 0.21, "sharpe_ratio": 0.61,
        "sortino_ratio": 0.9, "calmar_ratio": 0.25, "max_drawdown": 0.18, "win_rate": 0.62, "profit_factor": 1.7,
        "trade_count": 48, "exposure_time": 0.43, "fees_paid": 96.1, "benchmark_return": 5.22,
    },
    "completed_at": "2026-11-20T09:30:00Z",
    "source": {"engine": "backtesting.py", "version": "0.6.6"},
    "notes": "수수료 포함",
}  # fmt: skip


class Wire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What comes in: unknown members are refused, and so is a value of another type."""


class StrategyBody(Wire, frozen=True, kw_only=True):
    """What was run."""

    name: str
    type: StrategyType | None = None
    indicators: list[str] | None = None
    parameters: dict[str, ParameterValue] | None = None
    description: str | None = None


class MetricsBody(Wire, frozen=True, kw_only=True):
    """What came out; rates are fractions, missing is null."""

    total_return: float
    annual_return: float | None = None
    volatility: float | None = None
    sharpe_ratio: float | None = None
    sortino_ratio: float | None = None
    calmar_ratio: float | None = None
    max_drawdown: float | None = None
    win_rate: float | None = None
    profit_factor: float | None = None
    trade_count: Annotated[int, Meta(ge=-(2**53), le=2**53)] | None = None
    exposure_time: float | None = None
    fees_paid: float | None = None
    benchmark_return: float | None = None


class SourceBody(Wire, frozen=True, kw_only=True):
    """Which engine computed it."""

    engine: str | None = None
    version: str | None = None


class BacktestBody(Wire, frozen=True, kw_only=True):
    """One finished backtest."""

    backtest_id: Annotated[str, Meta(examples=["bt-2041"])]
    strategy: StrategyBody
    symbols: Annotated[list[str], Meta(examples=[["GOOG"]])]
    start: Annotated[date, Meta(examples=["2004-08-19"])]
    end: Annotated[date, Meta(examples=["2013-03-01"])]
    metrics: MetricsBody
    timeframe: str | None = None
    initial_capital: float | None = None
    final_equity: float | None = None
    completed_at: datetime | None = None
    source: SourceBody | None = None
    notes: str | None = None

    def read(self) -> Backtest:
        """The backtest. Raises: ImpossibleBacktest."""
        strategy = self.strategy
        return Backtest(
            backtest_id=self.backtest_id,
            strategy=TestedStrategy(
                name=strategy.name,
                type=strategy.type,
                indicators=tuple(strategy.indicators or ()),
                parameters=dict(strategy.parameters or {}),
                description=strategy.description,
            ),
            symbols=tuple(self.symbols),
            start=self.start,
            end=self.end,
            metrics=Metrics(**msgspec.structs.asdict(self.metrics)),
            timeframe=self.timeframe,
            initial_capital=self.initial_capital,
            final_equity=self.final_equity,
            completed_at=_in_utc(self.completed_at),
            source=Source(engine=self.source.engine, version=self.source.version) if self.source else None,
            notes=self.notes,
        )

    @staticmethod
    def of(run: Backtest) -> "BacktestBody":
        """The backtest as it goes out, every member present."""
        return BacktestBody(**_members(run))


class StoredBody(BacktestBody, frozen=True, kw_only=True):
    """A stored backtest: the backtest, when it was recorded, and whether questions find it yet."""

    recorded_at: datetime
    indexing: str

    @staticmethod
    def of_stored(stored: StoredBacktest) -> "StoredBody":
        """The stored backtest as it goes out."""
        return StoredBody(**_members(stored.backtest), recorded_at=stored.recorded_at, indexing=stored.indexing.value)


def _in_utc(moment: datetime | None) -> datetime | None:
    """UTC where there is one; a moment without an offset, or past the calendar, stays, and the domain refuses it."""
    if moment is None or moment.utcoffset() is None or not has_utc(moment):
        return moment
    return moment.astimezone(UTC)


def _members(run: Backtest) -> dict[str, Any]:
    strategy = run.strategy
    return {
        "backtest_id": run.backtest_id,
        "strategy": StrategyBody(
            name=strategy.name,
            type=strategy.type,
            indicators=list(strategy.indicators),
            parameters=dict(strategy.parameters),
            description=strategy.description,
        ),
        "symbols": list(run.symbols),
        "start": run.start,
        "end": run.end,
        "metrics": MetricsBody(**{name: getattr(run.metrics, name) for name in METRIC_NAMES}),
        "timeframe": run.timeframe,
        "initial_capital": run.initial_capital,
        "final_equity": run.final_equity,
        "completed_at": run.completed_at,
        "source": SourceBody(engine=run.source.engine, version=run.source.version) if run.source else None,
        "notes": run.notes,
    }
