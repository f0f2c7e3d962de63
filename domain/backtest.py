"""A finished backtest, and what makes one impossible."""

import hashlib
import json
import math
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from enum import StrEnum

from domain.errors import ImpossibleBacktest, Violation
from domain.identity import UserScope
from domain.moment import has_utc
from domain.text import is_storable

ParameterValue = float | int | str | bool
MAX_ID_LENGTH = 200
MAX_NAME_LENGTH = 300
MAX_TEXT_LENGTH = 20_000
MAX_LIST_LENGTH = 1_000
RESERVED_IDS = frozenset({".", "..", "batch", "search"})
"""What no address can name: clients resolve the dots, and the others are paths of the service."""
MAX_WHOLE_NUMBER = 2**53
"""What every JSON reader and every database column can hold without rounding."""
SIGN_TOLERANCE = 1e-9
CARD_NAMESPACE = uuid.UUID("6f1f0c5e-54d2-5d0e-9f8a-5b0a5b6f2f11")


class StrategyType(StrEnum):
    """The families that a strategy may belong to."""

    TREND_FOLLOWING = "trend_following"
    MEAN_REVERSION = "mean_reversion"
    BREAKOUT = "breakout"
    MOMENTUM = "momentum"
    ARBITRAGE = "arbitrage"
    MARKET_MAKING = "market_making"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class TestedStrategy:
    """What was run: a name, and whatever the engine knew of it."""

    name: str
    type: StrategyType | None = None
    indicators: tuple[str, ...] = ()
    parameters: Mapping[str, ParameterValue] = field(default_factory=dict)
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """What came out.

    Units: rates and returns are fractions (0.284 is 28.4 %), `max_drawdown` a non-negative one, `fees_paid` money;
    volatility, Sharpe and Sortino ratios are yearly. None is unknown or undefined.
    """

    total_return: float
    annual_return: float | None = None
    volatility: float | None = None
    sharpe_ratio: float | None = None
    sortino_ratio: float | None = None
    calmar_ratio: float | None = None
    max_drawdown: float | None = None
    win_rate: float | None = None
    profit_factor: float | None = None
    trade_count: int | None = None
    exposure_time: float | None = None
    fees_paid: float | None = None
    benchmark_return: float | None = None


