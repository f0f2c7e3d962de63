"""One equity curve, five engines: what they define alike is the same record, and what not is stated."""

from dataclasses import asdict

import numpy as np
import pytest

from benchmarks.backtests.measures import Metrics, measure
from benchmarks.backtests.simulation import simulate
from domain.backtest import METRIC_NAMES, Source
from domain.foreign_run import Stated
from tests.golden.files import FOLDER, FORMATS, RUNS, backtest_of, golden, read, read_golden
from tests.golden.series import CAPITAL, CASES, bars_of, signals

EXACT = 1e-5
FOUR_DIGITS = 2e-4
DAYS = 6e-3
OTHER = 0.75
ALIKE = {
    "total_return": dict.fromkeys(FORMATS, EXACT) | {"lean": FOUR_DIGITS},
    "annual_return": {"backtesting": EXACT, "freqtrade": DAYS, "lean": DAYS, "backtrader": DAYS},
    "volatility": {"backtesting": OTHER, "lean": FOUR_DIGITS},
    "sharpe_ratio": {"backtesting": 0.26, "vectorbt": 0.21, "lean": 0.34, "backtrader": 0.34, "freqtrade": 0.95},
    "sortino_ratio": {"backtesting": 0.29, "vectorbt": 0.21, "lean": 0.31, "freqtrade": 0.85},
    "calmar_ratio": {"backtesting": EXACT, "vectorbt": 0.65},
    "max_drawdown": {"backtesting": EXACT, "vectorbt": EXACT, "backtrader": EXACT, "lean": 4e-3, "freqtrade": 1.0},
    "win_rate": dict.fromkeys(FORMATS, 0.0),
    "profit_factor": dict.fromkeys(FORMATS, EXACT) | {"lean": FOUR_DIGITS, "backtesting": 0.29},
    "trade_count": dict.fromkeys(FORMATS, 0.0),
    "exposure_time": {"backtesting": EXACT},
    "fees_paid": {"vectorbt": 0.0, "lean": 0.0},
    "benchmark_return": {"backtesting": EXACT, "freqtrade": EXACT, "vectorbt": EXACT},
}  # fmt: skip
"""How far a figure may be from our own arithmetic on the same curve, relatively; no engine that is not named has it.

EXACT: whole shares in one engine, six digits in ours. FOUR_DIGITS: LEAN rounds to four digits, its drawdown to three.
DAYS: calendar days over 365 (freqtrade, LEAN) or bars over 252 from the first (backtrader) against bars after it.
Where more stands, the definition is another one, and docs/importing.md says which: backtesting.py's volatility and
Sharpe are of compounded returns and its profit factor is of percent; vectorbt takes 365 days a year where its
frequency is a day; backtrader's Sharpe is of whole years over 1 %; LEAN's compounds the mean and takes the deviation
of losses alone; freqtrade's ratios and drawdown are of closed trades.
"""


def ours(case: str) -> Metrics:
    (wanted,) = (each for each in CASES if each.name == case)
    bars = bars_of(wanted)
    buy, sell = signals(bars, wanted)
    return measure(simulate(bars, buy, sell, capital=CAPITAL, commission=0.0), bars)[1]


def test_the_table_speaks_of_every_metric() -> None:
    assert set(ALIKE) == set(METRIC_NAMES)


@pytest.mark.parametrize("metric", METRIC_NAMES)
@pytest.mark.parametrize("file_format", FORMATS)
@pytest.mark.parametrize("case", ["crossover", "winner"])
def test_the_same_curve_is_the_same_figure(case: str, file_format: str, metric: str) -> None:
    found, wanted = getattr(backtest_of(file_format, case).metrics, metric), ours(case)[metric]
    if file_format not in ALIKE[metric]:
        assert found is None
    elif found is None:
        assert (case, metric) in MISSING_OF_ONE_TRADE[file_format]
    else:
        assert wanted is not None
        assert found == pytest.approx(wanted, rel=ALIKE[metric][file_format], abs=1e-12)


