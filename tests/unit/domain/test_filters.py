from datetime import UTC, date, datetime

import pytest
from hypothesis import given

from domain.backtest import METRIC_NAMES, Backtest
from domain.errors import InvalidQuestion
from domain.filters import FIELDS, Filter, FilterOp, Scalar, field_kind, matches_all, value_of
from tests.arbitrary import backtests, filters
from tests.builders import a_backtest, a_bare_backtest, a_tested_strategy, some_metrics

RUN = a_backtest(symbols=("GOOG", "AAPL"), strategy=a_tested_strategy(indicators=("rsi", "sma")))
FOUR_OPPOSITES = [
    (FilterOp.EQ, FilterOp.NE), (FilterOp.IN, FilterOp.NOT_IN), (FilterOp.LT, FilterOp.GE), (FilterOp.GT, FilterOp.LE),
]  # fmt: skip


def meets(field: str, op: str, value: Scalar | tuple[Scalar, ...], run: Backtest = RUN) -> bool:
    return Filter(field=field, op=FilterOp(op), value=value).matches(run)


@pytest.mark.parametrize(
    ("field", "op", "value"),
    [
        ("sharpe_ratio", ">=", 0.61),
        ("sharpe_ratio", "<=", 0.61),
        ("sharpe_ratio", ">", 0),
        ("max_drawdown", "<", 0.2),
        ("trade_count", "=", 48.0),
        ("trade_count", "in", (1, 48)),
        ("trade_count", "not_in", (1, 2)),
        ("trade_count", "!=", 49),
        ("strategy_name", "=", "rsi 평균회귀 (MEAN REVERSION)"),
        ("strategy_type", "in", ("momentum", "Mean_Reversion")),
        ("symbols", "=", "goog"),
        ("symbols", "in", ("MSFT", "aapl")),
        ("symbols", "!=", "MSFT"),
        ("indicators", "not_in", ("macd",)),
        ("start", ">=", "2004-08-19"),
        ("end", "<", date(2013, 3, 2)),
        ("completed_at", "=", "2026-11-20T18:30:00+09:00"),
        ("completed_at", "<", datetime(2026, 11, 20, 9, 30, 1, tzinfo=UTC)),
        ("parameters.length", "=", 14.0),
        ("parameters.length", ">", 13),
        ("parameters.allow_short", "=", False),
        ("parameters.exit_on", "in", ("CLOSE", 3)),
    ],
)
def test_a_condition_that_holds_is_met(field: str, op: str, value: Scalar | tuple[Scalar, ...]) -> None:
    assert meets(field, op, value)


@pytest.mark.parametrize(
    ("field", "op", "value"),
    [
        ("sharpe_ratio", ">", 0.61),
        ("symbols", "!=", "GOOG"),
        ("symbols", "not_in", ("GOOG", "MSFT")),
        ("symbols", "=", "GOO"),
        ("strategy_name", "=", "RSI"),
        ("parameters.length", "=", "14"),
        ("parameters.allow_short", "=", 0),
        ("parameters.oversold", "=", True),
        ("parameters.Length", "=", 14),
    ],
)
def test_a_condition_that_does_not_hold_is_not_met(field: str, op: str, value: Scalar | tuple[Scalar, ...]) -> None:
    assert not meets(field, op, value)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sharpe_ratio", 1.0), ("strategy_type", "momentum"), ("timeframe", "1d"),
        ("completed_at", "2026-11-20T09:30:00Z"), ("initial_capital", 1), ("parameters.length", 14),
    ],
)  # fmt: skip
@pytest.mark.parametrize("op", ["=", "!=", "in", "not_in"])
def test_what_is_missing_meets_no_condition(field: str, value: Scalar, op: str) -> None:
    assert not meets(field, op, (value,) if op.endswith("in") else value, a_bare_backtest())


