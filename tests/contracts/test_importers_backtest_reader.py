from adapters.importers.backtesting import BacktestingReader
from adapters.importers.backtrader import BacktraderReader
from adapters.importers.freqtrade import FreqtradeReader
from adapters.importers.lean import LeanReader
from adapters.importers.vectorbt import VectorbtReader
from application.ports.backtest_reader import BacktestReader
from tests.contracts.backtest_reader_contract import BacktestReaderContract
from tests.golden.files import golden


class TestBacktestingReader(BacktestReaderContract):
    name, text = "crossover.json", golden("backtesting", "crossover.json")

    @staticmethod
    def make() -> BacktestReader:
        return BacktestingReader()


class TestBacktestingReaderOnCsv(TestBacktestingReader):
    name, text = "crossover.csv", golden("backtesting", "crossover.csv")


class TestVectorbtReader(BacktestReaderContract):
    name, text = "crossover.json", golden("vectorbt", "crossover.json")

    @staticmethod
    def make() -> BacktestReader:
        return VectorbtReader()


class TestVectorbtReaderOnCsv(TestVectorbtReader):
    name, text = "crossover.csv", golden("vectorbt", "crossover.csv")


class TestFreqtradeReader(BacktestReaderContract):
    name, text = "winner.json", golden("freqtrade", "winner.json")

    @staticmethod
    def make() -> BacktestReader:
        return FreqtradeReader()


class TestLeanReader(BacktestReaderContract):
    name, text = "crossover.json", golden("lean", "crossover_not_by_engine.json")

    @staticmethod
    def make() -> BacktestReader:
        return LeanReader()


class TestBacktraderReader(BacktestReaderContract):
    name, text = "crossover.json", golden("backtrader", "crossover.json")

    @staticmethod
    def make() -> BacktestReader:
        return BacktraderReader()
