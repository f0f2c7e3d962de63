"""What people call the indicators and the families of strategies, in Korean and English."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.backtest import StrategyType
from domain.indicators import IndicatorKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """A thing's words: how it is shown, what names it outright, and what only describes it."""

    korean: str
    english: str
    names: tuple[str, ...]
    hints: tuple[str, ...] = ()


MOVING_AVERAGE = "ma"
"""A moving average of which nobody said which kind."""

INDICATORS: Mapping[str, Naming] = {
    IndicatorKind.SMA: Naming(
        korean="단순 이동평균",
        english="simple moving average",
        names=("sma", "단순 이동 평균 선", "단순 이동 평균", "단순 이평", "simple moving average", "simple ma"),
    ),
    IndicatorKind.EMA: Naming(
        korean="지수 이동평균",
        english="exponential moving average",
        names=(
            "ema", "지수 이동 평균 선", "지수 이동 평균", "지수 이평", "exponential moving average",
            "exponential average", "exponential ma",
        ),
    ),
    MOVING_AVERAGE: Naming(
        korean="이동평균",
        english="moving average",
        names=("이동 평균 선", "이동 평균", "이평선", "이평", "moving average", "ma"),
        hints=(
            "골든 크로스", "데드 크로스", "golden cross", "death cross", "dead cross", "정배열", "역배열",
            "ma crossover", "day average", "day line",
        ),
    ),
    IndicatorKind.RSI: Naming(
        korean="RSI 상대강도지수",
        english="relative strength index",
        names=("rsi", "알에스아이", "상대 강도 지수", "상대 강도", "relative strength index"),
        hints=("눌림목", "pullback", "과매도 반등", "oversold bounce", "dip buying", "buy the dip"),
    ),
    IndicatorKind.MACD: Naming(
        korean="MACD",
        english="moving average convergence divergence",
        names=("macd", "엠에이씨디", "맥디", "이동 평균 수렴 확산", "moving average convergence divergence"),
        hints=("시그널 선", "시그널 라인", "signal line", "signal cross", "histogram", "히스토그램"),
    ),
    IndicatorKind.BOLLINGER: Naming(
        korean="볼린저 밴드",
        english="Bollinger bands",
        names=("볼린저 밴드", "볼린져 밴드", "볼린저", "볼린져", "볼밴", "bollinger band", "bollinger", "bbands", "bb"),
        hints=("밴드 하단", "밴드 상단", "lower band", "upper band"),
    ),
    IndicatorKind.ATR: Naming(
        korean="ATR 평균 실제 범위",
        english="average true range",
        names=("atr", "평균 진폭", "평균 실제 범위", "average true range"),
    ),
    IndicatorKind.ROC: Naming(
        korean="ROC 상승률",
        english="rate of change",
        names=("roc", "변화율", "rate of change"),
        hints=("상승률", "시계열 모멘텀", "time series momentum", "price momentum"),
    ),
    IndicatorKind.DONCHIAN: Naming(
        korean="돈치안 채널",
        english="Donchian channel",
        names=("돈치안 채널", "돈치안", "돈키언 채널", "돈키언", "donchian channel", "donchian"),
        hints=(
            "신고가", "신저가", "최고가", "최저가", "고점 돌파", "저점 이탈", "저점", "터틀", "turtle",
            "channel breakout",
            "채널 돌파", "day high", "day low", "week high", "highest high", "lowest low", "price channel", "new high",
        ),
    ),
    IndicatorKind.STOCHASTIC: Naming(
        korean="스토캐스틱",
        english="stochastic oscillator",
        names=("스토캐스틱", "스토케스틱", "스토캐스틱스", "stochastic oscillator", "stochastic", "stoch"),
    ),
    IndicatorKind.ZSCORE: Naming(
        korean="Z점수",
        english="z-score",
        names=("z점수", "z 점수", "z스코어", "z 스코어", "제트 스코어", "표준 점수", "zscore", "z score"),
        hints=("통계적 평균 회귀", "statistical mean reversion"),
    ),
    IndicatorKind.VOLUME_SMA: Naming(
        korean="평균 거래량",
        english="average volume",
        names=("volume sma", "거래량 이동 평균", "거래량 평균", "평균 거래량", "average volume", "volume average",
            "volume ma"),
        hints=("거래량", "volume"),
    ),
}  # fmt: skip

