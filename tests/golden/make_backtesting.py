"""Makes the golden files of backtesting.py: `python -m tests.golden.make_backtesting`, with the dev dependencies."""

from pathlib import Path
from typing import Any

import pandas as pd
from backtesting import Backtest, Strategy

from tests.golden.series import CAPITAL, CASES, Case, bars_of, signals

FOLDER = Path(__file__).parent / "backtesting"


def stats_of(case: Case) -> Any:  # noqa: ANN401  # the engine ships no types
    """What the engine's `Backtest(…).run()` returns for the case."""
    bars = bars_of(case)
    buy, sell = signals(bars, case)

    class SmaCross(Strategy):  # type: ignore[misc]  # the engine ships no types
        fast, slow = 20, 50

        def init(self) -> None:
            """Nothing: the signals are made outside, for every engine alike."""

        def next(self) -> None:
            i = len(self.data) - 1
            if buy[i]:
                self.buy()
            elif sell[i]:
                self.position.close()

    frame = pd.DataFrame(
        {"Open": bars.open, "High": bars.high, "Low": bars.low, "Close": bars.close, "Volume": bars.volume},
        index=pd.DatetimeIndex(bars.days.astype("datetime64[ns]")),
    )
    run = Backtest(frame, SmaCross, cash=CAPITAL, commission=0.0, finalize_trades=False)
    return run.run(fast=case.fast, slow=case.slow)


def main() -> None:
    """Writes each case as users do: the series as JSON and as CSV, and one with its equity curve."""
    FOLDER.mkdir(exist_ok=True)
    for case in CASES:
        stats = stats_of(case)
        told = stats.drop(["_equity_curve", "_trades"])
        told["_strategy"] = str(told["_strategy"])
        (FOLDER / f"{case.name}.json").write_text(told.to_json(), encoding="utf-8")
        told.to_csv(FOLDER / f"{case.name}.csv")


if __name__ == "__main__":
    main()
