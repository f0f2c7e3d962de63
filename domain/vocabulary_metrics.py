"""What people call the figures of a backtest, and how they compare them."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.filter_op import FilterOp
from domain.numbers import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricWords:
    """A metric's words. `share` is a fraction in our records; `at_most_one` can never be more than all."""

    korean: str
    english: str
    names: tuple[str, ...]
    share: bool = False
    at_most_one: bool = False
    units: frozenset[Unit] = frozenset({Unit.PLAIN})


_SHARE = frozenset({Unit.PLAIN, Unit.PERCENT, Unit.BASIS_POINTS})
_RATIO = frozenset({Unit.PLAIN, Unit.MULTIPLE, Unit.PERCENT})
_COUNT = frozenset({Unit.PLAIN, Unit.COUNT, Unit.MULTIPLE})
_MONEY = frozenset({Unit.PLAIN, Unit.MONEY})
LOSS = "loss"
"""A return whose sign is turned: a loss of 10 % is a return of -10 %."""

METRICS: Mapping[str, MetricWords] = {
    "total_return": MetricWords(
        korean="총수익률", english="total return", share=True, units=_SHARE,
        names=(
            "total_return", "누적 수익률", "총 수익률", "전체 수익률", "최종 수익률", "수익률", "총 수익", "수익",
            "누적 수익",
            "total return", "cumulative return", "return", "profit", "gain",
        ),
    ),
    LOSS: MetricWords(
        korean="손실률", english="loss", share=True, units=_SHARE,
        names=("손실률", "손실", "총 손실", "total loss", "loss"),
    ),
    "annual_return": MetricWords(
        korean="연수익률", english="annual return", share=True, units=_SHARE,
        names=(
            "annual_return", "연 환산 수익률", "연 평균 수익률", "연간 수익률", "연 수익률", "연 복리 수익률",
            "연율 수익률", "연수익",
            "annual return", "annualized return", "annualised return", "yearly return", "cagr", "연 환산",
        ),
    ),
    "volatility": MetricWords(
        korean="변동성", english="volatility", share=True, units=_SHARE,
        names=("volatility", "연 변동성", "연환산 변동성", "변동성", "annual volatility", "vol"),
    ),
    "sharpe_ratio": MetricWords(
        korean="샤프", english="Sharpe", units=_RATIO,
        names=("sharpe_ratio", "샤프 지수", "샤프 비율", "샤프", "sharpe ratio", "sharpe"),
    ),
    "sortino_ratio": MetricWords(
        korean="소르티노", english="Sortino", units=_RATIO,
        names=("sortino_ratio", "소르티노 지수", "소르티노 비율", "소르티노", "소티노", "sortino ratio", "sortino"),
    ),
    "calmar_ratio": MetricWords(
        korean="칼마", english="Calmar", units=_RATIO,
        names=("calmar_ratio", "칼마 지수", "칼마 비율", "칼마", "calmar ratio", "calmar"),
    ),
    "max_drawdown": MetricWords(
        korean="최대낙폭", english="max drawdown", share=True, at_most_one=True, units=_SHARE,
        names=(
            "max_drawdown", "최대 낙폭", "최대 손실 폭", "최대 손실률", "낙폭", "mdd", "엠디디", "드로다운",
            "max drawdown",
            "maximum drawdown", "drawdown", "max dd", "maxdd",
        ),
    ),
    "win_rate": MetricWords(
        korean="승률", english="win rate", share=True, at_most_one=True, units=_SHARE,
        names=("win_rate", "승률", "win rate", "winrate", "hit rate", "win ratio", "winning rate", "win percentage"),
    ),
    "profit_factor": MetricWords(
        korean="손익비", english="profit factor", units=_RATIO,
        names=("profit_factor", "손익비", "프로핏 팩터", "수익 팩터", "이익 계수", "profit factor", "pf"),
    ),
    "trade_count": MetricWords(
        korean="거래", english="trades", units=_COUNT,
        names=(
            "trade_count", "거래 횟수", "거래 건수", "거래 수", "매매 횟수", "매매 건수", "체결 횟수", "거래", "매매",
            "number of trades", "trade count", "trades", "trade",
        ),
    ),
    "exposure_time": MetricWords(
        korean="시장 노출", english="exposure", share=True, at_most_one=True, units=_SHARE,
        names=(
            "exposure_time", "시장 노출 시간", "시장 노출", "노출 시간", "노출도", "노출", "exposure time", "exposure",
            "time in market", "time in the market",
        ),
    ),
    "fees_paid": MetricWords(
        korean="수수료", english="fees", units=_MONEY, names=("fees_paid", "수수료", "fees paid", "commission",
            "fees", "fee"),
    ),
    "benchmark_return": MetricWords(
        korean="벤치마크 수익률", english="benchmark return", share=True, units=_SHARE,
        names=("benchmark_return", "벤치마크 수익률", "benchmark return", "buy and hold return"),
    ),
    "initial_capital": MetricWords(
        korean="초기 자본", english="initial capital", units=_MONEY,
        names=("initial_capital", "초기 자본금", "초기 자본", "시작 자본", "투자 원금", "initial capital",
            "starting capital"),
    ),
    "final_equity": MetricWords(
        korean="최종 자산", english="final equity", units=_MONEY,
        names=("final_equity", "최종 자산", "최종 자본", "final equity", "ending equity"),
    ),
}  # fmt: skip