OTHER_INDICATORS: Mapping[str, tuple[str, ...]] = {
    "adx": ("adx", "average directional index"),
    "cci": ("cci", "commodity channel index"),
    "vwap": ("vwap", "거래량 가중 평균 가격"),
    "obv": ("obv", "on balance volume"),
    "ichimoku": ("ichimoku", "일목 균형표", "일목"),
    "supertrend": ("supertrend", "슈퍼 트렌드"),
    "keltner": ("keltner channel", "keltner", "켈트너 채널", "켈트너"),
    "williams_r": ("williams %r", "williams r", "윌리엄스"),
    "mfi": ("mfi", "money flow index"),
    "psar": ("psar", "parabolic sar", "파라볼릭"),
    "wma": ("wma", "가중 이동 평균", "weighted moving average"),
}
"""Indicators that runs may have used and that our strategies do not know."""

STORED_AS: Mapping[str, tuple[str, ...]] = {
    IndicatorKind.SMA: ("sma", "simple moving average", "ma", "moving average"),
    IndicatorKind.EMA: ("ema", "exponential moving average"),
    MOVING_AVERAGE: (
        "sma",
        "ema",
        "ma",
        "moving average",
        "simple moving average",
        "exponential moving average",
        "wma",
    ),
    IndicatorKind.RSI: ("rsi", "relative strength index"),
    IndicatorKind.BOLLINGER: ("bollinger", "bollinger bands", "bollinger_bands", "bbands", "bb"),
    IndicatorKind.ATR: ("atr", "average true range"),
    IndicatorKind.ROC: ("roc", "rate of change"),
    IndicatorKind.DONCHIAN: ("donchian", "donchian channel", "donchian_channel"),
    IndicatorKind.STOCHASTIC: ("stochastic", "stoch", "stochastic oscillator"),
    IndicatorKind.ZSCORE: ("zscore", "z-score", "z_score"),
    IndicatorKind.VOLUME_SMA: ("volume_sma", "volume sma", "volume_ma"),
}
"""Under which names engines record an indicator: a filter takes them all, or it hides runs that answer."""

FAMILIES: Mapping[StrategyType, Naming] = {
    StrategyType.TREND_FOLLOWING: Naming(
        korean="추세추종",
        english="trend following",
        names=("추세 추종", "trend following", "trend follower"),
        hints=("추세를 따라가는", "추세를 타는", "추세", "상승장", "trending market", "trend", "bull market"),
    ),
    StrategyType.MEAN_REVERSION: Naming(
        korean="평균회귀",
        english="mean reversion",
        names=("평균 회귀", "역추세", "mean reversion", "mean reverting", "contrarian", "counter trend"),
        hints=(
            "과매도 반등", "반등", "횡보장", "횡보", "박스권", "눌림목", "저점 매수", "sideways", "range bound",
            "ranging",
            "choppy", "bounce", "dip", "pullback", "fade", "oversold",
        ),
    ),
    StrategyType.BREAKOUT: Naming(
        korean="돌파",
        english="breakout",
        names=("돌파 매매", "돌파", "breakout", "turtle", "터틀"),
        hints=("신고가", "변동성 돌파", "break out"),
    ),
    StrategyType.MOMENTUM: Naming(
        korean="모멘텀",
        english="momentum",
        names=("모멘텀", "momentum"),
        hints=("상대 강도", "강한 종목", "winners"),
    ),
    StrategyType.ARBITRAGE: Naming(
        korean="차익거래", english="arbitrage", names=("차익 거래", "아비트라지", "재정 거래", "arbitrage",
            "pairs trading", "페어 트레이딩")
    ),
    StrategyType.MARKET_MAKING: Naming(
        korean="시장조성", english="market making", names=("시장 조성", "마켓 메이킹", "market making")
    ),
    StrategyType.OTHER: Naming(korean="기타", english="other", names=()),
}  # fmt: skip
MEANT: Mapping[str, tuple[str, ...]] = {MOVING_AVERAGE: (IndicatorKind.SMA, IndicatorKind.EMA, "wma")}
"""What a name may stand for, where it is not itself the name of one indicator."""

CERTAIN_HINTS: Mapping[str, tuple[str, ...]] = {
    "ma": ("골든 크로스", "데드 크로스", "golden cross", "golden crosses", "death cross", "dead cross"),
    "macd": ("시그널 선", "시그널 라인", "signal line", "시그널선 교차", "signal line cross", "signal line crossover"),
    "donchian": ("터틀", "turtle", "turtles", "터틀 트레이딩", "turtle trading"),
    "bollinger": ("밴드 하단", "밴드 상단", "lower band", "upper band"),
}  # fmt: skip
"""Descriptions that only one indicator can mean, unless another one is named."""
SPOKEN: Mapping[str, str] = {
    "".join(form.lower().split()): word for word, forms in CERTAIN_HINTS.items() for form in forms
}
