"""The golden files, and what their readers make of them."""

from pathlib import Path

from application.ports.backtest_reader import BacktestReader
from domain.backtest import Backtest
from domain.foreign_run import ForeignRun, ImportedRun, Stated, imported
from entrypoints.container.importers import build_readers

FOLDER = Path(__file__).parent
READERS: dict[str, BacktestReader] = build_readers()
FORMATS = tuple(READERS)
STATED = Stated(strategy="골든크로스", symbols=("GOOG",), start=None, end=None)
RUNS = {
    "crossover": {
        "backtesting": "crossover.csv",
        "freqtrade": "crossover.zip",
        "vectorbt": "crossover.csv",
        "lean": "crossover_not_by_engine.json",
        "backtrader": "crossover.json",
    },
    "winner": {
        "backtesting": "winner.json",
        "freqtrade": "winner.json",
        "vectorbt": "winner.json",
        "lean": "winner_not_by_engine.json",
        "backtrader": "winner.json",
    },
    "idle": {
        "backtesting": "idle.json",
        "freqtrade": "idle.json",
        "vectorbt": "idle.json",
        "lean": "idle_not_by_engine.json",
        "backtrader": "idle.json",
    },
}
"""One file an engine of each run."""


def golden(file_format: str, name: str) -> bytes:
    return (FOLDER / file_format / name).read_bytes()


def read(file_format: str, content: bytes, name: str = "file") -> list[ForeignRun]:
    return READERS[file_format].read(content, name=name)


def read_golden(file_format: str, name: str, stated: Stated = STATED) -> list[ImportedRun]:
    return [imported(run, stated) for run in read(file_format, golden(file_format, name), name)]


def backtest_of(file_format: str, case: str) -> Backtest:
    (run,) = read_golden(file_format, RUNS[case][file_format])
    assert run.backtest is not None, run.errors
    return run.backtest
