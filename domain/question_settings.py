"""Parameters that a question names: `RSI(14)`, `과매도 30`, `fast 20 slow 60`, `MACD 12/26/9`, `20일선 60일선`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.filters import PARAMETER_PREFIX, Filter, FilterOp
from domain.indicators import IndicatorKind
from domain.lexer_tokens import Token
from domain.numbers import Unit
from domain.question_claims import Claim, Sentence, compiled
from domain.vocabulary import Kind
from domain.vocabulary_indicators import MOVING_AVERAGE
from domain.vocabulary_parameters import PUBLIC_NAMES

_NO_BOUND = r"(?![\d]|[JV]{0,3}(?:[Crk]|[AO]?N))"
_PAIRS = tuple(
    map(
        compiled,
        (
            r"(?P<n1>N)[JV]*I[JVAcr]{0,3}(?P<n2>N)[JV]*(?P<i>I)",
            r"(?P<n1>N)[JVcrA]{0,3}(?P<n2>N)[JVc]{0,3}(?P<i>[IH])",
            r"(?P<i>I)[cJV]{0,2}(?P<n1>N)[cr](?P<n2>N)[cr](?P<n3>N)(?![JV]{0,3}C)",
            r"(?P<i>[IH])[cJV]{0,2}(?P<n1>N)[crJVA]{0,2}(?P<n2>N)(?![JV]{0,3}[Cr]|[cr]N)",
        ),
    )
)
_NAMED = (
    compiled(rf"(?P<r>R)[JV=]{{0,3}}(?:c[RV]c[JVx=]{{0,3}})?(?P<n>N){_NO_BOUND}"),
    compiled(r"(?P<n>N)[JV]{0,2}(?P<r>R)(?![JV=]{0,3}N(?![JV]{0,2}R))"),
    compiled(rf"(?P<i>I)(?P<c>c)?[JV]{{0,2}}(?P<n>N){_NO_BOUND}"),
    compiled(r"(?P<n>N)[JV]{0,2}(?P<i>I)"),
)
_AVERAGED = (compiled(r"(?P<n>N)[JV]{0,2}(?P<i>[IH])"), compiled(rf"(?P<i>I)c?[JV]{{0,2}}(?P<n>N){_NO_BOUND}"))
_LENGTHS = (
    IndicatorKind.RSI, IndicatorKind.ATR, IndicatorKind.ROC, IndicatorKind.STOCHASTIC, IndicatorKind.ZSCORE,
    IndicatorKind.BOLLINGER,
)  # fmt: skip
_AVERAGES = (MOVING_AVERAGE, IndicatorKind.SMA, IndicatorKind.EMA)
_PAIRED: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(_AVERAGES, ("fast", "slow")),
    IndicatorKind.MACD: ("macd_fast", "macd_slow"),
    IndicatorKind.DONCHIAN: ("entry", "exit"),
}
"""What two numbers are, the smaller first; of a channel the larger lets in."""
_OSCILLATORS = (IndicatorKind.RSI, IndicatorKind.STOCHASTIC)
_TRIPLES: Mapping[str, tuple[str, ...]] = {
    IndicatorKind.MACD: ("fast", "slow", "signal"),
    IndicatorKind.RSI: ("length", "oversold", "overbought"),
}
_MOST_LEVEL = 100
_LEAST_LEVEL = 20
"""A bare number from there on after the name of an oscillator may be a level."""


def read_settings(sentence: Sentence) -> None:
    """Claims the numbers of parameters whose name is certain; each is a filter on that parameter."""
    for match in sentence.matches(*_PAIRS):
        token = sentence.token(match, "i")
        tokens = [sentence.token(match, name) for name in ("n1", "n2", "n3") if match.groupdict().get(name)]
        names = _names(token.word, tokens)
        if names is not None:
            places = [match.start(name) for name in ("n1", "n2", "n3") if match.groupdict().get(name)]
            _claim(sentence, places, names, tokens)
    for match in sentence.matches(*_NAMED):
        name = _name(sentence, match)
        if name is not None:
            number = sentence.token(match, "n")
            named = match.start("r") if match.groupdict().get("r") else match.start("n")
            first, last = sorted((named, match.start("n")))
            filters = _filters([name], [number])
            sentence.claim(Claim(first=first, last=last + 1, filters=filters))
    _read_average(sentence)


def soften_settings(sentence: Sentence) -> None:
    """Where there is more to search for, the length of an average is only like what is looked for."""
    for place, claim in enumerate(sentence.claims):
        if claim.soft:
            sentence.claims[place] = replace(claim, filters=())


def _read_average(sentence: Sentence) -> None:
    """Claims the one length of a moving average, `200일선` or `SMA(50)`, where no other indicator is named."""
    named = {token.word for token in sentence.words.tokens if token.kind in (Kind.INDICATOR, Kind.HINT)}
    found = [match for match in sentence.matches(*_AVERAGED) if sentence.token(match, "i").word in _AVERAGES]
    if len(found) != 1 or not named <= set(_AVERAGES) or not _is_length(sentence.token(found[0], "n")):
        return
    word, number = sentence.token(found[0], "i").word, sentence.token(found[0], "n")
    in_bars = number.number is not None and number.number.unit is Unit.BARS
    if found[0].start("n") < found[0].start("i") and not in_bars:
        return
    name = "length" if word == MOVING_AVERAGE else f"{word}_length"
    at = found[0].start("n")
    sentence.claim(Claim(first=at, last=at + 1, filters=_filters([name], [number]), kept=True, soft=True))


def _names(word: str, tokens: Sequence[Token]) -> tuple[str, ...] | None:
    """What two or three numbers beside an indicator are; None where that is not certain."""
    values = [token.number.value for token in tokens if token.number is not None]
    plain = all(token.number is not None and token.number.unit in (Unit.PLAIN, Unit.BARS) for token in tokens)
    if len(tokens) == len(_TRIPLES[IndicatorKind.MACD]):
        named = _TRIPLES.get(word)
        return tuple(f"{word}_{name}" for name in named) if named is not None and plain else None
    pair = _PAIRED.get(word)
    if pair is not None and plain and (word == IndicatorKind.MACD or values[0] != values[1]):
        return pair if word == IndicatorKind.MACD or (values[0] < values[1]) == (pair[0] != "entry") else pair[::-1]
    if word == IndicatorKind.BOLLINGER and _is_length(tokens[0]) and values[1] < values[0]:
        return ("bollinger_length", "bollinger_deviations")
    if word in _OSCILLATORS and plain and _LEAST_LEVEL // 2 <= values[0] < values[1] <= _MOST_LEVEL:
        return (f"{word}_oversold", f"{word}_overbought")
    return None


def _is_length(token: Token) -> bool:
    number = token.number
    return (
        number is not None and number.unit in (Unit.PLAIN, Unit.BARS) and number.value.is_integer() and number.value > 0
    )


def _public(sentence: Sentence, word: str, token: Token) -> str | None:
    """The parameter that a word for one means, beside this number; of an ATR the factor is its multiple."""
    factor = word in ("deviations", "multiple")
    units = (Unit.PLAIN, Unit.BARS, Unit.DEVIATIONS, *((Unit.MULTIPLE,) if factor else ()))
    if token.number is None or token.number.unit not in units:
        return None
    if factor:
        named = {other.word for other in sentence.words.tokens if other.kind is Kind.INDICATOR}
        word = "deviations" if named == {IndicatorKind.BOLLINGER} else word
        word = "multiple" if named == {IndicatorKind.ATR} else word
    return PUBLIC_NAMES.get(word)


def _name(sentence: Sentence, match: re.Match[str]) -> str | None:
    groups = match.groupdict()
    number = sentence.token(match, "n")
    if groups.get("r"):
        return _public(sentence, sentence.token(match, "r").word, number)
    word = sentence.token(match, "i").word
    if word not in _LENGTHS or not _is_length(number) or number.number is None:
        return None
    before = match.start("n") < match.start("i")
    in_bars = number.number.unit is Unit.BARS
    if before and not in_bars:
        return None
    level = word in _OSCILLATORS and number.number.value >= _LEAST_LEVEL
    return f"{word}_length" if in_bars or groups.get("c") or not level else None


def _filters(names: Sequence[str], tokens: Sequence[Token]) -> tuple[Filter, ...]:
    return tuple(
        Filter(field=PARAMETER_PREFIX + name, op=FilterOp.EQ, value=token.number.value)
        for name, token in zip(names, tokens, strict=True)
        if token.number is not None
    )


def _claim(sentence: Sentence, places: Sequence[int], names: Sequence[str], tokens: Sequence[Token]) -> None:
    for place, name, token in zip(places, names, tokens, strict=True):
        sentence.claim(Claim(first=place, last=place + 1, filters=_filters([name], [token])))
