"""The sentences of a report that need no model: complete, in both languages, each with when it is true."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from domain.report import SectionKind

Facts = Mapping[str, float]
VISIBLE_GAP = 0.0005
"""Less than that rounds to no difference at all."""


def _always(_: Facts) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A sentence with slots. It is said where every slot has a value, `needs` is known and `when` holds.

    Of lines with the same topic the first that can be said speaks. `lacks` are figures that must not be known.
    """

    korean: str
    english: str
    topic: str = ""
    needs: Sequence[str] = ()
    lacks: Sequence[str] = ()
    when: Callable[[Facts], bool] = _always


TESTED = (
    Line(
        topic="what",
        korean="{{bars}} {{symbols}}에서 {{family}} 전략 ‘{{strategy_name}}’을 시험했습니다.",
        english="The {{family}} strategy “{{strategy_name}}” was tested on {{bars}} of {{symbols}}.",
    ),
    Line(
        topic="what",
        korean="{{symbols}}에서 {{family}} 전략 ‘{{strategy_name}}’을 시험했습니다.",
        english="The {{family}} strategy “{{strategy_name}}” was tested on {{symbols}}.",
    ),
    Line(
        topic="what",
        korean="{{bars}} {{symbols}}에서 ‘{{strategy_name}}’ 전략을 시험했습니다.",
        english="The strategy “{{strategy_name}}” was tested on {{bars}} of {{symbols}}.",
    ),
    Line(
        topic="what",
        korean="{{symbols}}에서 ‘{{strategy_name}}’ 전략을 시험했습니다.",
        english="The strategy “{{strategy_name}}” was tested on {{symbols}}.",
    ),
    Line(
        topic="when",
        korean="기간은 {{start}}부터 {{end}}까지, 약 {{years}}년입니다.",
        english="The period runs from {{start}} to {{end}}, about {{years}} years.",
    ),
    Line(
        topic="when",
        korean="기간은 {{start}}부터 {{end}}까지입니다.",
        english="The period runs from {{start}} to {{end}}.",
    ),
    Line(korean="매개변수는 {{parameters}}입니다.", english="Its parameters are {{parameters}}."),
    Line(korean="계산한 엔진은 {{engine}}입니다.", english="The engine was {{engine}}."),
)

PERFORMANCE = (
    Line(
        topic="return",
        when=lambda f: f["total_return"] < 0,
        korean="총수익률 {{total_return}}, 연 환산 {{annual_return}}로 손실을 보고 끝났습니다.",
        english="The run lost money: its total return is {{total_return}}, which is {{annual_return}} a year.",
    ),
    Line(
        topic="return",
        korean="총수익률은 {{total_return}}이고, 한 해로 환산하면 {{annual_return}}입니다.",
        english="The total return is {{total_return}}, which is {{annual_return}} a year.",
    ),
    Line(
        topic="return",
        when=lambda f: f["total_return"] < 0,
        korean="총수익률 {{total_return}}로 손실을 보고 끝났습니다.",
        english="The run lost money: its total return is {{total_return}}.",
    ),
    Line(topic="return", korean="총수익률은 {{total_return}}입니다.", english="The total return is {{total_return}}."),
    Line(
        topic="equity",
        when=lambda f: f["final_equity"] > f["initial_capital"],
        korean="자본은 {{initial_capital}}에서 {{final_equity}}으로 늘었습니다.",
        english="The capital grew from {{initial_capital}} to {{final_equity}}.",
    ),
    Line(
        topic="equity",
        when=lambda f: f["final_equity"] < f["initial_capital"],
        korean="자본은 {{initial_capital}}에서 {{final_equity}}으로 줄었습니다.",
        english="The capital shrank from {{initial_capital}} to {{final_equity}}.",
    ),
    Line(
        topic="benchmark",
        needs=("benchmark_gap",),
        when=lambda f: f["benchmark_gap"] >= VISIBLE_GAP,
        korean="벤치마크 수익률 {{benchmark_return}}보다 {{benchmark_distance}} 높습니다.",
        english="It beat its benchmark, which returned {{benchmark_return}}, by {{benchmark_distance}}.",
    ),
    Line(
        topic="benchmark",
        needs=("benchmark_gap",),
        when=lambda f: f["benchmark_gap"] <= -VISIBLE_GAP,
        korean="벤치마크 수익률 {{benchmark_return}}보다 {{benchmark_distance}} 낮습니다.",
        english="It fell short of its benchmark, which returned {{benchmark_return}}, by {{benchmark_distance}}.",
    ),
    Line(
        topic="benchmark",
        korean="벤치마크 수익률도 {{benchmark_return}}로 같습니다.",
        english="Its benchmark returned just as much, {{benchmark_return}}.",
    ),
    Line(
        topic="ratios",
        korean="샤프 비율은 {{sharpe_ratio}}, 소르티노 비율은 {{sortino_ratio}}입니다.",
        english="The Sharpe ratio is {{sharpe_ratio}}, the Sortino ratio {{sortino_ratio}}.",
    ),
    Line(topic="ratios", korean="샤프 비율은 {{sharpe_ratio}}입니다.", english="The Sharpe ratio is {{sharpe_ratio}}."),
    Line(
        topic="ratios",
        korean="소르티노 비율은 {{sortino_ratio}}입니다.",
        english="The Sortino ratio is {{sortino_ratio}}.",
    ),
)

