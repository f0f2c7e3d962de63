"""Parameters that only their indicator explains: `돈치안 진입 55일 청산 20일`, `2.5 standard deviations`, `3x ATR`."""

import re

from domain.filters import PARAMETER_PREFIX, Filter, FilterOp
from domain.indicators import IndicatorKind
from domain.numbers import Unit
from domain.question_claims import Claim, Sentence, compiled
from domain.vocabulary import Kind

_DOORS = ("진입", "청산", "entry", "exit", "entries", "exits")
_NO_BOUND = r"(?![JV]{0,3}[Crk])"
_DOORED = (
    compiled(rf"(?P<e>[ER])[JVR=]{{0,3}}(?P<n>N){_NO_BOUND}"),
    compiled(r"(?P<n>N)[JV]{0,2}(?P<e>E)(?![JVR=]{0,3}N(?![JV]{0,2}E))"),
)
_FACTORS = (compiled(r"(?P<i>I)[JVc]{0,2}(?P<n>N)(?![JV]{0,3}C)"), compiled(r"(?P<n>N)[JV]{0,2}(?P<i>I)"))
_WITH_DOORS = frozenset({IndicatorKind.DONCHIAN, IndicatorKind.ZSCORE, IndicatorKind.VOLUME_SMA})


def read_named_settings(sentence: Sentence) -> None:
    """Claims them where the one indicator that is named has such a parameter."""
    named = {token.word for token in sentence.words.tokens if token.kind in (Kind.INDICATOR, Kind.HINT)}
    if named & _WITH_DOORS and named <= {*_WITH_DOORS, IndicatorKind.ATR}:
        _read_doors(sentence)
    if named == {IndicatorKind.BOLLINGER}:
        for i, letter in enumerate(sentence.letters):
            number = sentence.words.tokens[i].number
            if letter == Kind.NUMBER and number is not None and number.unit is Unit.DEVIATIONS:
                sentence.claim(Claim(first=i, last=i + 1, filters=(_equal("deviations", number.value),)))
    for match in sentence.matches(*_FACTORS):
        number = sentence.token(match, "n").number
        factor = number is not None and number.unit is Unit.MULTIPLE
        if sentence.token(match, "i").word == IndicatorKind.ATR and number is not None and factor:
            at = match.start("n")
            sentence.claim(Claim(first=at, last=at + 1, filters=(_equal("multiple", number.value),)))


def _read_doors(sentence: Sentence) -> None:
    """`entry 40`, `55-day entry`: at what an indicator lets a position in, or out."""
    for match in sentence.matches(*_DOORED):
        door, number = sentence.token(match, "e"), sentence.token(match, "n").number
        said = door.word in ("entry", "exit") and (door.kind is Kind.PARAMETER or _is_door(sentence, match))
        if said and number is not None and number.unit in (Unit.PLAIN, Unit.BARS, Unit.DEVIATIONS):
            filters = (_equal(door.word, number.value),)
            sentence.claim(Claim(first=match.start(), last=match.end(), filters=filters))


def _is_door(sentence: Sentence, match: "re.Match[str]") -> bool:
    return sentence.text_of(match.start("e")).lower() in _DOORS


def _equal(name: str, value: float) -> Filter:
    return Filter(field=PARAMETER_PREFIX + name, op=FilterOp.EQ, value=value)
