"""Makes the golden files of vectorbt, which is no dependency of ours:

`pip install --target FOLDER vectorbt`, then `PYTHONPATH=FOLDER:. python -m tests.golden.make_vectorbt`.
Made with vectorbt 1.2.0.
"""

from pathlib import Path

import pandas as pd
import vectorbt as vbt

from tests.golden.series import CAPITAL, CASES, SYMBOL, bars_of, signals

FOLDER = Path(__file__).parent / "vectorbt"


def main() -> None:
    """Writes each case as users do, the series as JSON and as CSV, and a frame with three columns, each a run."""
    FOLDER.mkdir(exist_ok=True)
    for case in CASES:
        bars = bars_of(case)
        buy, sell = signals(bars, case)
        close = pd.Series(bars.close, index=pd.DatetimeIndex(bars.days.astype("datetime64[ns]")), name=SYMBOL)
        stats = vbt.Portfolio.from_signals(close, buy, sell, init_cash=CAPITAL, freq="1D").stats()
        (FOLDER / f"{case.name}.json").write_text(stats.to_json(), encoding="utf-8")
        stats.to_csv(FOLDER / f"{case.name}.csv")
    bars = bars_of(CASES[0])
    close = pd.Series(bars.close, index=pd.DatetimeIndex(bars.days.astype("datetime64[ns]")), name=SYMBOL)
    fast = vbt.MA.run(close, [10, 20, 5], short_name="fast")
    slow = vbt.MA.run(close, [50, 50, 5_000], short_name="slow")
    entries, exits = fast.ma_crossed_above(slow), fast.ma_crossed_below(slow)
    grid = vbt.Portfolio.from_signals(close, entries, exits, init_cash=CAPITAL, freq="1D")
    each = grid.stats(agg_func=None)
    each.to_csv(FOLDER / "grid.csv")
    each.T.to_csv(FOLDER / "grid_turned.csv")
    (FOLDER / "grid.json").write_text(each.to_json(), encoding="utf-8")
    grid.stats().to_csv(FOLDER / "mean.csv")


if __name__ == "__main__":
    main()
