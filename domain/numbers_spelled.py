"""Percentages written in words: `sixty percent`, `육십 퍼센트`, and half of a figure."""

import re

from domain.numbers import Number, Unit

_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ENGLISH = {
    **dict(zip(_ONES, range(1, 10), strict=True)),
    **dict(zip(_TEENS, range(10, 20), strict=True)),
    **dict(zip(_TENS, range(20, 100, 10), strict=True)),
    "hundred": 100,
}
_KOREAN = {digit: value for value, digit in enumerate("일이삼사오육칠팔구", start=1)}
_SPELLED = re.compile(
    rf"(?<![a-z])(?:(?P<tens>{'|'.join(_TENS)})(?:[\s-]?(?P<ones>{'|'.join(_ONES)}))?"
    rf"|(?P<small>{'|'.join((*_TEENS, *_ONES))})|(?:(?:one|a)\s)?(?P<hundred>hundred))"
    r"\s?(?:%|per\s?cent|pct)(?![a-z])"
)
_SPELLED_KOREAN = re.compile(
    r"(?<![가-힣])(?:(?P<tens>[이삼사오육칠팔구])?(?P<ten>십)(?P<ones>[일이삼사오육칠팔구])?"
    r"|(?P<small>[일이삼사오육칠팔구])|(?P<hundred>백))\s?(?:퍼센트|프로(?!그램|젝트|핏|세스|필)|퍼(?!포|센|즐|펙)|%)"
)
_HALF = re.compile(r"절반|half(?![a-z])")
_HALF_PERCENT = 50


def spelled_at(text: str, at: int) -> Number | None:
    """The percentage in words that begins here in a lower-case text."""
    match = _SPELLED.match(text, at) or _SPELLED_KOREAN.match(text, at)
    if match is None:
        return None
    found = match.groupdict()
    if found.get("hundred"):
        return _percent(100, match)
    named = _ENGLISH if match.re is _SPELLED else _KOREAN
    value = named.get(found["small"] or found["ones"] or "", 0)
    if found.get("ten"):
        return _percent(10 * _KOREAN.get(found["tens"] or "일", 1) + value, match)
    return _percent(value + named.get(found["tens"] or "", 0), match)


def half_at(text: str, at: int) -> Number | None:
    """Half, as the percentage that it is."""
    match = _HALF.match(text, at)
    return _percent(_HALF_PERCENT, match) if match is not None else None


def _percent(value: int, match: re.Match[str]) -> Number:
    return Number(value=float(value), unit=Unit.PERCENT, start=match.start(), end=match.end())
