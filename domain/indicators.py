"""The indicators that a strategy may use: their parameters with ranges, outputs and scale."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class IndicatorKind(StrEnum):
    """The closed list of indicators."""

    SMA = "sma"
    EMA = "ema"
    RSI = "rsi"
    MACD = "macd"
    BOLLINGER = "bollinger"
    ATR = "atr"
    ROC = "roc"
    DONCHIAN = "donchian"
    STOCHASTIC = "stochastic"
    ZSCORE = "zscore"
    VOLUME_SMA = "volume_sma"


class PriceField(StrEnum):
    """The series that prices come with."""

    OPEN = "open"
    HIGH = "high"
    LOW = "low"
    CLOSE = "close"
    VOLUME = "volume"


class Scale(StrEnum):
    """What a series is measured in; only series of one scale can be compared."""

    PRICE = "price"
    PRICE_RANGE = "price_range"
    PERCENT_0_100 = "percent_0_100"
    PERCENT_CHANGE = "percent_change"
    DEVIATIONS = "deviations"
    VOLUME = "volume"


SCALE_BOUNDS: Mapping[Scale, tuple[float, float]] = {
    Scale.PRICE: (0.0, float("inf")),
    Scale.PRICE_RANGE: (float("-inf"), float("inf")),
    Scale.PERCENT_0_100: (0.0, 100.0),
    Scale.PERCENT_CHANGE: (-100.0, float("inf")),
    Scale.DEVIATIONS: (-20.0, 20.0),
    Scale.VOLUME: (0.0, float("inf")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterRange:
    """What a parameter may be, both ends included, and what it is where nobody says."""

    default: float
    low: float
    high: float
    whole: bool = True

    def accepts(self, value: float) -> bool:
        """Whether the value is in range, and whole where it must be."""
        return self.low <= value <= self.high and (not self.whole or float(value).is_integer())


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorDefinition:
    """One kind: its parameters, its outputs (the first is meant where none is named), what each is measured in."""

    parameters: Mapping[str, ParameterRange]
    outputs: tuple[str, ...] = ()
    scale: Scale = Scale.PRICE
    takes_source: bool = False

    def defaults(self) -> dict[str, float]:
        """Each parameter at its default."""
        return {name: allowed.default for name, allowed in self.parameters.items()}


def _bars(default: int, *, low: int = 2, high: int = 500) -> ParameterRange:
    return ParameterRange(default=default, low=low, high=high)


DEFINITIONS: Mapping[IndicatorKind, IndicatorDefinition] = {
    IndicatorKind.SMA: IndicatorDefinition(parameters={"length": _bars(20)}, takes_source=True),
    IndicatorKind.EMA: IndicatorDefinition(parameters={"length": _bars(20)}, takes_source=True),
    IndicatorKind.RSI: IndicatorDefinition(
        parameters={"length": _bars(14)}, scale=Scale.PERCENT_0_100, takes_source=True
    ),
    IndicatorKind.MACD: IndicatorDefinition(
        parameters={"fast": _bars(12), "slow": _bars(26), "signal": _bars(9, low=1)},
        outputs=("line", "signal", "histogram"),
        scale=Scale.PRICE_RANGE,
        takes_source=True,
    ),
    IndicatorKind.BOLLINGER: IndicatorDefinition(
        parameters={"length": _bars(20), "deviations": ParameterRange(default=2, low=0.1, high=10, whole=False)},
        outputs=("middle", "upper", "lower"),
        takes_source=True,
    ),
    IndicatorKind.ATR: IndicatorDefinition(parameters={"length": _bars(14, low=1)}, scale=Scale.PRICE_RANGE),
    IndicatorKind.ROC: IndicatorDefinition(
        parameters={"length": _bars(10, low=1)}, scale=Scale.PERCENT_CHANGE, takes_source=True
    ),
    IndicatorKind.DONCHIAN: IndicatorDefinition(parameters={"length": _bars(20)}, outputs=("middle", "upper", "lower")),
    IndicatorKind.STOCHASTIC: IndicatorDefinition(
        parameters={"length": _bars(14), "smooth": _bars(3, low=1), "signal": _bars(3, low=1)},
        outputs=("k", "d"),
        scale=Scale.PERCENT_0_100,
    ),
    IndicatorKind.ZSCORE: IndicatorDefinition(
        parameters={"length": _bars(20)}, scale=Scale.DEVIATIONS, takes_source=True
    ),
    IndicatorKind.VOLUME_SMA: IndicatorDefinition(parameters={"length": _bars(20)}, scale=Scale.VOLUME),
}
PRICE_SCALES: Mapping[PriceField, Scale] = {
    field: Scale.VOLUME if field is PriceField.VOLUME else Scale.PRICE for field in PriceField
}
