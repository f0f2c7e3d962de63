"""How people call and explain their runs: the same strategy under many names, in two languages and between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.retrieval.people import Spelling, Tongue


@dataclass(frozen=True, slots=True, kw_only=True)
class Sayings:
    """What a family is called and how it is explained, by language; the sentences have slots for parameters."""

    slug: str
    names: Mapping[Tongue, tuple[str, ...]]
    sentences: Mapping[Tongue, tuple[str, ...]]


def _said(  # a column for each language
    slug: str,
    *,
    ko: tuple[str, ...],
    en: tuple[str, ...],
    mixed: tuple[str, ...],
    ko_says: tuple[str, ...],
    en_says: tuple[str, ...],
    mixed_says: tuple[str, ...],
) -> Sayings:
    return Sayings(
        slug=slug,
        names={"ko": ko, "en": en, "mixed": mixed},
        sentences={"ko": ko_says, "en": en_says, "mixed": mixed_says},
    )


SAYINGS: Mapping[str, Sayings] = {
    "rsi_reversion": _said(
        "rsi",
        ko=("RSI 과매도 반등", "RSI 역추세", "상대강도지수 저점 매수", "RSI 바닥 잡기"),
        en=("RSI mean reversion", "RSI oversold bounce", "Buy the oversold RSI", "Relative strength reversal"),
        mixed=("RSI oversold 반등", "RSI reversion 테스트"),
        ko_says=(
            "RSI({length})가 {oversold} 밑으로 떨어지면 사고 {overbought}을 넘기면 정리하는 방식.",
            "상대강도지수 {length}일짜리로 {oversold} 이하 매수, {overbought} 이상 매도.",
        ),
        en_says=(
            "Long when the {length}-day RSI drops under {oversold}, flat when it climbs over {overbought}.",
            "Fades weakness: RSI({length}) < {oversold} in, > {overbought} out.",
        ),
        mixed_says=("RSI({length}) < {oversold} 이면 buy, {overbought} 위에서 sell.",),
    ),
    "rsi_pullback": _said(
        "rsi_pullback",
        ko=("상승 추세 눌림목 매수", "RSI 눌림목", "조정 때 줍기"),
        en=("RSI pullback in an uptrend", "Dip buying with trend filter", "Short-term pullback"),
        mixed=("눌림목 pullback (RSI)", "uptrend 조정 매수"),
        ko_says=(
            "{trend}일선 위에서만, RSI({length})가 {oversold} 아래로 눌릴 때 사서 {overbought}에 파는 단기 매매.",
        ),
        en_says=("Buys dips, RSI({length}) under {oversold}, above the {trend}-day average; out over {overbought}.",),
        mixed_says=("{trend}일 MA 위에서 RSI({length}) {oversold} 이하 dip 매수, {overbought} exit.",),
    ),
    "macd_cross": _said(
        "macd",
        ko=("MACD 시그널 교차", "MACD 추세 추종", "맥디 크로스"),
        en=("MACD signal cross", "MACD crossover", "MACD trend ride"),
        mixed=("MACD cross 전략", "MACD 시그널 crossover"),
        ko_says=("MACD({fast},{slow})가 시그널({signal}) 위로 올라오면 타고, 내려가면 내린다.",),
        en_says=("Rides MACD({fast},{slow}) over its {signal}-bar signal line.",),
        mixed_says=("MACD({fast},{slow},{signal}) 시그널 상향 cross 매수, 하향 cross 매도.",),
    ),
    "sma_cross": _said(
        "sma_cross",
        ko=("골든크로스", "단순 이동평균 교차", "이평선 교차", "SMA 골든크로스"),
        en=("SMA crossover", "Golden cross", "Moving average crossover"),
        mixed=("golden cross 전략", "SMA 교차 test"),
        ko_says=("{fast}일선이 {slow}일선을 뚫고 올라가는 골든크로스에 사고 데드크로스에 판다.",),
        en_says=("Golden cross of the {fast}- and {slow}-day simple averages; leaves on the death cross.",),
        mixed_says=("SMA {fast}/{slow} golden cross 매수, dead cross 매도.",),
    ),
    "ema_cross": _said(
        "ema_cross",
        ko=("지수 이동평균 교차", "EMA 크로스", "지수이평 교차"),
        en=("EMA crossover", "Exponential average cross", "Fast/slow EMA"),
        mixed=("EMA crossover 전략", "EMA 교차"),
        ko_says=("EMA {fast}와 {slow}이 교차할 때 방향을 바꾼다.",),
        en_says=("Follows the {fast}-bar EMA against the {slow}-bar one.",),
        mixed_says=("EMA {fast} > EMA {slow} 구간만 hold.",),
    ),
    "sma_trend": _said(
        "sma_filter",
        ko=("이동평균선 위 보유", "장기 이평 추세 필터", "{length}일선 매매"),
        en=("Price above moving average", "{length}-day trend filter", "Moving average timing"),
        mixed=("{length}일 MA filter", "MA timing"),
        ko_says=("가격이 {length}일 이평선을 넘으면 보유, 깨지면 현금.",),
        en_says=("Owns it above the {length}-bar moving average, holds cash below.",),
        mixed_says=("{length}일 SMA 위면 long, 아래면 cash.",),
    ),
    "bollinger_reversion": _said(
        "bb_reversion",
        ko=("볼린저 밴드 하단 매수", "볼밴 하단 반등", "볼린저 평균회귀"),
        en=("Bollinger band reversion", "Lower band bounce", "Fade the lower Bollinger band"),
        mixed=("Bollinger 하단 매수", "BB reversion 볼밴"),
        ko_says=("볼린저({length}, {deviations}) 하단을 뚫고 내려가면 사고 가운데 선에서 판다.",),
        en_says=("Fades closes under the lower band ({length}, {deviations}) back to the mean.",),
        mixed_says=("BB({length},{deviations}) lower band 이탈 시 매수, middle에서 매도.",),
    ),
    "bollinger_breakout": _said(
        "bb_breakout",
        ko=("볼린저 밴드 상단 돌파", "볼밴 돌파 매매", "변동성 확장 돌파"),
        en=("Bollinger band breakout", "Upper band breakout", "Volatility expansion"),
        mixed=("BB 상단 breakout", "볼린저 upper band 돌파"),
        ko_says=("상단 밴드({length}, {deviations})를 넘는 종가를 따라간다. 중심선이 무너지면 끝.",),
        en_says=("Chases closes over the upper band ({length}, {deviations}); done below the middle.",),
        mixed_says=("BB({length},{deviations}) upper 돌파 매수, middle 이탈 exit.",),
    ),
    "donchian_breakout": _said(
        "donchian",
        ko=("돈치안 채널 돌파", "{entry}일 신고가 매매", "채널 돌파"),
        en=("Donchian channel breakout", "{entry}-day high breakout", "Channel breakout"),
        mixed=("Donchian 돌파", "{entry}일 high breakout"),
        ko_says=("{entry}일 최고가를 넘으면 들어가고 {exit}일 최저가가 깨지면 나온다.",),
        en_says=("In on a new {entry}-bar high, out on a {exit}-bar low.",),
        mixed_says=("Donchian({entry}/{exit}) 돌파 entry, 하단 이탈 exit.",),
    ),
    "turtle": _said(
        "turtle",
        ko=("터틀 트레이딩", "터틀 돌파와 ATR 손절", "거북이 매매"),
        en=("Turtle breakout with ATR stop", "Turtle rules", "ATR trailing breakout"),
        mixed=("Turtle 돌파 ATR stop", "터틀 system"),
        ko_says=("{entry}일 고점 돌파 매수, ATR({length}) {multiple}배 추적 손절.",),
        en_says=("{entry}-day breakout, trailed by {multiple} x ATR({length}).",),
        mixed_says=("{entry}일 돌파 + ATR({length}) x {multiple} trailing stop.",),
    ),
    "volume_breakout": _said(
        "vol_breakout",
        ko=("거래량 동반 돌파", "거래량 터진 신고가"),
        en=("Volume-confirmed breakout", "High-volume new high"),
        mixed=("volume 돌파", "거래량 breakout"),
        ko_says=("{entry}일 신고가를 평균 거래량({length})의 {multiple}배로 뚫을 때만 산다. {exit}일 저점에 판다.",),
        en_says=("New {entry}-bar high on {multiple}x the {length}-bar volume; exit at a {exit}-bar low.",),
        mixed_says=("{entry}일 high 돌파, volume {multiple}x({length}) 확인, {exit}일 low exit.",),
    ),
    "roc_momentum": _said(
        "roc",
        ko=("ROC 모멘텀", "상승률 모멘텀", "{length}일 모멘텀"),
        en=("ROC momentum", "Rate-of-change momentum", "{length}-day momentum"),
        mixed=("ROC momentum 전략", "{length}일 momentum"),
        ko_says=("{length}일 상승률이 {threshold}%보다 크면 따라 사고 마이너스면 판다.",),
        en_says=("Buys strength: {length}-bar rate of change over {threshold}%, out when negative.",),
        mixed_says=("ROC({length}) > {threshold}% 매수, 음수면 exit.",),
    ),
    "stochastic_reversal": _said(
        "stoch",
        ko=("스토캐스틱 과매도 반등", "스토캐스틱 역추세"),
        en=("Stochastic reversal", "Stochastic oversold turn"),
        mixed=("Stochastic 반등", "스토캐스틱 %K/%D cross"),
        ko_says=(
            "스토캐스틱({length},{smoothing}) %K가 {oversold} 밑에서 %D를 넘으면 매수, {overbought} 위에서 매도.",
        ),
        en_says=("%K({length},{smoothing}) crossing %D below {oversold} in, above {overbought} out.",),
        mixed_says=("Stoch({length},{smoothing}) {oversold} 아래 %K>%D 매수, {overbought} 위 매도.",),
    ),
    "zscore_reversion": _said(
        "zscore",
        ko=("Z점수 평균 회귀", "표준편차 이탈 회귀", "통계적 평균회귀"),
        en=("Z-score reversion", "Statistical mean reversion", "Standard deviation fade"),
        mixed=("z-score 평균회귀", "Z스코어 reversion"),
        ko_says=("{length}일 평균에서 표준편차 {entry}배 넘게 빠지면 사고 -{exit}까지 돌아오면 판다.",),
        en_says=("Buys {entry} standard deviations under the {length}-bar mean, sells at -{exit}.",),
        mixed_says=("z-score({length}) < -{entry} 매수, -{exit} 위 매도.",),
    ),
    "cci_reversal": _said(
        "cci",
        ko=("CCI 과매도 반전", "CCI 역추세"),
        en=("CCI reversal", "Commodity channel fade"),
        mixed=("CCI reversal 반전",),
        ko_says=("CCI({length})가 -{level} 밑이면 사고 0 위면 판다.",),
        en_says=("CCI({length}) below -{level} in, above zero out.",),
        mixed_says=("CCI({length}) -{level} 이하 buy, 0 위 sell.",),
    ),
    "adx_trend": _said(
        "adx",
        ko=("ADX 추세 확인", "ADX 강한 추세만"),
        en=("ADX-confirmed trend", "Strong trend only (ADX)"),
        mixed=("ADX 추세 filter",),
        ko_says=("ADX({length})가 {level} 넘고 {trend}일 EMA 위일 때만 보유.",),
        en_says=("Trend with ADX({length}) over {level}, price over the {trend}-bar EMA.",),
        mixed_says=("ADX({length})>{level}, EMA {trend} 위에서만 long.",),
    ),
    "macd_rsi": _said(
        "macd_rsi",
        ko=("MACD와 RSI 동시 확인", "MACD+RSI 필터"),
        en=("MACD with RSI filter", "MACD confirmed by RSI"),
        mixed=("MACD + RSI 조합",),
        ko_says=("MACD({fast},{slow},{signal}) 상향에 RSI({length}) {level} 이상 조건을 더했다.",),
        en_says=("MACD({fast},{slow},{signal}) up and RSI({length}) above {level}.",),
        mixed_says=("MACD({fast},{slow},{signal}) up + RSI({length})>{level} 진입.",),
    ),
}
ASIDES: Mapping[Tongue, tuple[str, ...]] = {
    "ko": ("일단 돌려본", "다시 해본", "수수료 넣은", "회의용", "최종"),
    "en": ("quick try:", "again:", "after fees:", "for the meeting:", "final"),
    "mixed": ("quick 테스트", "re-run", "final 버전"),
}
NOTES: Mapping[Tongue, tuple[str, ...]] = {
    "ko": (
        "다음 날 시가 체결, 수수료 포함.", "손절을 넣으면 더 나을 듯.", "팀 회의에서 얘기하기로 함.",
        "매수 후 보유와 비교할 것.", "파라미터를 더 바꿔 볼 예정.",
    ),
    "en": (
        "Filled at the next open, fees included.", "Might be better with a stop.", "To be discussed with the team.",
        "Compare with buy and hold.", "More parameters to try.",
    ),
    "mixed": ("next open 체결, fee 포함.", "stop loss 추가 검토.", "buy & hold 대비 확인."),
}  # fmt: skip
SPELLINGS: Mapping[str, str] = {
    "rsi": "Relative Strength Index", "sma": "Simple Moving Average", "ema": "Exponential Moving Average",
    "macd": "MACD", "bollinger": "Bollinger Bands", "atr": "Average True Range", "roc": "Rate of Change",
    "donchian": "Donchian Channel", "stochastic": "Stochastic Oscillator", "zscore": "Z-Score", "cci": "CCI",
    "adx": "ADX", "volume_sma": "Volume SMA",
}  # fmt: skip
"""The long names under which some engines record an indicator."""


def spelled(kind: str, style: Spelling, parameters: Mapping[str, float]) -> str:
    """An indicator as an engine writes it: `rsi`, `RSI`, `Relative Strength Index` or `RSI(14)`."""
    if style == "long":
        return SPELLINGS[kind]
    if style == "upper":
        return kind.upper()
    if style == "called" and (length := parameters.get("length", parameters.get("fast"))) is not None:
        return f"{kind.upper()}({length:g})"
    return kind


def picked(choices: Sequence[str], lot: int) -> str:
    """One of them, by a number drawn for it."""
    return choices[lot % len(choices)]
