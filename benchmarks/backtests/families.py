"""The strategy families: their rule, their words in two languages, the parameter sets that people try."""

from dataclasses import dataclass
from itertools import product
from types import MappingProxyType
from typing import Literal, TypeAlias

from benchmarks.backtests import rules
from benchmarks.backtests.rules import Parameters, Rule

Language: TypeAlias = Literal["ko", "en"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A family in one language; the sentence has slots for parameters."""

    name: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One kind of strategy; the first of its parameter sets is the usual one."""

    rule: Rule
    type: str
    indicators: tuple[str, ...]
    ko: Wording
    en: Wording
    parameter_sets: tuple[Parameters, ...]

    def words(self, language: Language) -> Wording:
        """How a user of that language calls and explains it."""
        return self.ko if language == "ko" else self.en


def sets(**choices: tuple[float, ...]) -> tuple[Parameters, ...]:
    """Every combination, the first of each first."""
    return tuple(MappingProxyType(dict(zip(choices, values, strict=True))) for values in product(*choices.values()))


FAMILIES = {
    "rsi_reversion": Family(
        rule=rules.rsi_reversion,
        type="mean_reversion",
        indicators=("rsi",),
        ko=Wording(
            name="RSI 과매도 반등",
            sentence="RSI({length})가 {oversold} 아래로 내려간 과매도 구간에서 사서 {overbought} 위로 오르면 파는 "
            "역추세 전략.",
        ),
        en=Wording(
            name="RSI mean reversion",
            sentence="Buys when RSI({length}) closes below {oversold} and sells when it closes above {overbought}.",
        ),
        parameter_sets=sets(length=(14, 7, 21), oversold=(30, 25, 35), overbought=(70, 60)),
    ),
    "rsi_pullback": Family(
        rule=rules.rsi_pullback,
        type="mean_reversion",
        indicators=("rsi", "sma"),
        ko=Wording(
            name="상승 추세 RSI 눌림목",
            sentence="{trend}일 이동평균선 위에 있는 종목이 짧게 밀려 RSI({length})가 {oversold} 아래일 때 사고 "
            "{overbought} 위에서 판다.",
        ),
        en=Wording(
            name="RSI pullback in an uptrend",
            sentence="Buys a short dip, RSI({length}) below {oversold}, while the price stays above its {trend}-day "
            "average; sells above {overbought}.",
        ),
        parameter_sets=sets(length=(2, 3, 4), oversold=(10, 20), overbought=(70, 80), trend=(200, 100)),
    ),
    "macd_cross": Family(
        rule=rules.macd_cross,
        type="trend_following",
        indicators=("macd",),
        ko=Wording(
            name="MACD 시그널 교차",
            sentence="MACD({fast}, {slow})가 시그널({signal}) 위에 있는 동안 보유하고 아래로 내려오면 파는 추세 추종 "
            "전략.",
        ),
        en=Wording(
            name="MACD signal cross",
            sentence="Holds while MACD({fast}, {slow}) is above its {signal}-day signal line and sells when it falls "
            "below.",
        ),
        parameter_sets=sets(fast=(12, 8), slow=(26, 21, 35), signal=(9, 5)),
    ),
    "sma_cross": Family(
        rule=rules.sma_cross,
        type="trend_following",
        indicators=("sma",),
        ko=Wording(
            name="단순 이동평균 교차",
            sentence="{fast}일 단순 이동평균이 {slow}일선 위에 있으면 보유하고 데드크로스가 나면 파는 추세 추종 전략.",
        ),
        en=Wording(
            name="SMA crossover",
            sentence="Holds while the {fast}-day simple moving average is above the {slow}-day one; sells on the death "
            "cross.",
        ),
        parameter_sets=sets(fast=(50, 10, 20), slow=(200, 60, 100)),
    ),
    "ema_cross": Family(
        rule=rules.ema_cross,
        type="trend_following",
        indicators=("ema",),
        ko=Wording(
            name="지수 이동평균 교차",
            sentence="{fast}일 지수 이동평균(EMA)이 {slow}일 EMA 위에 있는 동안만 보유하는 전략.",
        ),
        en=Wording(
            name="EMA crossover",
            sentence="Stays in the market only while the {fast}-day exponential average is above the {slow}-day one.",
        ),
        parameter_sets=sets(fast=(12, 5, 20), slow=(26, 50, 100)),
    ),
    "sma_trend": Family(
        rule=rules.sma_trend,
        type="trend_following",
        indicators=("sma",),
        ko=Wording(
            name="이동평균선 위 보유",
            sentence="종가가 {length}일 이동평균선 위에서 마감하면 사고 그 아래로 마감하면 전량 파는 추세 필터.",
        ),
        en=Wording(
            name="Price above moving average",
            sentence="A trend filter: in the market when the close is above its {length}-day average, in cash "
            "otherwise.",
        ),
        parameter_sets=sets(length=(200, 50, 100, 120, 150)),
    ),
    "bollinger_reversion": Family(
        rule=rules.bollinger_reversion,
        type="mean_reversion",
        indicators=("bollinger",),
        ko=Wording(
            name="볼린저 밴드 하단 매수",
            sentence="볼린저 밴드({length}일, {deviations} 표준편차) 하단 아래에서 사서 중심선 위로 돌아오면 파는 평균 "
            "회귀 전략.",
        ),
        en=Wording(
            name="Bollinger band reversion",
            sentence="Buys below the lower Bollinger band ({length} days, {deviations} deviations) and sells back "
            "above the middle.",
        ),
        parameter_sets=sets(length=(20, 10, 30), deviations=(2, 1.5, 2.5)),
    ),
    "bollinger_breakout": Family(
        rule=rules.bollinger_breakout,
        type="breakout",
        indicators=("bollinger",),
        ko=Wording(
            name="볼린저 밴드 상단 돌파",
            sentence="종가가 볼린저 밴드({length}일, {deviations} 표준편차) 상단을 넘어서면 따라 사고 중심선 아래에서 "
            "판다.",
        ),
        en=Wording(
            name="Bollinger band breakout",
            sentence="Follows a close above the upper Bollinger band ({length} days, {deviations} deviations) until it "
            "drops below the middle.",
        ),
        parameter_sets=sets(length=(20, 40, 60), deviations=(2, 1, 1.5)),
    ),
    "donchian_breakout": Family(
        rule=rules.donchian_breakout,
        type="breakout",
        indicators=("donchian",),
        ko=Wording(
            name="돈치안 채널 돌파",
            sentence="종가가 직전 {entry}일 최고가를 넘으면 사고 직전 {exit}일 최저가를 깨면 파는 돌파 전략.",
        ),
        en=Wording(
            name="Donchian channel breakout",
            sentence="Buys a close above the highest high of {entry} days, sells a close below the lowest low of "
            "{exit} days.",
        ),
        parameter_sets=sets(entry=(20, 40, 55), exit=(10, 20)),
    ),
    "turtle": Family(
        rule=rules.turtle,
        type="breakout",
        indicators=("donchian", "atr"),
        ko=Wording(
            name="터틀 돌파와 ATR 추적 손절",
            sentence="{entry}일 신고가 돌파에 사고 {entry}일 고점에서 ATR({length})의 {multiple}배만큼 밀리면 파는 "
            "터틀 방식.",
        ),
        en=Wording(
            name="Turtle breakout with ATR trailing stop",
            sentence="Enters on a {entry}-day high and trails a stop {multiple} times ATR({length}) under the highest "
            "high.",
        ),
        parameter_sets=sets(entry=(20, 55), multiple=(3, 2, 4), length=(20, 14)),
    ),
    "volume_breakout": Family(
        rule=rules.volume_breakout,
        type="breakout",
        indicators=("donchian", "volume_sma"),
        ko=Wording(
            name="거래량 동반 돌파",
            sentence="{entry}일 신고가를 {length}일 평균 거래량의 {multiple}배가 넘는 거래량으로 돌파할 때만 사고 "
            "{exit}일 저점 이탈에 판다.",
        ),
        en=Wording(
            name="Volume-confirmed breakout",
            sentence="Trusts a {entry}-day breakout only on more than {multiple} times the {length}-day average "
            "volume; exits on a {exit}-day low.",
        ),
        parameter_sets=sets(entry=(20, 50), exit=(10, 20), multiple=(1.2, 1.5), length=(50, 20)),
    ),
    "roc_momentum": Family(
        rule=rules.roc_momentum,
        type="momentum",
        indicators=("roc",),
        ko=Wording(
            name="ROC 모멘텀",
            sentence="최근 {length}일 상승률(ROC)이 {threshold}%를 넘으면 사고 음수로 돌아서면 파는 모멘텀 전략.",
        ),
        en=Wording(
            name="ROC momentum",
            sentence="Rides momentum: buys when the {length}-day rate of change exceeds {threshold}% and sells once it "
            "is negative.",
        ),
        parameter_sets=sets(length=(120, 20, 60, 250), threshold=(5, 0, 10)),
    ),
    "stochastic_reversal": Family(
        rule=rules.stochastic_reversal,
        type="mean_reversion",
        indicators=("stochastic",),
        ko=Wording(
            name="스토캐스틱 과매도 반등",
            sentence="스토캐스틱 %K({length}, {smoothing})가 {oversold} 아래에서 %D 위로 올라서면 사고 {overbought} "
            "위에서 꺾이면 판다.",
        ),
        en=Wording(
            name="Stochastic reversal",
            sentence="Buys when stochastic %K({length}, {smoothing}) turns up over %D below {oversold}; sells when it "
            "turns down above {overbought}.",
        ),
        parameter_sets=sets(length=(14, 9, 21), smoothing=(3, 5), oversold=(20, 30), overbought=(80, 70)),
    ),
    "zscore_reversion": Family(
        rule=rules.zscore_reversion,
        type="mean_reversion",
        indicators=("zscore",),
        ko=Wording(
            name="Z점수 평균 회귀",
            sentence="가격이 {length}일 평균보다 표준편차 {entry}배 넘게 낮으면 사고 z점수가 -{exit} 위로 돌아오면 "
            "판다.",
        ),
        en=Wording(
            name="Z-score reversion",
            sentence="Buys a z-score below -{entry} against the {length}-day mean and sells once it is back above "
            "-{exit}.",
        ),
        parameter_sets=sets(length=(20, 40, 60), entry=(2, 1.5, 2.5), exit=(0.5, 0.25)),
    ),
}
