"""What a report says of similar runs, and what it suggests to look at next: rules that hold for every backtest."""

from domain.report_lines import VISIBLE_GAP, Line

FEW_TRADES = 30
SHORT_YEARS = 3.0
DEEP_DRAWDOWN = 0.3
HIGH_EXPOSURE = 0.9
LOW_EXPOSURE = 0.1
HIGH_WIN_RATE = 0.5
LOW_SHARPE = 0.5
HIGH_FEES_SHARE = 0.05
MOST_ADVICE = 4


def _ranked(metric: str, *, korean: str, english: str) -> tuple[Line, ...]:
    best, ranked = f"peer_rank.{metric}", f"peer_ranked.{metric}"
    median, top = f"{{{{peer_median.{metric}}}}}", f"{{{{peer_best.{metric}}}}}"
    own, run = f"{{{{{metric}}}}}", f"{{{{peer_best_run.{metric}}}}}"
    low = metric == "max_drawdown"
    return (
        Line(
            topic=metric,
            needs=(ranked,),
            when=lambda f: f[ranked] == 2,  # noqa: PLR2004  # itself and the other
            korean=f"{korean}은 {own}, 견준 {run}은 {top}입니다.",
            english=f"Its {english} is {own}; that of {run} is {top}.",
        ),
        Line(
            topic=metric,
            needs=(best, ranked),
            when=lambda f: f[best] == 1,
            korean=f"{korean} {own}로 비슷한 실행들보다 뒤지지 않으며, 그 중앙값은 {median}입니다.",
            english=f"No similar run has a {'smaller' if low else 'higher'} {english} than its {own}; "
            f"their median is {median}.",
        ),
        Line(
            topic=metric,
            korean=f"{korean} {own}는 이 실행까지 {{{{{ranked}}}}}개 가운데 {{{{{best}}}}}위이고, "
            f"비슷한 실행들의 중앙값은 {median}, 가장 나은 {run}는 {top}입니다.",
            english=f"By {english} it ranks {{{{{best}}}}} of {{{{{ranked}}}}} with {own}: the median of the similar "
            f"runs is {median}, and the best, {run}, has {top}.",
        ),
    )


PEERS = (
    Line(
        topic="peers",
        needs=("peer_count",),
        when=lambda f: f["peer_count"] == 0,
        korean="견줄 만한 비슷한 백테스트가 아직 없습니다.",
        english="There is no similar run of yours to compare it with yet.",
    ),
    Line(
        topic="peers",
        when=lambda f: f["peer_count"] == 1,
        needs=("peer_count",),
        korean="기록 가운데 가장 비슷한 실행과 견주었습니다.",
        english="It is compared with the run of yours that is most like it.",
    ),
    Line(
        topic="peers",
        korean="기록 가운데 비슷한 실행 {{peer_count}}개와 견주었습니다.",
        english="It is compared with {{peer_count}} similar runs of yours.",
    ),
    *_ranked("total_return", korean="총수익률", english="total return"),
    *_ranked("sharpe_ratio", korean="샤프 비율", english="Sharpe ratio"),
    *_ranked("max_drawdown", korean="최대낙폭", english="max drawdown"),
    Line(
        needs=("peers_differ",),
        korean="종목이나 기간이 서로 다르므로 참고로만 보십시오.",
        english="Their symbols or periods differ, so take the comparison as a hint.",
    ),
)

