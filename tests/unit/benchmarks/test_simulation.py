"""The simulator and its figures on bars small enough to follow by hand, and on random ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.backtests.measures import measure
from benchmarks.backtests.prices import Bars
from benchmarks.backtests.simulation import Run, simulate

TO_THE_DIGIT = 1e-5  # Metrics carry six significant digits.
PRICES = st.floats(min_value=1, max_value=1000)
DAYS = st.lists(st.tuples(PRICES, PRICES, st.booleans(), st.booleans()), min_size=2, max_size=30)


def few_bars(opens: list[float], closes: list[float]) -> Bars:
    first, last = np.array(opens), np.array(closes)
    days = np.datetime64("2020-01-01", "D") + np.arange(len(opens))
    return Bars(days=days, open=first, high=first, low=last, close=last, volume=np.ones(len(opens)))


def small_run(entry: list[int], leave: list[int], *, commission: float = 0.01) -> tuple[Run, Bars]:
    bars = few_bars([10, 10, 20, 40, 30], [10, 16, 20, 30, 30])
    flags = np.array(entry, dtype=np.bool_), np.array(leave, dtype=np.bool_)
    return simulate(bars, *flags, capital=101, commission=commission), bars


def test_a_signal_is_filled_at_the_next_open_with_the_commission_on_both_sides() -> None:
    run, _ = small_run([1, 0, 0, 0, 0], [0, 0, 1, 0, 0])
    # 101 buys 10 shares at 10 with a fee of 1; they are worth 160, then 200, and bring 400 less 4 at the open of 40.
    np.testing.assert_allclose(run.equity, [101, 160, 200, 396, 396])
    np.testing.assert_allclose(run.profits, [295])
    np.testing.assert_array_equal(run.exposed, [False, True, True, True, False])
    assert run.fees_paid == pytest.approx(5)


def test_what_is_held_at_the_end_is_sold_at_the_last_close() -> None:
    run, _ = small_run([0, 0, 0, 1, 1], [0, 0, 0, 0, 0])
    np.testing.assert_allclose(run.equity, [101, 101, 101, 101, 99])
    np.testing.assert_allclose(run.profits, [-2])


def test_a_run_without_trades_has_no_ratios() -> None:
    final, metrics = measure(*small_run([0, 0, 0, 0, 1], [0, 0, 0, 0, 0]))
    assert final == 101
    undefined = {name for name, value in metrics.items() if value is None}
    assert undefined == {"sharpe_ratio", "sortino_ratio", "calmar_ratio", "win_rate", "profit_factor"}


def test_a_leave_wins_over_an_entry_at_the_same_close() -> None:
    run, _ = small_run([1, 1, 0, 0, 0], [1, 0, 0, 0, 0])
    assert not run.exposed[1]
    assert run.exposed[2]


def test_risk_figures_follow_their_formulas() -> None:
    days = np.array([0.1, -0.2, 0.0, 0.3])
    equity = np.concatenate(([1000.0], 1000 * np.cumprod(1 + days)))
    run = Run(equity=equity, exposed=np.ones(5, dtype=np.bool_), profits=np.array([3.0, -2.0, 1.0]), fees_paid=0.0)
    _, metrics = measure(run, few_bars([1] * 5, [1, 1, 1, 1, 2]))
    assert metrics["volatility"] == pytest.approx(np.std(days, ddof=1) * 252**0.5, rel=TO_THE_DIGIT)
    assert metrics["sharpe_ratio"] == pytest.approx(0.05 / np.std(days, ddof=1) * 252**0.5, rel=TO_THE_DIGIT)
    assert metrics["sortino_ratio"] == pytest.approx(0.05 / 0.1 * 252**0.5, rel=TO_THE_DIGIT)
    assert metrics["max_drawdown"] == pytest.approx(0.2)
    assert metrics["annual_return"] == pytest.approx(1.144**63 - 1, rel=TO_THE_DIGIT)
    assert metrics["calmar_ratio"] == pytest.approx((1.144**63 - 1) / 0.2, rel=TO_THE_DIGIT)
    assert metrics["profit_factor"] == 2
    assert metrics["benchmark_return"] == 1


def cash_after_trading_day_by_day(days: list[tuple[float, float, bool, bool]], *, commission: float) -> float:
    cash, shares, wanted = 100.0, 0.0, False
    for opened, _, entry, leave in days:
        if wanted and not shares:
            cash, shares = 0.0, cash / (opened * (1 + commission))
        elif shares and not wanted:
            cash, shares = shares * opened * (1 - commission), 0.0
        wanted = (wanted or entry) and not leave
    return cash + shares * days[-1][1] * (1 - commission)


@given(days=DAYS, commission=st.sampled_from([0.0, 0.001, 0.05]))
def test_any_run_ends_with_what_a_ledger_kept_day_by_day_holds(
    days: list[tuple[float, float, bool, bool]], commission: float
) -> None:
    opens, closes, entry, leave = (list(column) for column in zip(*days, strict=True))
    bars = few_bars(opens, closes)
    run = simulate(bars, np.array(entry), np.array(leave), capital=100, commission=commission)
    expected = cash_after_trading_day_by_day(days, commission=commission)
    assert run.equity[-1] == pytest.approx(expected, rel=1e-9)
    assert run.profits.sum() == pytest.approx(expected - 100, rel=1e-9, abs=1e-9 * run.equity.max())