def test_what_is_defined_otherwise_is_off_by_just_that() -> None:
    bars = bars_of(CASES[0])
    run = simulate(bars, *signals(bars, CASES[0]), capital=CAPITAL, commission=0.0)
    # vectorbt counts the first day, which can bring nothing, and 365 such days a year.
    returns = np.concatenate(([0.0], run.equity[1:] / run.equity[:-1] - 1))
    sharpe = returns.mean() / returns.std(ddof=1) * 365**0.5
    sortino = returns.mean() / np.sqrt(np.mean(np.minimum(returns, 0) ** 2)) * 365**0.5
    vectorbt = backtest_of("vectorbt", "crossover").metrics
    assert (vectorbt.sharpe_ratio, vectorbt.sortino_ratio) == pytest.approx((sharpe, sortino), rel=EXACT)
    closed = CAPITAL + np.concatenate(([0.0], np.cumsum(run.profits)))
    drawdown = float(np.max(1 - closed / np.maximum.accumulate(closed)))
    assert backtest_of("freqtrade", "crossover").metrics.max_drawdown == pytest.approx(drawdown, rel=EXACT)
    share = run.profits / closed[:-1]
    factor = share[share > 0].sum() / -share[share < 0].sum()
    assert backtest_of("backtesting", "crossover").metrics.profit_factor == pytest.approx(factor, rel=EXACT)
    ends = [0, *np.flatnonzero(np.diff(bars.days.astype("datetime64[Y]").astype(int))), len(bars) - 1]
    years = run.equity[ends[1:]] / run.equity[ends[:-1]] - 1
    sharpe = (years.mean() - 0.01) / years.std()
    assert backtest_of("backtrader", "crossover").metrics.sharpe_ratio == pytest.approx(sharpe, rel=EXACT)


MISSING_OF_ONE_TRADE = {
    "backtesting": [("winner", "profit_factor")],
    "freqtrade": [("winner", "profit_factor"), ("winner", "sharpe_ratio"), ("winner", "sortino_ratio")],
    "vectorbt": [("winner", "profit_factor")],
    "lean": [("winner", "profit_factor")],
    "backtrader": [("winner", "profit_factor"), ("winner", "sharpe_ratio")],
}
"""One trade that won, within one year: what of it each engine calls undefined, in its own way."""


@pytest.mark.parametrize("file_format", FORMATS)
def test_what_nobody_traded_has_no_ratio_in_any_engine(file_format: str) -> None:
    run = backtest_of(file_format, "idle")
    metrics = asdict(run.metrics)
    assert (metrics["total_return"], metrics["trade_count"]) == (0, 0)
    assert [metrics[name] for name in ("sharpe_ratio", "sortino_ratio", "win_rate", "profit_factor")] == [None] * 4
    assert metrics["max_drawdown"] == (None if file_format == "vectorbt" else 0)
    assert "missing: sharpe_ratio (" in (run.notes or "")


@pytest.mark.parametrize("file_format", FORMATS)
@pytest.mark.parametrize("case", RUNS)
def test_a_run_is_of_its_days_and_its_engine(file_format: str, case: str) -> None:
    run = backtest_of(file_format, case)
    (wanted,) = (each for each in CASES if each.name == case)
    assert (str(run.start), str(run.end)) == (wanted.start, wanted.end)
    engine = {"backtesting": "backtesting.py"}.get(file_format, file_format)
    version = "1.9.78.123" if file_format == "backtrader" else None
    assert run.source == Source(engine=engine, version=version)
    assert run.backtest_id.startswith(f"{engine}-")
    if file_format != "backtesting":
        assert run.initial_capital == CAPITAL
    assert run.final_equity == pytest.approx(CAPITAL * (1 + run.metrics.total_return), rel=1e-4)