AFTER: Mapping[FilterOp, tuple[str, ...]] = {
    FilterOp.GE: (
        "이상", "or more", "or above", "or higher", "or greater", "or better", "and above", "and up", "and over",
        "부터",
        "밑돌지 않는", "밑돌지 않은", "내려가지 않는", "내려가지 않은",
    ),
    FilterOp.LE: (
        "이하", "이내", "안쪽", "or less", "or lower", "or fewer", "or below", "or under", "and below", "까지",
        "안 넘는", "안 넘은", "안 넘긴", "안 넘고", "안 넘게",
        "못 넘는", "못 넘은", "못 넘긴", "넘지 못하는", "넘지 못한",
        "초과하지 않는", "초과하지 않은", "초과하지 않고", "넘지 않는", "넘지 않은", "넘지 않", "넘지 않았던",
        "넘지 않고",
        "을 넘지 않는",
    ),
    FilterOp.GT: (
        "초과", "넘는", "넘게", "넘은", "넘긴", "넘고", "넘으면", "넘어서면", "넘어가면", "넘어", "넘기", "넘었",
        "웃도는", "상회",
        "보다 큰", "보다 높은", "보다 많은", "보다 좋은", "보다 크", "보다 높", "보다 많", "보다 위", "위로",
        "위에서", "위",
    ),
    FilterOp.LT: (
        "미만", "못 미치는", "안 되는", "안되는", "못되는", "밑도는", "하회", "보다 작은", "보다 낮은",
        "보다 적은", "보다 작",
        "보다 낮", "보다 적", "보다 아래", "아래로", "아래에서", "아래", "밑으로", "밑에서", "밑",
    ),
}  # fmt: skip
"""Comparators that follow their number."""

BEFORE: Mapping[FilterOp, tuple[str, ...]] = {
    FilterOp.GE: (
        "at least", "no less than", "not less than", "no lower than", "no fewer than", "not below", "not under",
        "not lower than", "not fewer than", "not smaller than", "not worse than", "minimum of",
        "a minimum of", "greater than or equal to", ">=", "=>", "≥", "최소", "적어도", "최소한",
    ),
    FilterOp.LE: (
        "at most", "no more than", "not more than", "no higher than", "not above", "not over", "maximum of", "up to",
        "a maximum of", "less than or equal to", "within", "<=", "=<", "≤", "최대", "많아야", "not exceeding",
        "not exceed", "not greater than", "not higher than", "not larger than", "not bigger than", "not better than",
    ),
    FilterOp.GT: (
        "above", "over", "greater than", "more than", "higher than", "larger than", "bigger than", "better than",
        "exceeding", "exceeds", "exceed", "beyond", ">",
    ),
    FilterOp.LT: (
        "below", "under", "less than", "fewer than", "lower than", "smaller than", "worse than", "beneath", "<",
    ),
    FilterOp.EQ: ("equal to", "equals", "exactly", "==", "=", "정확히"),
}  # fmt: skip
"""Comparators that come before their number."""
