"""What engines write where there is no figure: it becomes missing, with its reason, and never a number."""

import json
from collections.abc import Mapping

import pytest

from domain.foreign_run import Stated
from tests.unit.adapters.importers.changed import REMOVED, made

NAN, INF = float("nan"), float("inf")
TWO = {"total_trades": 2, "wins": 1, "losses": 1, "profit_factor": 1.5, "sharpe": 0.5, "sortino": 0.7}
"""Trades of freqtrade that leave nothing undefined."""
SENTINELS: list[tuple[str, Mapping[str, object], str, str]] = [
    ("backtesting", {"Sharpe Ratio": None}, "sharpe_ratio", "is null"),
    ("backtesting", {"Sharpe Ratio": NAN}, "sharpe_ratio", "is NaN"),
    ("backtesting", {"Sharpe Ratio": "nan"}, "sharpe_ratio", "is nan"),
    ("backtesting", {"Sharpe Ratio": "NaN"}, "sharpe_ratio", "is NaN"),
    ("backtesting", {"Sortino Ratio": INF}, "sortino_ratio", "is infinite"),
    ("backtesting", {"Sortino Ratio": "inf"}, "sortino_ratio", "is inf"),
    ("backtesting", {"Sortino Ratio": "-Infinity"}, "sortino_ratio", "is -Infinity"),
    ("backtesting", {"Calmar Ratio": "-"}, "calmar_ratio", "is -"),
    ("backtesting", {"Calmar Ratio": "--"}, "calmar_ratio", "is --"),
    ("backtesting", {"Calmar Ratio": "N/A"}, "calmar_ratio", "is N/A"),
    ("backtesting", {"Profit Factor": ""}, "profit_factor", "is empty"),
    ("backtesting", {"Profit Factor": "None"}, "profit_factor", "is None"),
    ("backtesting", {"Win Rate [%]": "NaT"}, "win_rate", "is NaT"),
    ("backtesting", {"# Trades": 0, "Win Rate [%]": 0.0}, "win_rate", "no trade"),
    ("backtesting", {"# Trades": 0, "Profit Factor": 0.0}, "profit_factor", "no trade"),
    ("backtesting", {"Exposure Time [%]": "∞"}, "exposure_time", "is ∞"),
    ("vectorbt", {"Profit Factor": INF}, "profit_factor", "is infinite"),
    ("vectorbt", {"Profit Factor": "inf"}, "profit_factor", "is inf"),
    ("vectorbt", {"Max Drawdown [%]": None}, "max_drawdown", "is null"),
    ("vectorbt", {"Sharpe Ratio": "<NA>"}, "sharpe_ratio", "is <NA>"),
    ("vectorbt", {"Sharpe Ratio": -INF}, "sharpe_ratio", "is infinite"),
    ("vectorbt", {"Sortino Ratio": "1.#QNAN"}, "sortino_ratio", "is 1.#QNAN"),
    ("vectorbt", {"Calmar Ratio": "–"}, "calmar_ratio", "is –"),
    ("vectorbt", {"Total Closed Trades": 0, "Win Rate [%]": 0}, "win_rate", "no trade"),
    ("freqtrade", {"sharpe": -100.0}, "sharpe_ratio", "-100.0"),
    ("freqtrade", {"sharpe": -100}, "sharpe_ratio", "-100.0"),
    ("freqtrade", {"sortino": -100.0}, "sortino_ratio", "-100.0"),
    ("freqtrade", {"sharpe": 0, "total_trades": 0}, "sharpe_ratio", "no trade"),
    ("freqtrade", {"sortino": 0.0, "total_trades": 0}, "sortino_ratio", "no trade"),
    ("freqtrade", {"winrate": 0.0, "total_trades": 0}, "win_rate", "no trade"),
    ("freqtrade", {"profit_factor": 0.0, "total_trades": 0}, "profit_factor", "no trade"),
    ("freqtrade", {"profit_factor": 0.0}, "profit_factor", "no trade lost"),
    ("freqtrade", {"profit_factor": 0.0, "losses": REMOVED}, "profit_factor", "no trade lost"),
    ("freqtrade", {"profit_factor": 0.0, "losses": 0, "draws": 1, "wins": 0}, "profit_factor", "no trade lost"),
    ("freqtrade", {"sharpe": NAN}, "sharpe_ratio", "is NaN"),
    ("freqtrade", {"max_relative_drawdown": REMOVED}, "max_drawdown", "another measure"),
    ("freqtrade", {"market_change": None}, "benchmark_return", "is null"),
    ("freqtrade", {"cagr": 0, "final_balance": -5.0, "profit_total": -1.1}, "annual_return", "more than everything"),
    ("lean", {"portfolioStatistics.sharpeRatio": "0", "portfolioStatistics.annualStandardDeviation": "0"},
     "sharpe_ratio", "nothing deviates"),
    ("lean", {"portfolioStatistics.sharpeRatio": 0, "portfolioStatistics.annualStandardDeviation": REMOVED,
              "tradeStatistics.totalNumberOfTrades": 0}, "sharpe_ratio", "nothing deviates"),
    ("lean", {"portfolioStatistics.sortinoRatio": "0"}, "sortino_ratio", "downwards"),
    ("lean", {"portfolioStatistics.compoundingAnnualReturn": "0"}, "annual_return", "cannot be computed"),
    ("lean", {"tradeStatistics.profitFactor": "10"}, "profit_factor", "10 where no trade lost"),
    ("lean", {"tradeStatistics.profitFactor": "0", "tradeStatistics.totalProfit": "0"}, "profit_factor", "0 where no"),
    ("lean", {"tradeStatistics.totalNumberOfTrades": 0, "portfolioStatistics.winRate": "0"}, "win_rate", "no trade"),
    ("lean", {"tradeStatistics.totalNumberOfTrades": 0, "tradeStatistics.profitFactor": "0"}, "profit_factor",
     "no trade"),
    ("lean", {"portfolioStatistics.drawdown": "-"}, "max_drawdown", "is -"),
    ("backtrader", {"sharpe.sharperatio": None}, "sharpe_ratio", "is null"),
    ("backtrader", {"sharpe.sharperatio": NAN}, "sharpe_ratio", "is NaN"),
    ("backtrader", {"returns.rnorm": INF}, "annual_return", "is infinite"),
    ("backtrader", {"trades.lost.pnl.total": 0.0}, "profit_factor", "no trade lost"),
    ("backtrader", {"trades.lost": REMOVED}, "profit_factor", "no trade lost"),
    ("backtrader", {"drawdown.max.drawdown": "nan"}, "max_drawdown", "is nan"),
]  # fmt: skip