RISK = (
    Line(
        korean="고점에서 가장 깊이 내려갔을 때의 낙폭은 {{max_drawdown}}입니다.",
        english="At its worst the equity lay {{max_drawdown}} below its earlier high.",
    ),
    Line(korean="연 변동성은 {{volatility}}입니다.", english="The yearly volatility is {{volatility}}."),
    Line(
        when=lambda f: f["total_return"] > 0,
        korean="총수익률은 최대낙폭의 {{return_over_drawdown}}배입니다.",
        english="The total return is {{return_over_drawdown}} times the max drawdown.",
    ),
    Line(
        korean="연수익률을 최대낙폭에 견준 칼마 비율은 {{calmar_ratio}}입니다.",
        english="The Calmar ratio, the yearly return against the max drawdown, is {{calmar_ratio}}.",
    ),
    Line(
        topic="exposure",
        korean="전체 기간의 {{exposure_time}} 동안 포지션을 들고 있었고, 합하면 약 {{exposure_years}}년입니다.",
        english="A position was open for {{exposure_time}} of the time, about {{exposure_years}} years in all.",
    ),
    Line(
        topic="exposure",
        korean="전체 기간의 {{exposure_time}} 동안 포지션을 들고 있었습니다.",
        english="A position was open for {{exposure_time}} of the time.",
    ),
    Line(
        lacks=("max_drawdown", "volatility"),
        korean="이 기록에는 낙폭도 변동성도 없어, 위험은 판단하기 어렵습니다.",
        english="The record states neither drawdown nor volatility, so little can be said of its risk.",
    ),
)

ACTIVITY = (
    Line(
        topic="trades",
        needs=("trade_count",),
        when=lambda f: f["trade_count"] == 0,
        korean="거래가 없었습니다.",
        english="There were no trades.",
    ),
    Line(
        topic="trades",
        korean="거래는 모두 {{trade_count}}회, 한 해에 약 {{trades_per_year}}회꼴입니다.",
        english="The number of trades is {{trade_count}}, about {{trades_per_year}} a year.",
    ),
    Line(
        topic="trades",
        korean="거래는 모두 {{trade_count}}회입니다.",
        english="The number of trades is {{trade_count}}.",
    ),
    Line(
        topic="wins",
        korean="승률은 {{win_rate}}, 손익비는 {{profit_factor}}입니다.",
        english="The win rate is {{win_rate}}, the profit factor {{profit_factor}}.",
    ),
    Line(topic="wins", korean="승률은 {{win_rate}}입니다.", english="The win rate is {{win_rate}}."),
    Line(topic="wins", korean="손익비는 {{profit_factor}}입니다.", english="The profit factor is {{profit_factor}}."),
    Line(
        topic="fees",
        korean="수수료로 {{fees_paid}}을 냈고, 이는 초기 자본의 {{fees_share}}에 해당합니다.",
        english="Fees came to {{fees_paid}}, which is {{fees_share}} of the initial capital.",
    ),
    Line(topic="fees", korean="수수료로 {{fees_paid}}을 냈습니다.", english="Fees came to {{fees_paid}}."),
)

SECTION_LINES: Mapping[SectionKind, tuple[Line, ...]] = {
    SectionKind.TESTED: TESTED,
    SectionKind.PERFORMANCE: PERFORMANCE,
    SectionKind.RISK: RISK,
    SectionKind.ACTIVITY: ACTIVITY,
}
