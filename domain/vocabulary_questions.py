"""More words of questions about runs, which in a request for a strategy may say something else."""

from collections.abc import Mapping

from domain.backtest import StrategyType
from domain.filter_op import FilterOp

AFTER_TOO: Mapping[str, tuple[str, ...]] = {
    FilterOp.GE: (
        "or up", "and higher", "or over", "and more", "and greater", "or greater than", "은 되는", "는 되는",
        "은 되고", "는 되고", "은 되어야", "이상 되는", "이상씩", "은 넘거나 같은", "넘거나 같은",
        "보다 크거나 같은", "보다 높거나 같은", "같거나 큰", "같거나 높은", "크거나 같은", "높거나 같은",
        "도 넘거나 같은", "or bigger", "or larger", "은 나오는", "는 나오는", "은 나온", "는 나온", "은 찍은",
        "는 찍은", "은 했던", "이상은", "에 못 미치지 않는", "상회하거나 같은", "은 넘기거나 같은", "or later",
        "은 된", "는 된",
    ),
    FilterOp.LE: (
        "or smaller", "or lesser", "and under", "and lower", "and less", "and fewer", "or lower than",
        "보다 작거나 같은", "보다 낮거나 같은", "같거나 작은", "같거나 낮은", "작거나 같은", "낮거나 같은",
        "넘지 않게", "넘기지 않은", "넘기지 않는", "안 넘었", "안 넘었으면", "안 넘던", "안 넘기는", "안 넘었던",
        "초과 안 하는", "초과 안 한", "이내로", "안으로", "도 안 넘는", "도 안 넘은", "이하로", "tops",
        "초과하지 못한", "넘지 못했던", "을 안 넘는", "를 안 넘는", "은 안 넘는", "는 안 넘는", "가 안 넘는",
        "을 안 넘은", "를 안 넘은", "까지만", "을 넘기지 않은", "or shallower", "도 넘지 못한", "도 못 넘은",
        "도 못 넘긴", "넘지 않았",
    ),
    FilterOp.GT: (
        "넘기는", "넘겼던", "넘겼", "넘던", "넘었던", "넘어가는", "넘어간", "넘어선", "넘어서는", "넘는게",
        "뛰어넘는", "뛰어넘은", "웃돈", "웃돌", "웃돌았던", "상회한", "보다 위인", "초과한", "초과했던", "초과로",
        "초과하는", "보다 컸던", "보다 높았던", "보다 많았던", "보다 더 높은", "보다 더 큰", "보다 더 많은",
        "이 넘는", "가 넘는", "을 넘는", "를 넘는", "은 넘는", "는 넘는", "은 넘고", "는 넘고", "은 넘은", "도 넘는",
        "도 넘은", "도 넘게", "이 넘은", "가 넘은", "을 넘은", "를 넘은", "을 넘긴", "를 넘긴", "이 넘게",
        "을 초과하는", "를 초과하는", "을 초과한", "를 초과한", "을 웃도는", "를 웃도는", "을 상회하는",
        "를 상회하는", "보다 높게", "보다 크게", "보다 많이", "는 넘겨", "은 넘겨", "넘겨", "보다 깊은", "보다 높고",
        "보다 크고", "보다 많고", "보다 큰 것",
    ),
    FilterOp.LT: (
        "도 안 됐던", "안 됐던", "이 안 됐던", "가 안 됐던", "안 됐", "도 안 됐",
        "못 미친", "못 미치", "에 못 미치는", "에 못 미친", "에 못 미치", "에 미치지 못하는", "에 미치지 못한",
        "미달", "에 미달", "밑돈", "밑돌", "밑돌았던", "하회한", "보다 밑", "보다 아래인", "도 안 되는", "도 안 된",
        "도 안 나온", "도 못 되는", "도 안 하는", "도 안 한", "도 못 한", "도 거래 안 한", "가 안 되는",
        "이 안 되는", "은 안 되는", "는 안 되는", "가 안 된", "안 된", "이 안 된", "보다 더 낮은", "보다 더 작은",
        "보다 더 적은", "보다 낮았던", "보다 작았던", "보다 적었던", "을 밑도는", "를 밑도는", "을 하회하는",
        "를 하회하는", "을 밑돈", "를 밑돈", "밑인", "아래인", "보다 낮게", "보다 적게", "보다 작게", "보다 얕은",
        "도 안 찍은", "도 못 넘기고", "에도 못 미치는", "에도 못 미친", "도 채 안 되는", "보다 낮고", "보다 작고",
        "보다 적고", "도 못 미치는", "보다 작은 것",
    ),
    "better": ("보다 나은", "보다 좋은", "보다 좋았던", "보다 우수한", "보다 좋고", "보다 더 좋은", "보다 나았던"),
    "worse": ("보다 나쁜", "보다 나빴던", "보다 못한", "보다 안 좋은", "보다 저조한", "보다 나쁘"),
    "not_worse": ("or better",),
    "not_better": ("or worse",),
}  # fmt: skip
"""Comparators that follow their number; better and worse depend on the figure."""
BEFORE_TOO: Mapping[str, tuple[str, ...]] = {
    FilterOp.GE: (
        "min of", "upwards of", "not less then", "≧", "⩾", "over or equal to", "greater or equal to",
        "greater than or equal", "no less then", "no smaller than", "equal to or above", "equal to or greater than",
        "equal or greater than", "equal or above", "above or equal to", "at or above", "reached", "reaching",
        "reaches", "reach", "hit", "hits", "at lest", "more than or equal to", "최소한으로", "minimum",
        "higher than or equal to", "a min of", "starting at", "or more than",
    ),
    FilterOp.LE: (
        "no greater than", "no larger than", "no bigger than", "capped at", "no deeper than", "not deeper than",
        "less or equal to", "less than or equal", "under or equal to", "at or below", "equal to or below",
        "equal to or less than", "equal or less than", "below or equal to", "≦", "⩽", "max of", "not more then",
        "a max of", "lower than or equal to", "smaller than or equal to", "no higher then", "no more then",
        "limited to", "topping out at", "fewer than or equal to", "as low as or below", "at the most",
        "kept under or at", "contained to", "contained within",
    ),
    FilterOp.GT: (
        "north of", "deeper than", "in excess of", "topping", "surpassing", "surpasses", "surpassed", "exceeded",
        "more then", "greater then", "higher then", "bigger then", "larger then", "strictly above",
        "strictly greater than", "strictly more than", "topped", "past", "well above", "well over", "clearing",
        "clears", "cleared", "upward of", "＞", "longer than", "over and above", "strictly over",
    ),
    FilterOp.LT: (
        "south of", "short of", "shy of", "shallower than", "tighter than", "less then", "lower then",
        "smaller then", "fewer then", "sub", "strictly below", "strictly less than", "strictly under", "well below",
        "well under", "not reaching", "＜", "not even", "failing to reach", "milder than", "gentler than",
        "kept under", "kept below", "staying under", "staying below",
    ),
    FilterOp.EQ: ("equal", "of exactly", "equalling", "equaling"),
    "better": ("better than", "better then"),
    "worse": ("worse than", "worse then"),
    "not_worse": ("no worse than", "not worse than", "no worse then"),
    "not_better": ("no better than", "not better than"),
}  # fmt: skip
"""Comparators that come before their number."""
STARTS = (
    "시작하는", "시작한", "시작해서", "시작하고", "시작된", "시작되는", "시작했던", "시작일이", "시작일", "시작",
    "start date", "start dates", "starts", "started", "start", "starting", "begins", "began", "beginning", "begin",
)  # fmt: skip
ENDS = (
    "끝나는", "끝난", "끝나고", "끝났던", "끝나", "종료된", "종료되는", "종료한", "종료일이", "종료일", "종료",
    "마감된", "end date", "end dates", "ends", "ended", "end", "ending", "finishing", "finishes",
)  # fmt: skip
COMPLETED = (
    "완료된", "완료한", "완료했던", "완료일이", "완료일", "완료 시각", "완료 시간", "완료", "completed at",
    "completed on", "completed in", "completed", "completion date", "completed_at", "finished running",
)  # fmt: skip
"""Which edge of a period is meant, beside a date."""
PARAMETERS_TOO: Mapping[str, tuple[str, ...]] = {
    "signal": ("신호 기간", "시그널 기간", "신호선", "신호", "signal length", "시그널 값"),
    "length": ("룩백 기간", "기간 값", "lookback period", "lookback window", "lookback length"),
    "lower": (
        "과매도 레벨", "과매도 임계값", "과매도 라인", "과매도 값", "과매도 수준", "oversold threshold",
        "oversold line", "oversold limit",
    ),
    "upper": (
        "과매수 레벨", "과매수 임계값", "과매수 라인", "과매수 값", "과매수 수준", "overbought threshold",
        "overbought line", "overbought limit",
    ),
    "fast": (
        "단기 기간", "단기 이평", "단기 이동평균", "빠른 기간", "빠른 이평", "short window", "short period",
        "fast window", "fast ma", "fast average",
    ),
    "slow": (
        "장기 기간", "장기 이평", "장기 이동평균", "느린 기간", "느린 이평", "long window", "long period",
        "slow window", "slow ma", "slow average",
    ),
    "deviations": ("표준편차 배수", "num std", "band width", "standard deviations"),
}  # fmt: skip
FAMILIES_TOO: Mapping[str, tuple[str, ...]] = {
    StrategyType.TREND_FOLLOWING: (
        "추세 추종형", "추세 매매", "추세형", "추세 전략", "트렌드 팔로잉", "트렌드 추종", "trend followers",
        "trend-follow", "trend strategies", "trend strategy",
    ),
    StrategyType.MEAN_REVERSION: (
        "평균 회귀형", "역추세 매매", "민 리버전", "mean revert", "mean reverters", "mean-reverter", "평회",
        "평균으로 회귀하는", "역추세형", "reversion to the mean",
    ),
    StrategyType.BREAKOUT: ("돌파형", "브레이크아웃", "break-outs"),
    StrategyType.MOMENTUM: ("모멘텀형", "모맨텀", "모멘텀 매매", "momentums"),
    StrategyType.ARBITRAGE: (
        "아비트리지", "차익거래형", "pair trading", "pairs trade", "stat arb", "statistical arbitrage",
    ),
    StrategyType.MARKET_MAKING: ("market maker", "마켓메이커", "시장조성형"),
}  # fmt: skip
INDICATORS_TOO: Mapping[str, tuple[str, ...]] = {
    "rsi": ("rsi지표",),
    "ma": (
        "moving averages", "ma cross", "이동 평균 교차", "이평 교차", "이동평균선 교차", "ma crossover",
        "moving average cross", "moving average crossover", "이평선 교차", "이동평균 크로스", "mas",
    ),
    "sma": ("smas", "단순이평선"),
    "ema": ("emas", "지수이평선"),
    "bollinger": (
        "bollinger's", "볼린저 벤드", "볼린져 벤드", "bolinger", "bolinger band", "bollinger bands",
        "볼린저 밴드 하단", "볼린저 밴드 상단", "볼린저 하단", "볼린저 상단",
    ),
    "stochastic": ("stochastics", "스톡캐스틱", "스토케스틱스"),
    "macd": ("macd's",),
    "donchian": ("donchian channels", "돈키안", "돈치언"),
    "zscore": ("z-scores", "지스코어"),
}  # fmt: skip
SYMBOLS_TOO: Mapping[str, tuple[str, ...]] = {
    "005930.KS": ("삼전", "samsung"),
    "000660.KS": ("에스케이하이닉스", "sk hynix", "hynix"),
    "BTC/USDT": ("비트",),
    "ETH/USDT": ("이더", "eth"),
    "SPX": ("에스피 500", "에센피", "스탠더드앤드푸어스", "s and p 500", "미국 대표 지수"),
    "IXIC": ("the nasdaq",),
    "META": ("메타", "meta"),
    "GOOG": ("알파벳", "alphabet"),
    "KOSPI": ("코스피", "kospi"),
}  # fmt: skip
NEGATE_BEFORE_TOO = (
    "outside", "outside of", "besides", "aside from", "rather than", "instead of", "but not", "sans", "not counting",
    "w/o", "leaving aside", "nothing with", "nothing on", "nothing using", "nothing in",
)  # fmt: skip
NEGATE_AFTER_TOO = (
    "말구", "빼고서", "뺴고", "제하고", "제외시키고", "제외한채", "제외해", "안 쓰고", "안 썼던", "안 쓰던",
    "안 사용한", "사용 안 한", "사용 안 하는", "쓰지 않았던", "안 들어가는", "left out", "not included", "빼줘",
    "도 아니고", "도 아닌", "이 아닌", "가 아닌", "은 아닌", "는 아닌", "쪽 말고", "것 말고", "거 말고",
)  # fmt: skip
