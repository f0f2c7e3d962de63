"""How the members of a strategy are called in sentences."""

from collections.abc import Mapping, Sequence

from domain.backtest import StrategyType
from domain.indicators import DEFINITIONS, IndicatorKind, PriceField
from domain.language import Language
from domain.strategy import ConditionOp, Indicator, Operand
from domain.vocabulary import family_label

TIMEFRAME_NAMES: Mapping[str, tuple[str, str]] = {
    "1m": ("1분봉", "1-minute bars"), "5m": ("5분봉", "5-minute bars"), "15m": ("15분봉", "15-minute bars"),
    "30m": ("30분봉", "30-minute bars"), "1h": ("1시간봉", "hourly bars"), "2h": ("2시간봉", "2-hour bars"),
    "4h": ("4시간봉", "4-hour bars"), "6h": ("6시간봉", "6-hour bars"), "12h": ("12시간봉", "12-hour bars"),
    "1d": ("일봉", "daily bars"), "1w": ("주봉", "weekly bars"), "1mo": ("월봉", "monthly bars"),
}  # fmt: skip
KOREAN_OPS: Mapping[ConditionOp, tuple[str, str]] = {
    ConditionOp.LT: ("보다", "낮으"),
    ConditionOp.LE: ("", "이하이"),
    ConditionOp.GT: ("보다", "높으"),
    ConditionOp.GE: ("", "이상이"),
    ConditionOp.CROSSES_ABOVE: ("을", "상향 돌파하"),
    ConditionOp.CROSSES_BELOW: ("을", "하향 돌파하"),
}
"""What follows the right operand, and the stem of the verb."""

ENGLISH_OPS: Mapping[ConditionOp, str] = {
    ConditionOp.LT: "is below",
    ConditionOp.LE: "is at or below",
    ConditionOp.GT: "is above",
    ConditionOp.GE: "is at or above",
    ConditionOp.CROSSES_ABOVE: "crosses above",
    ConditionOp.CROSSES_BELOW: "crosses below",
}
_NAMES: Mapping[IndicatorKind, tuple[str, str]] = {
    IndicatorKind.SMA: ("단순 이동평균", "SMA"), IndicatorKind.EMA: ("지수 이동평균", "EMA"),
    IndicatorKind.RSI: ("RSI", "RSI"), IndicatorKind.MACD: ("MACD", "MACD"),
    IndicatorKind.BOLLINGER: ("볼린저 밴드", "Bollinger band"), IndicatorKind.ATR: ("ATR", "ATR"),
    IndicatorKind.ROC: ("ROC", "ROC"), IndicatorKind.DONCHIAN: ("돈치안 채널", "Donchian channel"),
    IndicatorKind.STOCHASTIC: ("스토캐스틱", "stochastic"), IndicatorKind.ZSCORE: ("Z점수", "z-score"),
    IndicatorKind.VOLUME_SMA: ("평균 거래량", "average volume"),
}  # fmt: skip
_OUTPUTS: Mapping[str, tuple[str, str]] = {
    "line": ("MACD선", "MACD line"), "signal": ("시그널선", "signal line"), "histogram": ("히스토그램", "histogram"),
    "middle": ("중심선", "middle"), "upper": ("상단", "upper"), "lower": ("하단", "lower"), "k": ("%K", "%K"),
        "d": ("%D", "%D"),
}  # fmt: skip
_PRICES: Mapping[PriceField, tuple[str, str]] = {
    PriceField.OPEN: ("시가", "the open"), PriceField.HIGH: ("고가", "the high"), PriceField.LOW: ("저가", "the low"),
    PriceField.CLOSE: ("종가", "the close"), PriceField.VOLUME: ("거래량", "the volume"),
}  # fmt: skip
_LOANS: Mapping[str, tuple[str, str]] = {
    "symbols": ("종목", "symbol"), "timeframe": ("봉", "bars"), "family": ("유형", "family"), "length": ("", ""),
    "lower": ("진입 기준", "entry level"), "upper": ("청산 기준", "exit level"), "fast": ("단기", "fast"),
    "slow": ("장기", "slow"), "signal": ("시그널", "signal"), "deviations": ("표준편차", "deviations"),
    "smooth": ("평활", "smoothing"), "threshold": ("기준", "threshold"), "exit": ("청산", "exit"),
}  # fmt: skip
MAX_SHOWN_WHOLE = 1e15


def loan_label(name: str, language: Language) -> str:
    """What a draft took from a run: an indicator, one of its numbers, a symbol."""
    if name in set(IndicatorKind):
        return _NAMES[IndicatorKind(name)][_place(language)]
    return _LOANS.get(name, (name, name))[_place(language)]


def loan_value(name: str, value: float | str, language: Language) -> str:
    """A word that was taken, as a reader would say it."""
    if name == "family":
        return family_label(StrategyType(str(value)), language)
    if name == "timeframe":
        return TIMEFRAME_NAMES[str(value)][_place(language)].removesuffix(" bars")
    return str(value)


def number_text(value: float) -> str:
    """A number without idle zeros."""
    whole = float(value).is_integer() and abs(value) < MAX_SHOWN_WHOLE
    return str(int(value)) if whole else f"{value:.10g}"


def percent_text(fraction: float) -> str:
    """A fraction as a percentage: 0.055 is 5.5%."""
    return f"{number_text(round(fraction * 100, 6))}%"


def indicator_text(indicator: Indicator, language: Language) -> str:
    """An indicator with its numbers: RSI(14), 볼린저 밴드(20, 2)."""
    params = DEFINITIONS[indicator.kind].defaults() | dict(indicator.params)
    numbers = ", ".join(number_text(params[name]) for name in DEFINITIONS[indicator.kind].parameters)
    source = ""
    if indicator.source not in (None, PriceField.CLOSE):
        source = f", {indicator.source}"
    return f"{_NAMES[indicator.kind][_place(language)]}({numbers}{source})"


def operand_text(operand: Operand, indicators: Sequence[Indicator], language: Language) -> str:
    """An operand as a reader would say it."""
    if not isinstance(operand, str):
        return number_text(operand)
    if operand in set(PriceField):
        return _PRICES[PriceField(operand)][_place(language)]
    name, _, output = operand.partition(".")
    indicator = next(indicator for indicator in indicators if indicator.id == name)
    text = indicator_text(indicator, language)
    if output in ("", "line"):
        return text
    if language is Language.ENGLISH and indicator.kind in (IndicatorKind.BOLLINGER, IndicatorKind.DONCHIAN):
        return f"the {_OUTPUTS[output][1]} {text}"
    return f"{text} {_OUTPUTS[output][_place(language)]}"


def other_output_text(operand: Operand, language: Language) -> str:
    """A further output of an indicator that the sentence has just named."""
    output = str(operand).partition(".")[2]
    spoken = _OUTPUTS[output][_place(language)]
    return spoken if language is Language.KOREAN or spoken.startswith("%") else f"its {spoken}"


def same_indicator(left: Operand, right: Operand) -> bool:
    """Whether both are outputs of one indicator, the right one named."""
    return (
        isinstance(left, str) and isinstance(right, str) and "." in right and left.split(".")[0] == right.split(".")[0]
    )


def _place(language: Language) -> int:
    return 0 if language is Language.KOREAN else 1