def test_there_are_enough_of_them() -> None:
    told = {json.dumps([file_format, *map(str, changes.items())]) for file_format, changes, _, _ in SENTINELS}
    assert len(told) == len(SENTINELS) >= 40


@pytest.mark.parametrize(("file_format", "changes", "metric", "reason"), SENTINELS)
def test_a_sentinel_is_missing_with_its_reason(
    file_format: str, changes: Mapping[str, object], metric: str, reason: str
) -> None:
    run = made(file_format, changes)
    assert run.backtest is not None, run.errors
    assert getattr(run.backtest.metrics, metric) is None
    (told,) = {each.reason for each in run.nulled if each.metric == metric}
    assert reason in told
    assert f"{metric} ({told})" in (run.backtest.notes or "")


FIGURES: list[tuple[str, Mapping[str, object], str, float]] = [
    ("backtesting", {"Sharpe Ratio": 0.0}, "sharpe_ratio", 0.0),
    ("backtesting", {"Sharpe Ratio": -100.0}, "sharpe_ratio", -100.0),
    ("backtesting", {"Profit Factor": 0.0, "Win Rate [%]": 0.0}, "profit_factor", 0.0),
    ("backtesting", {"Return [%]": "28.4"}, "total_return", 0.284),
    ("backtesting", {"Return [%]": "28.4%"}, "total_return", 0.284),
    ("backtesting", {"Return [%]": "1,028.4", "Equity Final [$]": None}, "total_return", 10.284),
    ("backtesting", {"Return [%]": "−5.5", "Equity Final [$]": None}, "total_return", -0.055),
    ("backtesting", {"Max. Drawdown [%]": -18.0}, "max_drawdown", 0.18),
    ("backtesting", {"Max. Drawdown [%]": 18.0}, "max_drawdown", 0.18),
    ("backtesting", {"# Trades": 7.0}, "trade_count", 7),
    ("backtesting", {"# Trades": "7"}, "trade_count", 7),
    ("backtesting", {"Commissions [$]": "$1,234.5"}, "fees_paid", 1234.5),
    ("backtesting", {"Exposure Time [%]": REMOVED, "Exposure [%]": 12.5}, "exposure_time", 0.125),
    ("vectorbt", {"Annualized Return [%]": 12.0}, "annual_return", 0.12),
    ("vectorbt", {"Annualized Volatility [%]": 21.0}, "volatility", 0.21),
    ("freqtrade", TWO | {"sharpe": -99.99}, "sharpe_ratio", -99.99),
    ("freqtrade", TWO | {"sharpe": 0.0}, "sharpe_ratio", 0.0),
    ("freqtrade", TWO | {"profit_factor": 0.0, "wins": 0, "losses": 2}, "profit_factor", 0.0),
    ("freqtrade", {"profit_factor": 0.0, "losses": REMOVED, "trades": [{"profit_abs": -1.0}]}, "profit_factor", 0.0),
    ("freqtrade", TWO | {"winrate": REMOVED}, "win_rate", 0.5),
    ("freqtrade", {"max_relative_drawdown": 0.2, "max_drawdown_account": 0.1}, "max_drawdown", 0.2),
    ("lean", {"portfolioStatistics.sharpeRatio": "0"}, "sharpe_ratio", 0.0),
    ("lean", {"portfolioStatistics.drawdown": "8.00%"}, "max_drawdown", 0.08),
    ("lean", {"tradeStatistics.profitFactor": "10", "tradeStatistics.totalLoss": "-3"}, "profit_factor", 10.0),
    ("lean", {"tradeStatistics.totalFees": "3.43"}, "fees_paid", 3.43),
    ("backtrader", {"returns.rtot": 0.0, "trades.total.closed": 1}, "total_return", 0.0),
    ("backtrader", {"drawdown.max.drawdown": 18.0}, "max_drawdown", 0.18),
    ("backtrader", {"trades.won": REMOVED, "trades.lost.pnl.total": -5.0}, "profit_factor", 0.0),
    ("backtrader", {"trades.won": REMOVED}, "win_rate", 0.0),
    ("backtrader", {"trades.total": {"total": 1, "open": 1}}, "trade_count", 0),
]


