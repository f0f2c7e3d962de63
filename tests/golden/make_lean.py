"""Writes files as LEAN would: `python -m tests.golden.make_lean`, with the dev dependencies.

LEAN is .NET and cannot be installed from a Python index, so these files are not made by the engine. Their members and
formulas are those of its source, QuantConnect/Lean 2486390: `Common/Statistics/PortfolioStatistics.cs`,
`TradeStatistics.cs` and `Statistics.cs`, rounded to four digits and written as text as its `JsonRoundingConverter`
does. The rate without risk is 0, and charts are left out.
"""

import json
from pathlib import Path

import numpy as np

from benchmarks.backtests.prices import Floats
from tests.golden.series import CAPITAL, CASES, SYMBOL, Case, bars_of, signals

FOLDER = Path(__file__).parent / "lean"
DAYS_A_YEAR = 252


def rounded(number: float) -> str:
    """A decimal as the engine writes it."""
    return f"{round(float(number), 4):.4f}".rstrip("0").rstrip(".")


def result_of(case: Case) -> dict[str, object]:
    """The result of the case, in the order of the engine's classes."""
    bars = bars_of(case)
    buy, sell = signals(bars, case)
    held = np.concatenate(([0], np.cumsum(buy.astype(int) - sell.astype(int))[:-1]))
    growth = np.where(held > 0, bars.close / bars.open, 1.0)
    equity: Floats = np.asarray(CAPITAL * np.cumprod(growth), dtype=np.float64)
    bought, sold = np.flatnonzero(buy), np.flatnonzero(sell)
    profits = equity[sold] - equity[bought]
    gain, loss = float(profits[profits > 0].sum()), float(profits[profits < 0].sum())
    days = [str(day) for day in bars.days]
    statistics = {
        "startDateTime": f"{days[bought[0]]}T16:00:00Z" if len(bought) else None,
        "endDateTime": f"{days[sold[-1]]}T16:00:00Z" if len(sold) else None,
        "totalNumberOfTrades": len(profits),
        "numberOfWinningTrades": int((profits > 0).sum()),
        "numberOfLosingTrades": int((profits < 0).sum()),
        "totalProfitLoss": rounded(profits.sum()),
        "totalProfit": rounded(gain),
        "totalLoss": rounded(loss),
        "averageTradeDuration": "00:00:00",
        "winRate": rounded((profits > 0).mean() if len(profits) else 0),
        "lossRate": rounded((profits < 0).mean() if len(profits) else 0),
        "profitFactor": rounded(0 if gain == 0 else gain / -loss if loss < 0 else 10),
        "sharpeRatio": "0",
        "sortinoRatio": "0",
        "totalFees": "0",
    }
    trades = [
        {"id": str(i), "symbols": [{"value": SYMBOL, "id": f"{SYMBOL} T3MO1488O0H1", "permtick": SYMBOL}]}
        for i in range(min(len(profits), 1))
    ]
    return {
        "rollingWindow": {},
        "totalPerformance": {
            "tradeStatistics": statistics,
            "portfolioStatistics": portfolio(equity, len(profits), int((profits > 0).sum()), days),
            "closedTrades": trades,
        },
        "orders": {},
        "profitLoss": {},
        "statistics": {"Total Orders": str(2 * len(profits)), "Net Profit": f"{100 * (equity[-1] / CAPITAL - 1):.3f}%"},
        "runtimeStatistics": {"Return": f"{100 * (equity[-1] / CAPITAL - 1):.2f} %"},
        "state": {"StartTime": "2026-11-20T09:00:00Z", "EndTime": "2026-11-20T09:00:07Z", "Status": "Completed"},
        "algorithmConfiguration": {
            "name": "SmaCross",
            "tags": [],
            "accountCurrency": "USD",
            "brokerage": 0,
            "accountType": 0,
            "parameters": {"fast": str(case.fast), "slow": str(case.slow)},
            "startDate": f"{days[0]}T00:00:00Z",
            "endDate": f"{days[-1]}T23:59:59Z",
            "tradingDaysPerYear": DAYS_A_YEAR,
        },
    }


def portfolio(equity: Floats, trades: int, won: int, days: list[str]) -> dict[str, str | int]:
    """`PortfolioStatistics` of an equity curve."""
    returns = np.diff(equity) / equity[:-1]
    years = float((np.datetime64(days[-1]) - np.datetime64(days[0])).astype(int)) / 365
    deviation = float(np.sqrt(returns.var(ddof=1) * DAYS_A_YEAR))
    below = returns[returns < 0]
    downwards = float(np.sqrt(below.var(ddof=1) * DAYS_A_YEAR)) if len(below) > 1 else 0.0
    yearly = float((1 + returns.mean()) ** DAYS_A_YEAR - 1)
    return {
        "averageWinRate": "0",
        "averageLossRate": "0",
        "profitLossRatio": "0",
        "winRate": rounded(won / trades if trades else 0),
        "lossRate": rounded(1 - won / trades if trades else 0),
        "expectancy": "0",
        "startEquity": rounded(CAPITAL),
        "endEquity": rounded(equity[-1]),
        "compoundingAnnualReturn": rounded((equity[-1] / CAPITAL) ** (1 / years) - 1),
        "drawdown": f"{round(float((1 - equity / np.maximum.accumulate(equity)).max()), 3):g}",
        "totalNetProfit": rounded(equity[-1] / CAPITAL - 1),
        "sharpeRatio": rounded(yearly / deviation if deviation else 0),
        "probabilisticSharpeRatio": "0",
        "sortinoRatio": rounded(yearly / downwards if downwards else 0),
        "alpha": "0",
        "beta": "0",
        "annualStandardDeviation": rounded(deviation),
        "annualVariance": rounded(deviation**2),
        "drawdownRecovery": 0,
    }


def older(document: object) -> object:
    """The same in PascalCase, figures as numbers, and without what older versions do not write."""
    if isinstance(document, dict):
        kept = {name: each for name, each in document.items() if name not in ("state", "algorithmConfiguration")}
        return {name[:1].upper() + name[1:]: older(each) for name, each in kept.items()}
    if isinstance(document, list):
        return [older(each) for each in document]
    try:
        return float(document) if isinstance(document, str) else document
    except ValueError:
        return document


def main() -> None:
    """Writes each case in camelCase, and the first in PascalCase too."""
    FOLDER.mkdir(exist_ok=True)
    for case in CASES:
        (FOLDER / f"{case.name}_not_by_engine.json").write_text(json.dumps(result_of(case)), encoding="utf-8")
    text = json.dumps(older(result_of(CASES[0])))
    (FOLDER / "crossover_older_not_by_engine.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