NEXT = (
    Line(
        needs=("trade_count",),
        when=lambda f: f["trade_count"] == 0,
        korean="진입 조건이 충족된 적이 없으니, 기준을 낮추거나 조건을 줄여 보십시오.",
        english="The entry rule never came true: loosen a threshold or drop a condition.",
    ),
    Line(
        when=lambda f: 0 < f["trade_count"] < FEW_TRADES,
        korean="거래가 {{trade_count}}회뿐이라 결과가 우연일 수 있으니, 기간이나 종목을 늘려 다시 시험해 보십시오.",
        english="With {{trade_count}} trades the result may be chance: test a longer period or more symbols.",
    ),
    Line(
        topic="benchmark",
        when=lambda f: f["benchmark_gap"] <= -VISIBLE_GAP and f["benchmark_return"] > 0,
        korean="그냥 들고 있는 편이 {{benchmark_distance}} 나았으니, 그만큼 위험을 덜어 주는 전략인지 따져 보십시오.",
        english="Simply holding would have earned {{benchmark_distance}} more: ask whether the strategy takes "
        "off enough risk to be worth that.",
    ),
    Line(
        topic="drawdown",
        needs=("total_return",),
        when=lambda f: f["max_drawdown"] >= DEEP_DRAWDOWN and f["total_return"] < f["max_drawdown"],
        korean="낙폭 {{max_drawdown}}에 견주어 수익이 적으니, 손절이나 포지션 크기를 먼저 살펴보십시오.",
        english="The return is small for a drawdown of {{max_drawdown}}: look at stops and position size first.",
    ),
    Line(
        topic="drawdown",
        when=lambda f: f["max_drawdown"] >= DEEP_DRAWDOWN,
        korean="낙폭 {{max_drawdown}}를 견딜 수 있는지, 언제 얼마나 오래 이어졌는지 확인하십시오.",
        english="Ask whether a drawdown of {{max_drawdown}} could be sat through, and look at when it came and "
        "how long it took.",
    ),
    Line(
        when=lambda f: f["win_rate"] > HIGH_WIN_RATE and f["profit_factor"] < 1,
        korean="승률은 {{win_rate}}이지만 손익비가 {{profit_factor}}이므로, 드물고 큰 손실을 줄이는 것이 먼저입니다.",
        english="The win rate of {{win_rate}} hides a profit factor of {{profit_factor}}: the rare losses are too "
        "large, so cut them first.",
    ),
    Line(
        when=lambda f: f["fees_share"] >= HIGH_FEES_SHARE,
        korean="수수료가 초기 자본의 {{fees_share}}에 이르니, 수수료와 거래 빈도를 바꾸어 다시 계산해 보십시오.",
        english="Fees took {{fees_share}} of the initial capital: run it again with other fees and fewer trades.",
    ),
    Line(
        topic="exposure",
        when=lambda f: f["exposure_time"] >= HIGH_EXPOSURE,
        korean="기간의 {{exposure_time}} 동안 시장에 있었으니, 언제 쉬어야 하는지를 가리는 조건을 더해 보십시오.",
        english="It was in the market {{exposure_time}} of the time: try a rule that says when to stay out.",
    ),
    Line(
        topic="exposure",
        when=lambda f: 0 < f["exposure_time"] <= LOW_EXPOSURE,
        korean="시장에 있던 시간이 {{exposure_time}}뿐이니, 남는 자금을 어떻게 둘지도 정해 보십시오.",
        english="It was in the market only {{exposure_time}} of the time: decide what the idle capital should do.",
    ),
    Line(
        when=lambda f: 0 <= f["sharpe_ratio"] < LOW_SHARPE,
        korean="샤프 비율 {{sharpe_ratio}}은 낮은 편이니, 변동이 큰 구간을 거르는 조건을 시험해 보십시오.",
        english="A Sharpe ratio of {{sharpe_ratio}} is low: try a filter for the most volatile stretches.",
    ),
    Line(
        needs=("peer_rank.sharpe_ratio",),
        when=lambda f: f["peer_rank.sharpe_ratio"] > 1,
        korean="샤프 비율이 더 높은 {{peer_best_run.sharpe_ratio}}와 매개변수가 어떻게 다른지 견주어 보십시오.",
        english="See how the parameters of {{peer_best_run.sharpe_ratio}}, which has a higher Sharpe ratio, differ.",
    ),
    Line(
        when=lambda f: f["years"] < SHORT_YEARS,
        korean="약 {{years}}년은 짧으니, 시장이 달랐던 다른 기간에서도 확인하십시오.",
        english="About {{years}} years is short: check it on another period with another kind of market.",
    ),
    Line(
        needs=("one_symbol",),
        korean="{{symbols}} 밖의 종목에서도 같은 결과가 나오는지 확인하십시오.",
        english="Check whether it holds on symbols other than {{symbols}}.",
    ),
    Line(
        korean="매개변수를 조금씩 바꾸어도 결과가 유지되는지 확인하십시오.",
        english="Check whether the result holds when the parameters are moved a little.",
    ),
)
