"""The readers of other engines' files, by the name of the format."""

from adapters.importers.backtesting import BacktestingReader
from adapters.importers.backtrader import BacktraderReader
from adapters.importers.freqtrade import FreqtradeReader
from adapters.importers.lean import LeanReader
from adapters.importers.recognition import look
from adapters.importers.vectorbt import VectorbtReader
from application.ports.backtest_reader import BacktestReader


def format_like(content: bytes) -> str | None:
    """The format that a file looks like; None where it is nobody's."""
    return look(content)


def build_readers() -> dict[str, BacktestReader]:
    """A reader for each format that is not our own."""
    return {
        "backtesting": BacktestingReader(),
        "freqtrade": FreqtradeReader(),
        "vectorbt": VectorbtReader(),
        "lean": LeanReader(),
        "backtrader": BacktraderReader(),
    }
