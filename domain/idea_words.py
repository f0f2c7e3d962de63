"""The indicators that a request mentions, and the slots that their numbers fill."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from domain.backtest import StrategyType
from domain.indicators import DEFINITIONS, SCALE_BOUNDS, IndicatorKind
from domain.lexer_tokens import Token, Words
from domain.numbers import SPANS, Number, Unit
from domain.vocabulary import Kind
from domain.vocabulary_indicators import MOVING_AVERAGE

NEGATED = re.compile(
    r"[ISFT](?:[cN]{0,8}[AOc]{1,4}[ISFT])*[cN]{0,8}J{0,2}[xo]?J{0,3}g|G[JVc]{0,6}[ISFT](?:[AOc]{1,4}[ISFT])*"
)
AVERAGES = (IndicatorKind.SMA, IndicatorKind.EMA)
MAX_AVERAGES = 3
ORDERS: Mapping[IndicatorKind, tuple[str, ...]] = {
    IndicatorKind.SMA: ("length",) * MAX_AVERAGES,
    IndicatorKind.EMA: ("length",) * MAX_AVERAGES,
    IndicatorKind.RSI: ("length", "lower", "upper"),
    IndicatorKind.MACD: ("fast", "slow", "signal"),
    IndicatorKind.BOLLINGER: ("length", "deviations"),
    IndicatorKind.ATR: ("length",),
    IndicatorKind.ROC: ("length", "threshold"),
    IndicatorKind.DONCHIAN: ("length", "exit"),
    IndicatorKind.STOCHASTIC: ("length", "smooth", "signal"),
    IndicatorKind.ZSCORE: ("length", "lower"),
    IndicatorKind.VOLUME_SMA: ("length",),
}
"""What the numbers beside an indicator mean, in the order in which people write them."""

LEVELLED = (IndicatorKind.RSI, IndicatorKind.STOCHASTIC, IndicatorKind.ZSCORE, IndicatorKind.ROC)
"""Indicators that are compared with numbers."""

OF_FAMILY: Mapping[StrategyType, tuple[IndicatorKind, ...]] = {
    StrategyType.TREND_FOLLOWING: (IndicatorKind.SMA,),
    StrategyType.MEAN_REVERSION: (IndicatorKind.RSI,),
    StrategyType.BREAKOUT: (IndicatorKind.DONCHIAN,),
    StrategyType.MOMENTUM: (IndicatorKind.ROC,),
    StrategyType.ARBITRAGE: (IndicatorKind.ZSCORE,),
    StrategyType.MARKET_MAKING: (IndicatorKind.BOLLINGER,),
    StrategyType.OTHER: (IndicatorKind.RSI,),
}
"""With which indicator the field would begin."""

BARS_IN = {Unit.WEEKS: 5, Unit.MONTHS: 21, Unit.YEARS: 252}
_ONLY_AFTER = re.compile(r"\s?만\s?(?:으로|로|쓰|써|사용|이용|가지고)")
_ONLY_BEFORE = re.compile(r"(?<!long )(?<!short )(?<![a-z])(?:only|just)\s(?:(?:use|using|with|the)\s)*$")
_ADDED_HINTS = frozenset({IndicatorKind.DONCHIAN, IndicatorKind.VOLUME_SMA})
_LOW_SIDE = re.compile(r"저가|저점|최저|low")


@dataclass(slots=True, kw_only=True)
class Mention:
    """An indicator in the text, filled with numbers while the text is read."""

    kind: IndicatorKind
    index: int
    for_exit: bool = False
    params: dict[str, float] = field(default_factory=dict)
    lengths: list[float] = field(default_factory=list)

    def used(self) -> int:
        """How many numbers it has."""
        return len(self.params) + len(self.lengths)

    def slot(self) -> str | None:
        """What the next number beside it would mean; None where it is full."""
        order = ORDERS[self.kind]
        if self.kind in AVERAGES:
            return "length" if len(self.lengths) < MAX_AVERAGES else None
        return next((name for name in order if name not in self.params), None)

    def put(self, slot: str, value: float) -> bool:
        """Whether the number was in range and is kept."""
        if not fits(self.kind, slot, value):
            return False
        if self.kind in AVERAGES and slot in ("length", "fast", "slow"):
            if value not in self.lengths:
                self.lengths.append(value)
            return len(self.lengths) <= MAX_AVERAGES
        if slot in self.params:
            return self.params[slot] == value
        self.params[slot] = value
        return True

    def parameter_sets(self) -> Iterator[tuple[dict[str, float], bool]]:
        """The stated parameters, and whether they are only to leave by; an average has one set for each length."""
        stated = {name: value for name, value in self.params.items() if name in DEFINITIONS[self.kind].parameters}
        if {"fast", "slow"} <= stated.keys() and stated["fast"] > stated["slow"]:
            stated["fast"], stated["slow"] = stated["slow"], stated["fast"]
        if self.kind in AVERAGES and self.lengths:
            yield from (({"length": length}, self.for_exit) for length in self.lengths)
        else:
            yield stated, self.for_exit
        if self.kind is IndicatorKind.DONCHIAN and "exit" in self.params:
            yield {"length": self.params["exit"]}, True


def left_out(words: Words) -> frozenset[int]:
    """The words that are ruled out: by a negation, or by another indicator that alone is to be used."""
    negated = {i for match in NEGATED.finditer(words.letters) for i in range(match.start(), match.end())}
    named = [i for i, token in enumerate(words.tokens) if token.kind in (Kind.INDICATOR, Kind.HINT)]
    alone = {i for i in named if _is_alone(words, words.tokens[i]) and i not in negated}
    return frozenset(negated | (set(named) - alone if alone else set()))


def _is_alone(words: Words, token: Token) -> bool:
    return bool(_ONLY_BEFORE.search(words.text[: token.start].lower()) or _ONLY_AFTER.match(words.text, token.end))


def fits(kind: IndicatorKind, slot: str, value: float) -> bool:
    """Whether an indicator can take the number there."""
    parameters = DEFINITIONS[kind].parameters
    if kind in AVERAGES and slot in ("fast", "slow"):
        slot = "length"
    if kind is IndicatorKind.DONCHIAN and slot == "exit":
        slot = "length"
    if slot in parameters:
        return parameters[slot].accepts(value)
    if slot in ("lower", "upper", "threshold") and kind in LEVELLED:
        low, high = SCALE_BOUNDS[DEFINITIONS[kind].scale]
        return low < value < high
    return False


def bars(number: Number) -> float:
    """A span in bars of a day: a week has 5, a month 21, a year 252."""
    return number.value * BARS_IN.get(number.unit, 1)


def is_length(slot: str, number: Number) -> bool:
    """Whether a number with this unit can stand in the slot."""
    if slot in ("lower", "upper", "threshold", "deviations"):
        return number.unit not in SPANS and number.unit not in (Unit.MULTIPLE, Unit.MONEY, Unit.COUNT)
    return number.unit in (Unit.PLAIN, Unit.BARS, *BARS_IN)


def mentions_of(words: Words, negated: frozenset[int]) -> tuple[list[Mention], tuple[str, ...]]:
    """The indicators of the text in order, and the texts of those that our strategies do not know."""
    outright = _of_kind(words, negated, Kind.INDICATOR)
    known = [mention for i, token in outright for mention in _mention(i, token, words)]
    unknown = tuple(words.text[t.start : t.end] for _, t in outright if not list(_mention(0, t, words)))
    for i, token in _of_kind(words, negated, Kind.HINT):
        kinds = {mention.kind for mention in known}
        hinted = list(_mention(i, token, words))
        if not outright or (hinted[0].kind in _ADDED_HINTS and hinted[0].kind not in kinds - _ADDED_HINTS):
            known += hinted
    if not known:
        families = (*_of_kind(words, negated, Kind.FAMILY), *_of_kind(words, negated, Kind.FAMILY_HINT))
        known = [
            Mention(kind=OF_FAMILY[StrategyType(t.word)][0], index=i) for i, t in families if _has_number(words, i)
        ]
    return _without_doubled_hints(sorted(known, key=lambda mention: mention.index), words), unknown


def _has_number(words: Words, index: int) -> bool:
    return "N" in words.letters[max(0, index - 2) : index + 3]


def _of_kind(words: Words, negated: frozenset[int], kind: Kind) -> list[tuple[int, Token]]:
    return [(i, token) for i, token in enumerate(words.tokens) if token.kind is kind and i not in negated]


def _mention(index: int, token: Token, words: Words) -> Iterator[Mention]:
    word = IndicatorKind.SMA if token.word == MOVING_AVERAGE else token.word
    if word in set(IndicatorKind):
        low = word == IndicatorKind.DONCHIAN and _LOW_SIDE.search(words.text[token.start : token.end].lower())
        yield Mention(kind=IndicatorKind(word), index=index, for_exit=bool(low))


def _without_doubled_hints(mentions: list[Mention], words: Words) -> list[Mention]:
    """`터틀 20일 신고가` is one channel: of hints without a number beside them only the first stays."""
    kept: list[Mention] = []
    for mention in mentions:
        again = any(
            other.kind is mention.kind and other.for_exit == mention.for_exit
            for other in mentions
            if other is not mention
        )
        hint = words.tokens[mention.index].kind is Kind.HINT
        numbered = "N" in words.letters[max(0, mention.index - 1) : mention.index + 2]
        first = all(other.kind is not mention.kind for other in kept)
        if not (again and hint) or numbered or first:
            kept.append(mention)
    return kept
