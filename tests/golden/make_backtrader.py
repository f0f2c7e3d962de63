"""Makes the golden files of backtrader, which is GPL and no dependency of ours, neither to run nor to develop:

`pip install --target FOLDER backtrader`, then `PYTHONPATH=FOLDER:. python -m tests.golden.make_backtrader`.
Made with backtrader 1.9.78.123.
"""

import json
from pathlib import Path
from typing import Any

import backtrader as bt
import pandas as pd

from tests.golden.series import CAPITAL, CASES, SYMBOL, Case, bars_of, signals

FOLDER = Path(__file__).parent / "backtrader"


def run(case: Case) -> Any:  # noqa: ANN401  # the engine ships no types
    """The strategy that ran over the case."""
    bars = bars_of(case)
    buy, sell = signals(bars, case)

    class SmaCross(bt.Strategy):  # type: ignore[misc]  # the engine ships no types
        params = (("fast", case.fast), ("slow", case.slow))

        def next(self) -> None:
            i = len(self) - 1
            if buy[i]:
                self.buy(size=self.broker.getcash() / self.data.close[0])
            elif sell[i]:
                self.close()

    frame = pd.DataFrame(
        {"open": bars.open, "high": bars.high, "low": bars.low, "close": bars.close, "volume": bars.volume},
        index=pd.DatetimeIndex(bars.days.astype("datetime64[ns]")),
    )
    cerebro = bt.Cerebro()
    cerebro.adddata(bt.feeds.PandasData(dataname=frame, name=SYMBOL))
    cerebro.addstrategy(SmaCross)
    cerebro.broker.setcash(CAPITAL)
    cerebro.addanalyzer(bt.analyzers.Returns, _name="returns")
    cerebro.addanalyzer(bt.analyzers.SharpeRatio, _name="sharpe")
    cerebro.addanalyzer(bt.analyzers.DrawDown, _name="drawdown")
    cerebro.addanalyzer(bt.analyzers.TradeAnalyzer, _name="trades")
    return cerebro.run()[0]


def main() -> None:
    """Writes each case as docs/importing.md tells users to."""
    FOLDER.mkdir(exist_ok=True)
    for case in CASES:
        strategy = run(case)
        data = strategy.data
        told = {
            "engine": "backtrader",
            "version": bt.__version__,
            "strategy": type(strategy).__name__,
            "parameters": dict(strategy.p._getkwargs()),  # noqa: SLF001  # the engine has no public way to list them
            "symbols": [feed._name for feed in strategy.datas],  # noqa: SLF001  # the same
            "start": str(bt.num2date(data.datetime.array[0]).date()),
            "end": str(bt.num2date(data.datetime.array[-1]).date()),
            "initial_capital": strategy.broker.startingcash,
            "final_equity": strategy.broker.getvalue(),
            "analyzers": {name: each.get_analysis() for name, each in strategy.analyzers.getitems()},
        }
        (FOLDER / f"{case.name}.json").write_text(json.dumps(told), encoding="utf-8")
        if case is CASES[0]:
            (FOLDER / "crossover_bare.json").write_text(json.dumps(told["analyzers"]), encoding="utf-8")


if __name__ == "__main__":
    main()