@pytest.mark.parametrize(("file_format", "changes", "metric", "value"), FIGURES)
def test_a_figure_is_no_sentinel(file_format: str, changes: Mapping[str, object], metric: str, value: float) -> None:
    run = made(file_format, changes)
    assert run.backtest is not None, run.errors
    assert getattr(run.backtest.metrics, metric) == pytest.approx(value)
    assert metric not in [each.metric for each in run.nulled]


REFUSED: list[tuple[str, Mapping[str, object], str, str]] = [
    ("backtesting", {"Return [%]": None}, "metrics.total_return", "Return [%] is null in the file"),
    ("backtesting", {"Return [%]": REMOVED}, "metrics.total_return", "is not in the file"),
    ("backtesting", {"Sharpe Ratio": "high"}, "metrics.sharpe_ratio", "is no number: 'high'"),
    ("backtesting", {"Sharpe Ratio": [1]}, "metrics.sharpe_ratio", "is no number: a list"),
    ("backtesting", {"Sharpe Ratio": True}, "metrics.sharpe_ratio", "is no number: True"),
    ("backtesting", {"Sharpe Ratio": 10**400}, "metrics.sharpe_ratio", "too large"),
    ("backtesting", {"# Trades": 7.5}, "metrics.trade_count", "no whole number: 7.5"),
    ("backtesting", {"# Trades": 10**300}, "metrics.trade_count", "whole number of at most"),
    ("backtesting", {"Win Rate [%]": 150.0}, "metrics.win_rate", "fraction of at most 1"),
    ("backtesting", {"Max. Drawdown [%]": -120.0}, "metrics.max_drawdown", "fraction of at most 1"),
    ("vectorbt", {"Start Value": 1.0, "End Value": 0.5}, "metrics.total_return", "the equity went from 1.0 to 0.5"),
    ("freqtrade", {"profit_total": "NaN"}, "metrics.total_return", "profit_total is NaN"),
    ("freqtrade", {"pairlist": []}, "symbols", "--symbol SYMBOL"),
    ("lean", {"portfolioStatistics.totalNetProfit": "0", "portfolioStatistics.startEquity": "0"},
     "metrics.total_return", "no capital"),
    ("backtrader", {"returns.rtot": NAN}, "metrics.total_return", "rtot is NaN"),
    ("backtrader", {"returns.rtot": 1e6}, "metrics.total_return", "too large"),
    ("backtrader", {"returns": REMOVED}, "metrics.total_return", "is not in the file"),
]  # fmt: skip


@pytest.mark.parametrize(("file_format", "changes", "field", "says"), REFUSED)
def test_what_cannot_be_is_refused_by_name(
    file_format: str, changes: Mapping[str, object], field: str, says: str
) -> None:
    run = made(file_format, changes, Stated(strategy="s", symbols=() if field == "symbols" else ("GOOG",)))
    assert run.backtest is None
    assert says in {error.field: error.message for error in run.errors}[field]