def test_what_the_files_say_of_the_strategy_is_kept() -> None:
    nothing = Stated(symbols=("GOOG",), strategy=None)
    (run,) = read_golden("backtesting", "crossover.json", nothing)
    assert run.backtest is not None
    assert (run.backtest.strategy.name, dict(run.backtest.strategy.parameters)) == (
        "SmaCross",
        {"fast": 20, "slow": 50},
    )
    (run,) = read_golden("freqtrade", "crossover.zip", Stated())
    assert run.backtest is not None
    assert (run.backtest.strategy.name, run.backtest.symbols, run.backtest.timeframe) == (
        "골든크로스",
        ("GOOG/USD",),
        "1d",
    )
    tuned = {name: value for name, value in run.backtest.strategy.parameters.items() if name.startswith("buy.")}
    assert tuned == {"buy.fast": 20, "buy.slow": 50}
    for file_format, name in (("lean", "crossover_not_by_engine.json"), ("backtrader", "crossover.json")):
        (run,) = read_golden(file_format, name, Stated())
        assert run.backtest is not None
        assert (run.backtest.strategy.name, run.backtest.symbols) == ("SmaCross", ("GOOG",))
        assert dict(run.backtest.strategy.parameters) == {"fast": 20, "slow": 50}


def test_json_and_csv_of_a_series_say_the_same() -> None:
    for file_format in ("backtesting", "vectorbt"):
        for case in RUNS:
            (one,), (other,) = (read(file_format, golden(file_format, f"{case}.{kind}")) for kind in ("json", "csv"))
            assert one.metrics == pytest.approx(other.metrics, rel=1e-9)
            assert [each.metric for each in one.nulled] == [each.metric for each in other.nulled]
            assert (one.start, one.end, one.strategy) == (other.start, other.end, other.strategy)


def test_several_columns_are_several_runs_and_their_index_is_their_parameters() -> None:
    wide, turned = (read("vectorbt", golden("vectorbt", name)) for name in ("grid.csv", "grid_turned.csv"))
    assert [run.parameters for run in wide] == [
        {"fast_window": 10, "slow_window": 50},
        {"fast_window": 20, "slow_window": 50},
        {"fast_window": 5, "slow_window": 5000},
    ]
    assert [run.place for run in wide] == ["line 2", "line 3", "line 4"]
    assert [(run.parameters, run.metrics) for run in turned] == [(run.parameters, run.metrics) for run in wide]
    bare = read("vectorbt", golden("vectorbt", "grid.json"))
    assert [run.parameters for run in bare] == [{"column": label} for label in ("(10, 50)", "(20, 50)", "(5, 5000)")]
    assert [run.metrics for run in bare] == [pytest.approx(run.metrics, rel=1e-9) for run in wide]


def test_a_mean_over_columns_is_no_run() -> None:
    (run,) = read("vectorbt", golden("vectorbt", "mean.csv"))
    assert [error.message for error in run.errors] == [
        "is the mean of several columns, and no run: save pf.stats(agg_func=None)"
    ]


def test_each_strategy_of_a_result_is_a_run() -> None:
    runs = read("freqtrade", golden("freqtrade", "several.json"))
    assert [(run.place, run.metrics["trade_count"]) for run in runs] == [
        ("strategy 골든크로스", 10),
        ("strategy Idle", 0),
    ]
    assert runs[0].completed_at is not None
    assert runs[0].completed_at.isoformat() == "2025-10-09T08:54:02+00:00"


def test_analyses_alone_are_a_run_that_lacks_its_names() -> None:
    (whole,), (bare,) = (read("backtrader", golden("backtrader", f"crossover{kind}.json")) for kind in ("", "_bare"))
    assert (bare.metrics, bare.strategy, bare.symbols) == (whole.metrics, None, ())


def test_an_older_result_of_lean_not_made_by_the_engine_says_the_same_figures() -> None:
    (older,), (newer,) = (
        read("lean", golden("lean", f"crossover{kind}_not_by_engine.json")) for kind in ("_older", "")
    )
    assert older.metrics == newer.metrics
    assert (older.symbols, older.start) == (("GOOG",), None)


def test_the_golden_files_are_small() -> None:
    files = [path for path in FOLDER.rglob("*.*") if path.suffix in (".json", ".csv", ".zip")]
    assert sum(path.stat().st_size for path in files) <= 60_000
