"""Who runs what: three researchers, each with interests, symbols and money of their own.

The people, their ids and the times of completion are made up, and fixed so that the file never changes by itself;
prices and results are real.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from zlib import crc32

from benchmarks.backtests.families import FAMILIES, Language
from benchmarks.backtests.prices import Bars, load_bars
from benchmarks.backtests.rules import Parameters

DAYS_OF_SLACK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A span of history that people ask about; an empty `start` means all there is."""

    start: str
    end: str
    ko: str
    en: str

    def covers(self, bars: Bars) -> bool:
        """Whether the prices reach over it, but for a week."""
        days = self.of(bars).days
        if not len(days):
            return False
        late = (days[0] - bars.days.dtype.type(self.start or days[0])).astype(int)
        early = (bars.days.dtype.type(self.end or days[-1]) - days[-1]).astype(int)
        return bool(late <= DAYS_OF_SLACK and early <= DAYS_OF_SLACK)

    def of(self, bars: Bars) -> Bars:
        """The bars inside it."""
        return bars.between(self.start, self.end) if self.start else bars


WHOLE = Period(start="", end="", ko="전체 기간", en="whole history")
PERIODS = (
    WHOLE,
    Period(start="2000-03-01", end="2002-12-31", ko="닷컴 버블 붕괴 구간", en="dot-com bust"),
    Period(start="2003-01-01", end="2007-09-30", ko="2003~2007년 상승장", en="2003-2007 bull market"),
    Period(start="2007-10-01", end="2009-06-30", ko="2008년 금융 위기 구간", en="2008 financial crisis"),
    Period(start="2009-03-01", end="2013-03-01", ko="금융 위기 이후 회복장", en="recovery after the crisis"),
    Period(start="2013-01-01", end="2018-12-31", ko="2013~2018년 저금리 상승장", en="2013-2018 low-rate market"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Researcher:
    """One user. With two languages they take turns; `commission` is a fraction a side."""

    user_id: str
    languages: tuple[Language, ...]
    symbols: tuple[str, ...]
    families: tuple[str, ...]
    runs_per_family: int
    capital: float
    commission: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """One backtest to run."""

    family: str
    symbol: str
    period: Period
    parameters: Parameters


RESEARCHERS = (
    Researcher(
        user_id="minji",
        languages=("ko",),
        symbols=("AAPL", "GOOG", "MSFT", "SPX"),
        families=(
            "rsi_reversion",
            "sma_cross",
            "bollinger_reversion",
            "macd_cross",
            "ema_cross",
            "bollinger_breakout",
            "rsi_pullback",
            "sma_trend",
        ),
        runs_per_family=20,
        capital=10_000,
        commission=0.001,
    ),
    Researcher(
        user_id="alex",
        languages=("en",),
        symbols=("GOOG", "AAPL", "IBM", "SPX", "IXIC"),
        families=(
            "donchian_breakout",
            "roc_momentum",
            "stochastic_reversal",
            "rsi_reversion",
            "turtle",
            "macd_cross",
            "zscore_reversion",
            "volume_breakout",
        ),
        runs_per_family=20,
        capital=100_000,
        commission=0.0005,
    ),
    Researcher(
        user_id="jun",
        languages=("ko", "en"),
        symbols=("IBM", "MSFT", "AAPL", "IXIC"),
        families=(
            "zscore_reversion",
            "sma_cross",
            "donchian_breakout",
            "bollinger_reversion",
            "stochastic_reversal",
            "rsi_reversion",
            "roc_momentum",
            "macd_cross",
            "ema_cross",
        ),
        runs_per_family=18,
        capital=50_000,
        commission=0.001,
    ),
)


def experiments(researcher: Researcher) -> Iterator[Experiment]:
    """What a researcher ran, families in turn, so that any first hundred shows the whole mix."""
    columns = [_of_family(researcher, family) for family in researcher.families]
    for row in zip(*columns, strict=True):
        yield from row


def _of_family(researcher: Researcher, family: str) -> list[Experiment]:
    columns = [_on_symbol(researcher, family, symbol) for symbol in researcher.symbols]
    return [experiment for row in zip(*columns, strict=False) for experiment in row][: researcher.runs_per_family]


def _on_symbol(researcher: Researcher, family: str, symbol: str) -> list[Experiment]:
    possible = [
        Experiment(family=family, symbol=symbol, period=period, parameters=parameters)
        for period, parameters in product(PERIODS, FAMILIES[family].parameter_sets)
        if period.covers(load_bars(symbol))
    ]
    usual = FAMILIES[family].parameter_sets[0]
    # The usual parameters over all of history come first; the rest is a sample that no library's generator can change.
    return sorted(possible, key=lambda e: (e.period != WHOLE or e.parameters != usual, _lot(researcher, e)))


def _lot(researcher: Researcher, e: Experiment) -> int:
    return crc32(f"{researcher.user_id} {e.family} {e.symbol} {e.period.en} {sorted(e.parameters.items())}".encode())
