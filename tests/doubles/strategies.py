"""A sensible strategy for a request, by a simple scan of its words: enough to stand in for a model that designs."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

WORDS: Mapping[str, tuple[str, ...]] = {
    "macd": ("macd",),
    "bollinger": ("bollinger", "볼린저"),
    "donchian": ("donchian", "돈치안", "돈키언", "채널 돌파"),
    "stochastic": ("stochastic", "스토캐스틱"),
    "zscore": ("z-score", "zscore", "z score", "z스코어"),
    "roc": ("momentum", "모멘텀", "roc", "rate of change"),
    "sma": ("sma", "moving average", "이동평균", "이평", "golden cross", "골든크로스", "ema"),
    "rsi": ("rsi", "과매도", "oversold"),
}
TYPES = {
    **dict.fromkeys(("rsi", "bollinger", "stochastic", "zscore"), "mean_reversion"),
    **dict.fromkeys(("macd", "sma"), "trend_following"),
    "donchian": "breakout",
    "roc": "momentum",
}
SYMBOLS = re.compile(r"(?<![A-Za-z])(GOOG|AAPL|IBM|MSFT|FB|SP500|NASDAQ|BTC|ETH|TSLA|SPY|QQQ)(?![A-Za-z])")
NUMBERS = re.compile(r"(?<![\d.-])\d+(?![\d.]|\s*%|-\d)")
FENCED = re.compile(r"<<<request>>>\s*(.+?)\s*<<<end of request>>>", re.DOTALL)
LABELLED = re.compile(r"(?:request|요청)[^\n:：]*[:：]\s*(.+?)(?=\n\s*\n|\Z)", re.IGNORECASE | re.DOTALL)
LEAST_LENGTH, MOST_LENGTH = 2, 500
LONGEST_OSCILLATOR = 25
OSCILLATORS = {"rsi": (14, 30.0, 70.0), "stochastic": (14, 20.0, 80.0)}


def request_in(said: Sequence[str]) -> str:
    """What the user wants: the last request between fences, else after "request:" or "요청:", else the last message.

    A repair says no more than what is wrong; the request is in a message before it.
    """
    for pattern in (FENCED, LABELLED):
        for message in reversed(said):
            if asked := pattern.findall(message):
                return str(asked[-1])
    return said[-1] if said else ""


def strategy_for(request: str) -> dict[str, Any]:
    """A strategy after the contract: the indicator that is named first, the symbols, the numbers that fit."""
    kind = _kind(request)
    symbols = list(dict.fromkeys(SYMBOLS.findall(request))) or ["GOOG"]
    lengths = [int(n) for n in NUMBERS.findall(request) if LEAST_LENGTH <= int(n) <= MOST_LENGTH]
    indicators, entry, leave = _rules(kind, lengths)
    return {
        "name": f"{kind.upper()} on {', '.join(symbols)}",
        "description": f"Follows the request: {request.strip()[:200]}",
        "type": TYPES[kind],
        "symbols": symbols,
        "timeframe": "1d",
        "indicators": indicators,
        "entry": {"match": "all", "conditions": [entry]},
        "exit": {"match": "any", "conditions": [leave]},
        "direction": "long",
        "risk": {"position_fraction": 0.5, "stop_loss": 0.1, "take_profit": None, "max_holding_bars": None},
    }


def _kind(request: str) -> str:
    lowered = request.casefold()
    found = [(lowered.find(word), kind) for kind, words in WORDS.items() for word in words if word in lowered]
    return min(found)[1] if found else "rsi"


def _rules(kind: str, lengths: list[int]) -> tuple[list[dict[str, Any]], dict[str, Any], dict[str, Any]]:
    if kind == "macd":
        fast, slow, signal = _three(lengths)
        made = [_indicator("macd_1", kind, fast=fast, slow=slow, signal=signal)]
        return (
            made,
            _if("macd_1.line", "crosses_above", "macd_1.signal"),
            _if("macd_1.line", "crosses_below", "macd_1.signal"),
        )
    if kind == "sma":
        fast, slow = _two(lengths)
        made = [_indicator("fast_ma", kind, length=fast), _indicator("slow_ma", kind, length=slow)]
        return made, _if("fast_ma", "crosses_above", "slow_ma"), _if("fast_ma", "crosses_below", "slow_ma")
    return _one_indicator(kind, lengths)


def _one_indicator(kind: str, lengths: list[int]) -> tuple[list[dict[str, Any]], dict[str, Any], dict[str, Any]]:
    if kind in OSCILLATORS:
        return _oscillator(kind, lengths)
    length = (lengths or [60 if kind == "roc" else 20])[0]
    if kind == "bollinger":
        made = [_indicator("bands", kind, length=length, deviations=2.0)]
        return made, _if("close", "<", "bands.lower"), _if("close", ">", "bands.middle")
    if kind == "donchian":
        made = [_indicator("channel", kind, length=length) | {"source": None}]
        return made, _if("close", ">=", "channel.upper"), _if("close", "<=", "channel.lower")
    made = [_indicator(f"{kind}_1", kind, length=length)]
    return (
        made,
        _if(f"{kind}_1", *((">", 0.0) if kind == "roc" else ("<", -2.0))),
        _if(f"{kind}_1", *(("<", 0.0) if kind == "roc" else (">", 0.0))),
    )


def _oscillator(kind: str, numbers: list[int]) -> tuple[list[dict[str, Any]], dict[str, Any], dict[str, Any]]:
    length, low, high = OSCILLATORS[kind]
    if numbers and numbers[0] < LONGEST_OSCILLATOR:
        length, numbers = numbers[0], numbers[1:]
    low = next((float(n) for n in numbers if 0 < n < 50), low)
    high = next((float(n) for n in numbers if 50 < n < 100), high)
    more = {"smooth": 3, "signal": 3} if kind == "stochastic" else {}
    made = _indicator(f"{kind}_1", kind, length=length, **more)
    if kind == "stochastic":
        made["source"] = None
    return [made], _if(made["id"], "<", low), _if(made["id"], ">", high)


def _indicator(name: str, kind: str, **params: float) -> dict[str, Any]:
    return {"id": name, "kind": kind, "source": "close", "params": params}


def _if(left: str, op: str, right: str | float) -> dict[str, Any]:
    return {"left": left, "op": op, "right": right}


def _two(lengths: list[int]) -> tuple[int, int]:
    named = sorted(set(lengths[:2]))
    return (named[0], named[1]) if len(named) > 1 else (50, 200)


def _three(lengths: list[int]) -> tuple[int, int, int]:
    if len(lengths) < 3 or lengths[0] >= lengths[1]:
        return 12, 26, 9
    return lengths[0], lengths[1], lengths[2]