METRIC_NAMES: tuple[str, ...] = tuple(metric.name for metric in fields(Metrics))
FRACTIONS = ("max_drawdown", "win_rate", "exposure_time")
NON_NEGATIVE = ("volatility", "profit_factor", "trade_count", "fees_paid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Which engine computed it."""

    engine: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """One finished run of one user. Raises: ImpossibleBacktest, with everything that contradicts."""

    backtest_id: str
    strategy: TestedStrategy
    symbols: tuple[str, ...]
    start: date
    end: date
    metrics: Metrics
    timeframe: str | None = None
    initial_capital: float | None = None
    final_equity: float | None = None
    completed_at: datetime | None = None
    source: Source | None = None
    notes: str | None = None

    def __post_init__(self) -> None:
        violations = tuple(_violations(self))
        if violations:
            raise ImpossibleBacktest(*violations, backtest_id=self.backtest_id)

    def fingerprint(self) -> str:
        """The SHA-256, in hex, of the content: equal exactly where two backtests say the same."""
        canonical = json.dumps(_canonical(self), sort_keys=True, ensure_ascii=False, allow_nan=False)
        return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def card_id(scope: UserScope, kind: str, identifier: str) -> str:
    """The opaque id under which indexes know a thing of a user: a UUID that gives away neither."""
    return str(uuid.uuid5(CARD_NAMESPACE, f"{kind}\0{scope.user_id}\0{identifier}"))


class IndexingState(StrEnum):
    """Whether a stored backtest can be found by a question yet."""

    PENDING = "pending"
    INDEXED = "indexed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBacktest:
    """A backtest as the archive keeps it. `sequence` orders the records of a user, later ones greater."""

    backtest: Backtest
    scope: UserScope
    sequence: str
    recorded_at: datetime
    indexing: IndexingState

    @property
    def card_id(self) -> str:
        """Its id in the indexes."""
        return card_id(self.scope, "backtest", self.backtest.backtest_id)


class RecordOutcome(StrEnum):
    """What recording a backtest came to."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"


def _canonical(value: object) -> object:
    """The one way to write what is equal: 14.0 as 14, a moment in UTC."""
    if isinstance(value, Backtest | TestedStrategy | Metrics | Source):
        return {name: _canonical(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, tuple):
        return [_canonical(member) for member in value]
    if isinstance(value, Mapping):
        return {str(name): _canonical(member) for name, member in value.items()}
    return _canonical_scalar(value)


def _canonical_scalar(value: object) -> object:
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _violations(run: Backtest) -> Iterator[Violation]:
    yield from _texts(run)
    yield from _numbers(run)
    yield from _period(run)
    yield from _equity(run)
    yield from _trades(run.metrics)


def _texts(run: Backtest) -> Iterator[Violation]:
    yield from _text("backtest_id", run.backtest_id, MAX_ID_LENGTH)
    if run.backtest_id in RESERVED_IDS:
        yield Violation(field="backtest_id", message=f"must not be {run.backtest_id}: no address could name it")
    yield from _text("strategy.name", run.strategy.name, MAX_NAME_LENGTH)
    if not run.symbols or len(run.symbols) > MAX_LIST_LENGTH:
        yield Violation(field="symbols", message=f"must name 1 to {MAX_LIST_LENGTH} symbols")
    for i, symbol in enumerate(run.symbols):
        yield from _text(f"symbols[{i}]", symbol, MAX_NAME_LENGTH)
    yield from _strategy_texts(run.strategy)
    source = run.source or Source()
    for path, label, most in (
        ("notes", run.notes, MAX_TEXT_LENGTH),
        ("timeframe", run.timeframe, MAX_NAME_LENGTH),
        ("source.engine", source.engine, MAX_NAME_LENGTH),
        ("source.version", source.version, MAX_NAME_LENGTH),
    ):
        yield from _text(path, label, most) if label else ()


def _strategy_texts(strategy: TestedStrategy) -> Iterator[Violation]:
    for path, members in (("indicators", strategy.indicators), ("parameters", strategy.parameters)):
        if len(members) > MAX_LIST_LENGTH:
            yield Violation(field=f"strategy.{path}", message=f"must be at most {MAX_LIST_LENGTH}")
    for i, indicator in enumerate(strategy.indicators):
        yield from _text(f"strategy.indicators[{i}]", indicator, MAX_NAME_LENGTH)
    if strategy.description:
        yield from _text("strategy.description", strategy.description, MAX_TEXT_LENGTH)
    for name, value in strategy.parameters.items():
        yield from _text("strategy.parameters", name, MAX_NAME_LENGTH)
        if isinstance(value, str):
            yield from _characters(f"strategy.parameters.{name[:MAX_NAME_LENGTH]}", value)
            if len(value) > MAX_NAME_LENGTH:
                yield Violation(
                    field=f"strategy.parameters.{name[:MAX_NAME_LENGTH]}",
                    message=f"must have at most {MAX_NAME_LENGTH} characters",
                )


def _text(path: str, text: str, most: int) -> Iterator[Violation]:
    if not text.strip() or len(text) > most:
        yield Violation(field=path, message=f"must have 1 to {most} characters")
    yield from _characters(path, text)


def _characters(path: str, text: str) -> Iterator[Violation]:
    if not is_storable(text):
        yield Violation(field=path, message="must not hold a NUL or half a surrogate pair")


def _numbers(run: Backtest) -> Iterator[Violation]:
    named: list[tuple[str, object]] = [(f"metrics.{name}", getattr(run.metrics, name)) for name in METRIC_NAMES]
    named += [("initial_capital", run.initial_capital), ("final_equity", run.final_equity)]
    named += [(f"strategy.parameters.{name}", value) for name, value in run.strategy.parameters.items()]
    for path, value in named:
        if isinstance(value, float) and not math.isfinite(value):
            yield Violation(field=path, message="must be a finite number; leave out what is undefined")
        if isinstance(value, int) and abs(value) > MAX_WHOLE_NUMBER:
            yield Violation(field=path, message=f"must be a whole number of at most {MAX_WHOLE_NUMBER}")
    for name in (*FRACTIONS, *NON_NEGATIVE):
        value = getattr(run.metrics, name)
        if value is not None and value < 0:
            yield Violation(field=f"metrics.{name}", message=f"must not be negative, and is {value}")
    for name in FRACTIONS:
        value = getattr(run.metrics, name)
        if value is not None and value > 1:
            yield Violation(
                field=f"metrics.{name}", message=f"is a fraction of at most 1 (0.18 is 18 %), and is {value}"
            )


def _period(run: Backtest) -> Iterator[Violation]:
    if run.start > run.end:
        yield Violation(field="start", message=f"{run.start} is after the end, {run.end}")
    if run.completed_at is not None and run.completed_at.utcoffset() is None:
        yield Violation(field="completed_at", message="must say its offset from UTC, such as Z")
    elif run.completed_at is not None and not has_utc(run.completed_at):
        yield Violation(field="completed_at", message="must lie in the years 1 to 9999, in UTC")


def _equity(run: Backtest) -> Iterator[Violation]:
    if run.initial_capital is not None and run.initial_capital <= 0:
        yield Violation(field="initial_capital", message=f"must be more than 0, and is {run.initial_capital}")
    elif run.initial_capital is not None and run.final_equity is not None:
        gain = run.final_equity / run.initial_capital - 1
        stated = run.metrics.total_return
        if gain * stated < 0 and min(abs(gain), abs(stated)) > SIGN_TOLERANCE:
            message = f"is {stated}, but the equity went from {run.initial_capital} to {run.final_equity}"
            yield Violation(field="metrics.total_return", message=message)


def _trades(metrics: Metrics) -> Iterator[Violation]:
    if metrics.trade_count == 0:
        for name in ("win_rate", "profit_factor"):
            if getattr(metrics, name) is not None:
                yield Violation(field=f"metrics.{name}", message="must be missing where there was no trade")
