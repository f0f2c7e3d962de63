"""What each kind of strategy does, in the words that people ask with, both languages: they make a card easy to find."""

from collections.abc import Mapping

from domain.backtest import StrategyType
from domain.indicators import IndicatorKind

PULLBACK = "상승 추세 눌림목 매수 pullback dip in an uptrend above the average"
GLOSSES: Mapping[IndicatorKind, str] = {
    IndicatorKind.RSI: "RSI 상대강도지수 과매도 반등 oversold dips relative strength index",
    IndicatorKind.SMA: "이동평균선 골든크로스 moving average golden cross",
    IndicatorKind.EMA: "지수 이동평균 골든크로스 exponential moving average golden cross",
    IndicatorKind.MACD: "MACD 시그널선 교차 signal line crossover",
    IndicatorKind.BOLLINGER: "볼린저 밴드 하단 매수 fade the lower Bollinger band",
    IndicatorKind.ATR: "터틀 ATR 추적 손절 turtle trailing stop",
    IndicatorKind.ROC: "최근 많이 오른 종목 상승률 rate of change price momentum",
    IndicatorKind.DONCHIAN: "신고가 돌파 채널 new high Donchian channel breakout",
    IndicatorKind.STOCHASTIC: "스토캐스틱 %K %D 과매도 stochastic oscillator oversold",
    IndicatorKind.ZSCORE: "평균에서 표준편차만큼 이탈, 통계적 되돌림 z-score distance from the mean",
    IndicatorKind.VOLUME_SMA: "거래량 동반 heavy volume confirmation",
}
FOLLOWING_BANDS = "볼린저 밴드 상단 돌파 변동성 확대 upper Bollinger band breakout volatility expansion"
MARKETS: Mapping[StrategyType, str] = {
    StrategyType.TREND_FOLLOWING: "추세추종 trend following",
    StrategyType.MEAN_REVERSION: "평균회귀 역추세 횡보 mean reversion contrarian",
    StrategyType.BREAKOUT: "돌파 breakout",
    StrategyType.MOMENTUM: "모멘텀 momentum",
    StrategyType.ARBITRAGE: "차익거래 arbitrage",
    StrategyType.MARKET_MAKING: "시장조성 market making",
    StrategyType.OTHER: "",
}


def gloss_of(kinds: tuple[IndicatorKind, ...], family: StrategyType | None) -> str:
    """What a strategy with these indicators does; the most telling one speaks for it."""
    if family is StrategyType.MEAN_REVERSION and IndicatorKind.RSI in kinds and IndicatorKind.SMA in kinds:
        return f"RSI {PULLBACK}"
    following = family in (StrategyType.BREAKOUT, StrategyType.TREND_FOLLOWING, StrategyType.MOMENTUM)
    spoken = [
        FOLLOWING_BANDS if kind is IndicatorKind.BOLLINGER and following else GLOSSES[kind]
        for kind in reversed(kinds[:2])
    ]
    return ", ".join(spoken)