@pytest.mark.parametrize(
    ("field", "op", "value"),
    [
        ("no_such_field", "=", 1),
        ("parameters.", "=", 1),
        ("sharpe_ratio", "=", "0.5"),
        ("sharpe_ratio", "=", True),
        ("sharpe_ratio", "=", float("nan")),
        ("sharpe_ratio", "<", float("inf")),
        ("trade_count", "=", 10**400),
        ("parameters.length", "=", -(10**400)),
        ("sharpe_ratio", "=", (0.5,)),
        ("sharpe_ratio", "in", 0.5),
        ("sharpe_ratio", "in", ()),
        ("symbols", "=", 5),
        ("symbols", ">", "A"),
        ("symbols", "=", "\0"),
        ("symbols", "=", "\ud800"),
        ("timeframe", "<=", "1d"),
        ("parameters.exit_on", "<", "close"),
        ("parameters.allow_short", ">=", True),
        ("start", "=", "2026-02-30"),
        ("start", "=", "어제"),
        ("start", "=", datetime(2026, 1, 1, tzinfo=UTC)),
        ("completed_at", "=", "2026-11-20T09:30:00"),
        ("completed_at", "=", date(2026, 11, 20)),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused_by_field(
    field: str, op: str, value: Scalar | tuple[Scalar, ...]
) -> None:
    with pytest.raises(InvalidQuestion) as refusal:
        meets(field, op, value)
    assert [violation.field for violation in refusal.value.violations] == [f"filters.{field}"]


def test_values_are_kept_in_the_type_of_their_field() -> None:
    assert Filter(field="start", op=FilterOp.GE, value="2020-01-02").value == date(2020, 1, 2)
    assert Filter(field="completed_at", op=FilterOp.GE, value="2020-01-02T00:00Z").value == datetime(
        2020, 1, 2, tzinfo=UTC
    )
    assert isinstance(Filter(field="trade_count", op=FilterOp.GE, value=3).value, float)
    assert Filter(field="end", op=FilterOp.IN, value=("2020-01-02",)).value == (date(2020, 1, 2),)


def test_every_field_can_be_read_from_a_run() -> None:
    assert {name for name in FIELDS if value_of(RUN, name) is None} == set()
    assert set(METRIC_NAMES) < set(FIELDS)
    assert field_kind("notes") is None


def test_no_condition_is_met_by_every_run() -> None:
    assert matches_all(a_bare_backtest(), ())


def test_a_run_has_to_meet_every_condition() -> None:
    held = Filter(field="sharpe_ratio", op=FilterOp.GT, value=0)
    missed = Filter(field="sharpe_ratio", op=FilterOp.GT, value=9)
    assert matches_all(RUN, (held, held))
    assert not matches_all(RUN, (held, missed))


@given(run=backtests(), condition=filters())
def test_a_condition_and_its_opposite_never_both_hold(run: Backtest, condition: Filter) -> None:
    opposite = dict(FOUR_OPPOSITES) | {right: left for left, right in FOUR_OPPOSITES}
    other = Filter(field=condition.field, op=opposite[condition.op], value=condition.value)
    several = isinstance(value_of(run, condition.field), tuple) and condition.op not in (
        FilterOp.EQ, FilterOp.NE, FilterOp.IN, FilterOp.NOT_IN,
    )  # fmt: skip
    assert several or not (condition.matches(run) and other.matches(run))


@given(run=backtests(), condition=filters())
def test_making_a_condition_again_from_its_own_value_changes_nothing(run: Backtest, condition: Filter) -> None:
    again = Filter(field=condition.field, op=condition.op, value=condition.value)
    assert again == condition
    assert again.matches(run) is condition.matches(run)


@given(run=backtests())
def test_every_run_meets_equality_with_its_own_figures(run: Backtest) -> None:
    for name in METRIC_NAMES:
        value = getattr(run.metrics, name)
        assert value is None or Filter(field=name, op=FilterOp.EQ, value=value).matches(run)


def test_a_metric_of_zero_is_not_missing() -> None:
    assert meets("sharpe_ratio", "=", 0, a_backtest(metrics=some_metrics(sharpe_ratio=0.0)))


def named(name: str, **parameters: float) -> Backtest:
    """A run of which only its name and its parameters say what it does."""
    return a_backtest(strategy=a_tested_strategy(name=name, indicators=(), type=None, parameters={**parameters}))


@pytest.mark.parametrize(
    ("run", "used"),
    [
        (a_backtest(strategy=a_tested_strategy(indicators=("RSI(14)",))), ("RSI(14)", "rsi")),
        (
            a_backtest(strategy=a_tested_strategy(indicators=("Bollinger Bands", "x"))),
            ("Bollinger Bands", "x", "bollinger"),
        ),
        (a_backtest(strategy=a_tested_strategy(name="MACD 교차", indicators=("rsi",))), ("rsi",)),
        (a_backtest(strategy=a_tested_strategy(name="MACD 교차", indicators=("내 신호",))), ("내 신호", "macd")),
        (named("RSI 과매도 반등"), ("rsi",)),
        (named("Bollinger band breakout"), ("bollinger",)),
        (named("골든크로스"), ("sma", "ema", "wma")),
        (named("Turtle v3"), ("donchian",)),
        (named("실험 7", rsi_length=14), ("rsi",)),
        (named("실험 7", length=14), ()),
        (named("ADX 추세"), ("adx",)),
    ],
)
def test_what_a_run_uses_is_what_it_lists_else_what_its_name_says(run: Backtest, used: tuple[str, ...]) -> None:
    assert value_of(run, "indicators") == used
    assert all(Filter(field="indicators", op=FilterOp.EQ, value=name).matches(run) for name in used)


def test_a_run_that_names_no_indicator_uses_none() -> None:
    assert meets("indicators", "not_in", ("rsi",), a_bare_backtest())
    assert meets("indicators", "!=", "rsi", a_bare_backtest())
    assert not meets("indicators", "=", "rsi", a_bare_backtest())


@pytest.mark.parametrize(
    ("name", "family"),
    [("추세추종 1", "trend_following"), ("Mean reversion", "mean_reversion"), ("실험", None), ("모멘텀 돌파", None)],
)
def test_a_family_that_is_not_recorded_is_the_one_of_the_name(name: str, family: str | None) -> None:
    assert value_of(named(name), "strategy_type") == family


@pytest.mark.parametrize(
    ("parameters", "field", "value", "met"),
    [
        ({"length": 14}, "parameters.length", 14, True),
        ({"timeperiod": 14}, "parameters.length", 14, True),
        ({"rsi_length": 14}, "parameters.length", 14, True),
        ({"length": 20, "timeperiod": 14}, "parameters.length", 14, False),
        ({"rsi_period": 14, "length": 20}, "parameters.rsi_length", 14, True),
        ({"rsi_period": 14, "length": 20}, "parameters.rsi_length", 20, False),
        ({"length": 20}, "parameters.rsi_length", 20, True),
        ({"macd_length": 20}, "parameters.rsi_length", 20, False),
        ({"lower": 30}, "parameters.oversold", 30, True),
        ({"short_window": 20}, "parameters.fast", 20, True),
        ({"window": 20}, "parameters.seed", 20, False),
    ],
)
def test_a_parameter_is_met_under_its_other_names_where_its_own_is_not_there(
    parameters: dict[str, float], field: str, value: float, *, met: bool
) -> None:
    assert meets(field, "=", value, named("실험", **parameters)) is met
