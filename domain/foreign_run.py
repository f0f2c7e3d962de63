"""A run as the file of another engine tells it, and the backtest that becomes of it."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from domain.backtest import METRIC_NAMES, Backtest, Metrics, ParameterValue, Source, TestedStrategy
from domain.errors import ImpossibleBacktest, Violation
from domain.text import one_line

ID_DIGITS = 16
MOST_BYTES = 200_000_000
"""Of a file; more than results have, but for charts over many years of minutes."""
MOST_PLACE = 120
OF_TRADES = ("win_rate", "profit_factor")
NO_TRADE = "there was no trade"
ASK_FOR: Mapping[str, str] = {
    "strategy.name": "--strategy NAME",
    "symbols": "--symbol SYMBOL",
    "start": "--start DAY",
    "end": "--end DAY",
}
"""The option that says what a file may leave out, by the member that a backtest must have."""


class UnreadableFile(Exception):
    """A file of which nothing can be imported, and why, in one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nulled:
    """A figure that is kept as missing, and why: the engine writes something there that is no figure."""

    metric: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignRun:
    """What a file says of one run, in our words and units; what it does not say is None or empty.

    `place` is where it stands in its file, for people; `errors` is what of it cannot be read.
    Units: those of Metrics.
    """

    place: str
    engine: str
    version: str | None = None
    strategy: str | None = None
    description: str | None = None
    parameters: Mapping[str, ParameterValue] = field(default_factory=dict)
    symbols: tuple[str, ...] = ()
    timeframe: str | None = None
    start: date | None = None
    end: date | None = None
    initial_capital: float | None = None
    final_equity: float | None = None
    completed_at: datetime | None = None
    metrics: Mapping[str, float | int] = field(default_factory=dict)
    nulled: tuple[Nulled, ...] = ()
    errors: tuple[Violation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What the importing user says of the runs of a file. It is believed before the file."""

    strategy: str | None = None
    parameters: Mapping[str, ParameterValue] = field(default_factory=dict)
    symbols: tuple[str, ...] = ()
    timeframe: str | None = None
    start: date | None = None
    end: date | None = None
    version: str | None = None
    notes: str | None = None
    backtest_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedRun:
    """What became of a run of a file: a backtest, or everything that stands against it."""

    place: str
    backtest: Backtest | None = None
    errors: tuple[Violation, ...] = ()
    nulled: tuple[Nulled, ...] = ()

    @property
    def backtest_id(self) -> str | None:
        """The id under which it is recorded, where it can be."""
        return self.backtest.backtest_id if self.backtest else None


def imported(run: ForeignRun, stated: Stated) -> ImportedRun:
    """The backtest of a run. A figure that cannot be without a trade is missing where there was none."""
    run = replace(_without_trades(_as_stated(run, stated)), place=one_line(run.place, MOST_PLACE))
    errors = [*run.errors, *_missing(run)]
    if not errors:
        try:
            return ImportedRun(place=run.place, backtest=_backtest(run, stated), nulled=run.nulled)
        except ImpossibleBacktest as error:
            errors += error.violations
    return ImportedRun(place=run.place, errors=tuple(errors), nulled=run.nulled)


def _as_stated(run: ForeignRun, stated: Stated) -> ForeignRun:
    return replace(
        run,
        strategy=stated.strategy or run.strategy,
        parameters={**run.parameters, **stated.parameters},
        symbols=stated.symbols or run.symbols,
        timeframe=stated.timeframe or run.timeframe,
        start=stated.start or run.start,
        end=stated.end or run.end,
        version=stated.version or run.version,
    )


def _without_trades(run: ForeignRun) -> ForeignRun:
    if run.metrics.get("trade_count") != 0:
        return run
    undefined = [Nulled(metric=name, reason=NO_TRADE) for name in OF_TRADES if name in run.metrics]
    kept = {name: value for name, value in run.metrics.items() if name not in OF_TRADES}
    return replace(run, metrics=kept, nulled=(*run.nulled, *undefined))


def _missing(run: ForeignRun) -> Iterator[Violation]:
    told = {"strategy.name": run.strategy, "symbols": run.symbols, "start": run.start, "end": run.end}
    for name, value in told.items():
        if not value:
            yield Violation(field=name, message=f"is not in the file; say {ASK_FOR[name]}")
    if "total_return" not in run.metrics and not any(error.field == "metrics.total_return" for error in run.errors):
        reasons = [each.reason for each in run.nulled if each.metric == "total_return"]
        yield Violation(field="metrics.total_return", message=reasons[0] if reasons else "is not in the file")


def _backtest(run: ForeignRun, stated: Stated) -> Backtest:
    assert run.strategy is not None  # noqa: S101  # looked at before
    assert run.start is not None  # noqa: S101  # the same
    assert run.end is not None  # noqa: S101  # the same
    figures = {name: run.metrics.get(name) for name in METRIC_NAMES if name != "total_return"}
    unnamed = Backtest(
        backtest_id=stated.backtest_id or "unnamed",
        strategy=TestedStrategy(name=run.strategy, parameters=dict(run.parameters), description=run.description),
        symbols=run.symbols,
        timeframe=run.timeframe,
        start=run.start,
        end=run.end,
        initial_capital=run.initial_capital,
        final_equity=run.final_equity,
        metrics=Metrics(total_return=run.metrics["total_return"], **figures),  # type: ignore[arg-type]  # a count is whole
        completed_at=run.completed_at,
        source=Source(engine=run.engine, version=run.version),
        notes=_notes(run, stated),
    )
    return unnamed if stated.backtest_id else replace(unnamed, backtest_id=_id_of(unnamed))


def _notes(run: ForeignRun, stated: Stated) -> str | None:
    """What was noted, and why a figure is missing, for whoever reads the run later."""
    why = "; ".join(f"{each.metric} ({each.reason})" for each in run.nulled)
    return "\n".join(filter(None, (stated.notes, f"missing: {why}" if why else None))) or None


def _id_of(run: Backtest) -> str:
    """The same for the same run, whatever is noted of it and whichever version of the engine made it."""
    bare = replace(run, notes=None, completed_at=None, source=replace(run.source or Source(), version=None))
    engine = (bare.source or Source()).engine or "run"
    return f"{engine}-{hashlib.sha256(bare.fingerprint().encode()).hexdigest()[:ID_DIGITS]}"
