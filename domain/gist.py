"""What a question is about, by its vector: which strategies that it describes in plain words, or none of them.

`rides long moves until they end` shares no word with any card. What such sentences mean was learned from sentences
written for it, for one embedding model each; see docs/adr/0010-hybrid-search.md.
"""

import base64
import math
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from domain import gist_weights as learned
from domain.backtest import StrategyType
from domain.embedding import Vector
from domain.indicators import IndicatorKind

STRATEGIES: Mapping[str, tuple[str, ...]] = {
    "bands": (StrategyType.MEAN_REVERSION, IndicatorKind.BOLLINGER),
    "dips": (StrategyType.MEAN_REVERSION,),
    "pullback": (StrategyType.MEAN_REVERSION, IndicatorKind.RSI, IndicatorKind.SMA),
    "rsi": (StrategyType.MEAN_REVERSION, IndicatorKind.RSI),
    "stochastic": (StrategyType.MEAN_REVERSION, IndicatorKind.STOCHASTIC),
    "zscore": (StrategyType.MEAN_REVERSION, IndicatorKind.ZSCORE),
    "adx": (StrategyType.TREND_FOLLOWING, "adx"),
    "cross": (StrategyType.TREND_FOLLOWING, IndicatorKind.SMA),
    "ema": (StrategyType.TREND_FOLLOWING, IndicatorKind.EMA),
    "line": (StrategyType.TREND_FOLLOWING, IndicatorKind.SMA),
    "macd": (StrategyType.TREND_FOLLOWING, IndicatorKind.MACD),
    "trend": (StrategyType.TREND_FOLLOWING,),
    "bandbreak": (StrategyType.BREAKOUT, IndicatorKind.BOLLINGER),
    "highs": (StrategyType.BREAKOUT, IndicatorKind.DONCHIAN),
    "turtle": (StrategyType.BREAKOUT, IndicatorKind.DONCHIAN, IndicatorKind.ATR),
    "volume": (StrategyType.BREAKOUT, IndicatorKind.VOLUME_SMA),
    "momentum": (StrategyType.MOMENTUM, IndicatorKind.ROC),
}
"""The terms of cards by which each is found."""
MOST = 0.5
"""A term is meant where strategies with at least so much of what is likely have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gist:
    """How likely a question describes a strategy, from 0 to 1, and the terms of those it most likely describes."""

    likely: float
    terms: tuple[str, ...]


def gist_of(vector: Vector, model_id: str) -> Gist | None:
    """What is meant; None where nothing was learned for the model, or the vector has no direction."""
    size = math.sqrt(sum(one * one for one in vector))
    if model_id != learned.MODEL_ID or not size:
        return None
    mean, rows = _weights()
    away = [one / size - middle for one, middle in zip(vector, mean, strict=True)]
    far = math.sqrt(sum(one * one for one in away)) or 1.0
    odds = [
        math.exp(sum(map(float.__mul__, row, away)) / far + bias) for row, bias in zip(rows, learned.BIAS, strict=True)
    ]
    whole = sum(odds)
    shares = {name: one / whole for name, one in zip(learned.NAMES, odds, strict=True) if name in STRATEGIES}
    return Gist(likely=sum(shares.values()), terms=_terms(shares))


def _terms(shares: Mapping[str, float]) -> tuple[str, ...]:
    likely, weights = sum(shares.values()), dict[str, float]()
    for name, share in shares.items():
        for term in STRATEGIES[name]:
            weights[term] = weights.get(term, 0.0) + share
    return tuple(str(term) for term, weight in weights.items() if weight >= MOST * likely)


@cache
def _weights() -> tuple[list[float], list[list[float]]]:
    """The mean, and a row for each name."""
    mean = [learned.MEAN_STEP * one for one in array("b", base64.b64decode(learned.MEAN))]
    every = [learned.WEIGHT_STEP * one for one in array("b", base64.b64decode(learned.WEIGHTS))]
    return mean, [every[place : place + len(mean)] for place in range(0, len(every), len(mean))]
