"""Makes the golden files of freqtrade, which is GPL and no dependency of ours, neither to run nor to develop:

`pip install --target FOLDER freqtrade`, then `PYTHONPATH=FOLDER:. python -m tests.golden.make_freqtrade`.
Made with freqtrade 2026.9. Its backtest asks an exchange for markets over the network; so its own report and its own
export are given the trades that the other engines made, and everything they write is theirs.
"""

import json
import tempfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from freqtrade.data.btanalysis.bt_fileutils import BT_DATA_COLUMNS
from freqtrade.optimize.optimize_reports import generate_backtest_stats
from freqtrade.optimize.optimize_reports.bt_storage import store_backtest_results

from tests.golden.series import CAPITAL, CASES, Case, bars_of, signals

FOLDER = Path(__file__).parent / "freqtrade"
PAIR = "GOOG/USD"
STARTED, ENDED = 1_760_000_000, 1_760_000_042
NAMES = {"crossover": "골든크로스", "idle": "Idle", "winner": "Winner"}
CONFIG = {
    "max_open_trades": 1,
    "dry_run_wallet": CAPITAL,
    "stake_currency": "USD",
    "stake_amount": "unlimited",
    "timeframe": "1d",
    "stoploss": -0.99,
    "minimal_roi": {},
    "use_exit_signal": True,
    "exit_profit_only": False,
    "exit_profit_offset": 0.0,
    "ignore_roi_if_entry_signal": False,
    "trading_mode": "spot",
    "margin_mode": "",
}
"""What the report asks of a configuration."""
LONG = (
    *("trades", "periodic_breakdown", "daily_profit", "results_per_pair", "results_per_enter_tag", "mix_tag_stats"),
    *("exit_reason_summary", "left_open_trades", "best_pair", "worst_pair"),
)
"""Lists that the bare JSON file is cut of; the zip has them."""


def trades_of(case: Case) -> tuple[pd.DataFrame, float]:
    """The trades, a row each, as the engine keeps them, and what is left at the end."""
    bars = bars_of(case)
    buy, sell = signals(bars, case)
    balance, rows = CAPITAL, []
    for bought, sold in zip(np.flatnonzero(buy), np.flatnonzero(sell), strict=True):
        opened, closed = (pd.Timestamp(bars.days[i + 1], tz="UTC") for i in (bought, sold))
        amount = balance / bars.close[bought]
        profit = amount * (bars.close[sold] - bars.close[bought])
        rows.append(
            dict.fromkeys(BT_DATA_COLUMNS)
            | {
                "pair": PAIR, "stake_amount": balance, "max_stake_amount": balance, "amount": amount,
                "open_date": opened, "close_date": closed, "open_rate": bars.close[bought],
                "close_rate": bars.close[sold], "fee_open": 0.0, "fee_close": 0.0,
                "trade_duration": int((closed - opened).total_seconds() // 60), "profit_ratio": profit / balance,
                "profit_abs": profit, "exit_reason": "exit_signal", "is_open": False, "enter_tag": "", "leverage": 1.0,
                "is_short": False, "open_timestamp": opened.value // 10**6, "close_timestamp": closed.value // 10**6,
                "orders": [], "funding_fees": 0.0,
            }
        )  # fmt: skip
        balance += profit
    frame = pd.DataFrame(rows, columns=BT_DATA_COLUMNS)
    return frame.astype({"is_short": bool, "profit_abs": float, "profit_ratio": float, "stake_amount": float}), balance


def report_of(cases: tuple[Case, ...]) -> Any:  # noqa: ANN401  # the engine's type
    """The engine's report on the cases, a strategy each, over the days of the first."""
    bars = bars_of(cases[0])
    days = pd.DatetimeIndex(bars.days.astype("datetime64[ns]"), tz="UTC")
    contents = {}
    for case in cases:
        trades, balance = trades_of(case)
        counts = dict.fromkeys(
            ("rejected_signals", "timedout_entry_orders", "timedout_exit_orders", "canceled_trade_entries",
             "canceled_entry_orders", "replaced_entry_orders"), 0,
        )  # fmt: skip
        contents[NAMES[case.name]] = counts | {
            "results": trades, "config": CONFIG, "locks": [], "final_balance": balance, "run_id": case.name,
            "backtest_start_time": STARTED, "backtest_end_time": ENDED,
        }  # fmt: skip
    prices = {PAIR: pd.DataFrame({"date": days, "close": bars.close})}
    return generate_backtest_stats(prices, contents, days[0].to_pydatetime(), days[-1].to_pydatetime())


def export(cases: tuple[Case, ...], folder: Path) -> Path:
    """The zip that the engine writes."""
    config = {"exportdirectory": folder, "original_config": {"stake_currency": "USD"}, "export": "trades"}
    strategy = folder / "GoldenCross.py"
    strategy.write_text("class GoldenCross:\n    pass\n", encoding="utf-8")
    tuned = {"strategy_name": NAMES[cases[0].name], "params": {"buy": {"fast": 20, "slow": 50}}}
    strategy.with_suffix(".json").write_text(json.dumps(tuned, ensure_ascii=False), encoding="utf-8")
    stamp = datetime.fromtimestamp(ENDED, tz=UTC).strftime("%Y-%m-%d_%H-%M-%S")
    files = {NAMES[cases[0].name]: str(strategy)}
    return Path(store_backtest_results(config, report_of(cases), stamp, strategy_files=files))


def main() -> None:
    """Writes a zip of one strategy, as it is, and a result of several, with its long lists cut."""
    FOLDER.mkdir(exist_ok=True)
    crossover, idle, winner = CASES
    with tempfile.TemporaryDirectory() as place:
        path = export((crossover,), Path(place))
        (FOLDER / "crossover.zip").write_bytes(path.read_bytes())
        for name, cases in (("winner", (winner,)), ("idle", (idle,)), ("several", (crossover, idle))):
            inner = Path(place) / name
            inner.mkdir()
            path = export(cases, inner)
            with zipfile.ZipFile(path) as archive:
                result = json.loads(archive.read(f"{path.stem}.json"))
            for fields in result["strategy"].values():
                for long in LONG:
                    fields[long] = type(fields[long])() if fields.get(long) else fields.get(long)
            (FOLDER / f"{name}.json").write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
