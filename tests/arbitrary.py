"""What hypothesis draws from: backtests, filters on them, token counts, prices."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from domain.backtest import Backtest, Metrics, ParameterValue, StrategyType
from domain.catalogue import TokenPrice
from domain.filters import FIELDS, PARAMETER_PREFIX, FieldKind, Filter, FilterOp, Scalar, field_kind
from domain.usage import TokenUsage
from tests.builders import a_backtest, a_price, a_tested_strategy

CONTRACT_SETTINGS = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,  # every example works in a scope of its own, so the store may stay
        HealthCheck.differing_executors,  # one contract runs for every adapter: that is its purpose
        HealthCheck.too_slow,  # a real database answers more slowly than memory
    ],
)

# Few values, so that conditions hit often; the pairs differ in case only, or fold to more than lower-case letters.
WORDS = ("rsi", "RSI", "Rsi 전략", "평균회귀", "straße", "STRASSE", "İ", "%_", "a'b", "\\", "50%", "Ω", "5", "true")
NUMBERS = (-1.5, -0.0, 0.0, 0.1, 0.3, 1.0, 2.0, 2.5, 14.0, 1e-9, 1e12)
DAYS = tuple(date(2020, 2, 27) + timedelta(days=n) for n in range(4))
MOMENTS = (
    datetime(2026, 3, 8, 7, 0, tzinfo=UTC),
    datetime(2026, 3, 8, 16, 0, tzinfo=timezone(timedelta(hours=9))),
    datetime(2026, 3, 8, 7, 0, 0, 1, tzinfo=UTC),
    datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC),
)
PARAMETERS = ("length", "길이", "a.b", "with space", 'quo"te', "$x")
ORDERED = (FilterOp.LT, FilterOp.LE, FilterOp.GT, FilterOp.GE)
LISTED = (FilterOp.IN, FilterOp.NOT_IN)

words = st.sampled_from(WORDS)
numbers = st.sampled_from(NUMBERS)
parameter_values: st.SearchStrategy[ParameterValue] = st.one_of(
    words, numbers, st.booleans(), st.sampled_from((0, 1, 14, -3))
)


def _missing_or(numbers_: st.SearchStrategy[float]) -> st.SearchStrategy[float | None]:
    return st.one_of(st.none(), numbers_)


@st.composite
def metrics(draw: st.DrawFn) -> Metrics:
    anything, positive = _missing_or(numbers), _missing_or(st.sampled_from((0.0, 0.1, 0.3, 2.5, 14.0)))
    fraction = _missing_or(st.sampled_from((0.0, 0.1, 0.3, 1.0)))
    return Metrics(
        total_return=draw(numbers),
        annual_return=draw(anything),
        volatility=draw(positive),
        sharpe_ratio=draw(anything),
        sortino_ratio=draw(anything),
        calmar_ratio=draw(anything),
        max_drawdown=draw(fraction),
        win_rate=draw(fraction),
        profit_factor=draw(positive),
        trade_count=draw(st.one_of(st.none(), st.sampled_from((1, 2, 14)))),
        exposure_time=draw(fraction),
        fees_paid=draw(positive),
        benchmark_return=draw(anything),
    )


@st.composite
def backtests(draw: st.DrawFn, *, backtest_id: str = "bt-1") -> Backtest:
    start, end = sorted((draw(st.sampled_from(DAYS)), draw(st.sampled_from(DAYS))))
    strategy = a_tested_strategy(
        name=draw(words),
        type=draw(st.one_of(st.none(), st.sampled_from(StrategyType))),
        indicators=tuple(draw(st.lists(words, max_size=2))),
        parameters=draw(st.dictionaries(st.sampled_from(PARAMETERS), parameter_values, max_size=3)),
    )
    return a_backtest(
        backtest_id=backtest_id,
        strategy=strategy,
        symbols=tuple(draw(st.lists(words, min_size=1, max_size=2))),
        start=start,
        end=end,
        metrics=draw(metrics()),
        timeframe=draw(st.one_of(st.none(), words)),
        initial_capital=draw(st.one_of(st.none(), st.sampled_from((1.0, 2.5, 1e12)))),
        final_equity=None,
        completed_at=draw(st.one_of(st.none(), st.sampled_from(MOMENTS))),
    )


@st.composite
def archives(draw: st.DrawFn) -> list[Backtest]:
    """Some backtests with ids of their own."""
    return [draw(backtests(backtest_id=f"백테스트-{n}")) for n in range(draw(st.integers(1, 6)))]


@st.composite
def filters(draw: st.DrawFn) -> Filter:
    """A condition on any field, with any operator that the field and the value take."""
    names = (*FIELDS, *(PARAMETER_PREFIX + name for name in PARAMETERS))
    name = draw(st.sampled_from(names))
    value = draw(_value(name))
    ordered = field_kind(name) in (FieldKind.NUMBER, FieldKind.DATE, FieldKind.TIME) or (
        field_kind(name) is FieldKind.PARAMETER and not isinstance(value, str | bool)
    )
    op = draw(st.sampled_from([op for op in FilterOp if ordered or op not in ORDERED]))
    if op in LISTED:
        return Filter(field=name, op=op, value=(value, *draw(st.lists(_value(name), max_size=2))))
    return Filter(field=name, op=op, value=value)


def _value(name: str) -> st.SearchStrategy[Scalar]:
    kind = field_kind(name)
    if kind is FieldKind.NUMBER:
        return st.one_of(numbers, st.sampled_from((1, 2, 14)))
    if kind is FieldKind.DATE:
        return st.one_of(st.sampled_from(DAYS), st.sampled_from(DAYS).map(date.isoformat))
    if kind is FieldKind.TIME:
        return st.one_of(st.sampled_from(MOMENTS), st.sampled_from(MOMENTS).map(datetime.isoformat))
    if kind is FieldKind.PARAMETER:
        return parameter_values
    return st.one_of(words, st.sampled_from(tuple(StrategyType)).map(lambda word: word.value.upper()))


@st.composite
def usages(draw: st.DrawFn, most: int = 1_000_000) -> TokenUsage:
    given = draw(st.integers(0, most))
    cached = draw(st.integers(0, given))
    output = draw(st.integers(0, most))
    return TokenUsage(
        input_tokens=given,
        cached_input_tokens=cached,
        cache_write_tokens=draw(st.integers(0, given - cached)),
        output_tokens=output,
        reasoning_tokens=draw(st.integers(0, output)),
        estimated=draw(st.booleans()),
    )


amounts = st.integers(0, 10**9).map(lambda micro: Decimal(micro).scaleb(-6))


@st.composite
def token_prices(draw: st.DrawFn) -> TokenPrice:
    """Up to 1,000 USD per million tokens, with and without prices of the buckets' own."""
    maybe = st.one_of(st.none(), amounts)
    return a_price(
        valid_from=draw(st.sampled_from((date(2024, 7, 18), date(2026, 1, 1)))),
        input_usd_per_mtok=draw(amounts),
        cached_input_usd_per_mtok=draw(maybe),
        cache_write_usd_per_mtok=draw(maybe),
        output_usd_per_mtok=draw(maybe),
    )
