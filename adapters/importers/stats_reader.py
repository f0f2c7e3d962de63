"""What the readers of pandas statistics share: which label is which metric, and what the index says of a run."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from adapters.importers.figures import Reading, parameter_of, word_of
from adapters.importers.tables import Row
from domain.backtest import ParameterValue
from domain.errors import Violation

SYMBOLS: Final = frozenset({"symbol", "symbols", "ticker", "tickers", "asset", "pair", "instrument"})
STRATEGIES: Final = frozenset({"strategy", "strategy_name", "_strategy"})
SHARED: Final = frozenset({"Sharpe Ratio", "Sortino Ratio", "Calmar Ratio", "Win Rate [%]", "Profit Factor"})
UNNAMED: Final = re.compile(r"|index|level_\d+|unnamed: \d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """How one metric stands among the statistics. `positive`: a loss may be written as a negative."""

    metric: str
    label: str
    percent: bool = False
    positive: bool = False
    whole: bool = False


def known_of(statistics: Sequence[Statistic]) -> frozenset[str]:
    """The labels by which a table is told to be of an engine: those that it shares with no other."""
    return frozenset(each.label for each in statistics) - SHARED


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the index of a table says of a run."""

    strategy: str | None
    symbols: tuple[str, ...]
    parameters: Mapping[str, ParameterValue]


def read_statistics(row: Row, statistics: Sequence[Statistic]) -> Reading:
    """The figures of a row; of labels for the same metric the first that the row has counts."""
    reading = Reading()
    if row.wrong is not None:
        reading.errors.append(Violation(field="", message=row.wrong))
    done: set[str] = set()
    for each in statistics:
        if each.label not in row.cells or each.metric in done:
            continue
        done.add(each.metric)
        raw = row.cells[each.label]
        if each.whole:
            reading.count(each.metric, raw, label=each.label)
        else:
            reading.take(each.metric, raw, label=each.label, percent=each.percent, positive=each.positive)
    return reading


def positions_of(rows: Sequence[Row]) -> Iterator[tuple[Row, int | None]]:
    """Each row with where it stands among several."""
    yield from ((row, position if len(rows) > 1 else None) for position, row in enumerate(rows))


def told_by_index(row: Row, position: int | None) -> Told:
    """The strategy, symbol and parameters that the index names.

    A label without a name is the parameter `column`, but where the run is alone, which has no position, or where it
    only counts.
    """
    strategy: str | None = None
    symbols: tuple[str, ...] = ()
    parameters: dict[str, ParameterValue] = {}
    for name, raw in row.index.items():
        key, value = name.strip(), parameter_of(raw)
        if value is None or (UNNAMED.fullmatch(key) and (position is None or str(value) == str(position))):
            continue
        if key.casefold() in SYMBOLS:
            symbols = (str(value),)
        elif key.casefold() in STRATEGIES:
            strategy = word_of(str(value))
        else:
            parameters["column" if UNNAMED.fullmatch(key) else key] = value
    return Told(strategy=strategy, symbols=symbols, parameters=parameters)
