"""Shares in words: `a quarter`, `two thirds`, `six out of ten`, `3분의 1`, `육할`, as the percentages that they are."""

import re
from collections.abc import Mapping

from domain.numbers import PERCENT, Number, Unit

_NAMES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_COUNTS: Mapping[str, int] = {
    **{name: value for value, name in enumerate(_NAMES, start=1)}, "a": 1, "an": 1,
    **{digit: value for value, digit in enumerate("일이삼사오육칠팔구", start=1)}, "십": 10,
    **dict(zip(("한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열"), range(1, 11), strict=True)),
}  # fmt: skip
_PARTS: Mapping[str, int] = {"half": 2, "halve": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "tenth": 10}
_COUNT = "|".join(sorted((name for name in _COUNTS if name.isascii()), key=len, reverse=True))
_KOREAN_COUNT = "|".join(sorted((name for name in _COUNTS if not name.isascii()), key=len, reverse=True))
_PART = re.compile(
    rf"(?<![a-z])(?P<n>{_COUNT})[\s-](?P<of>{'|'.join(_PARTS)})s?(?![a-z])(?! of (?:those|them|the runs))"
)
_OUT_OF = re.compile(
    rf"(?<![a-z\d])(?P<n>{_COUNT}|\d+)(?: trades?| times)? "
    rf"(?:out of(?: every)?|in every|of every|in) (?P<of>{_COUNT}|\d+)"
    r"(?: trades?| times)?(?![a-z\d])"
)
_PER = re.compile(rf"(?<![가-힣\d])(?P<of>{_KOREAN_COUNT}|\d+)\s?분의\s?(?P<n>{_KOREAN_COUNT}|\d+)")
_TENTHS = re.compile(
    r"(?<![가-힣\d])(?P<n>[일이삼사오육칠팔구]|\d)\s?할(?:\s?(?P<more>[일이삼사오육칠팔구]|\d)\s?푼)?(?!인|당|부|증|머)"
)


def share_at(text: str, at: int) -> Number | None:
    """The share that begins here in a lower-case text; None where it is none, or more than the whole."""
    for pattern in (_PART, _OUT_OF, _PER, _TENTHS):
        match = pattern.match(text, at)
        if match is not None:
            return _percent(match)
    return None


def _percent(match: re.Match[str]) -> Number | None:
    found = match.groupdict()
    if match.re is _TENTHS:
        value = 10.0 * _count(found["n"]) + _count(found["more"] or "0")
    else:
        parts = _PARTS.get(found["of"]) or _count(found["of"])
        value = PERCENT * _count(found["n"]) / parts if parts else 0.0
    if not 0 < value <= PERCENT:
        return None
    return Number(value=value, unit=Unit.PERCENT, start=match.start(), end=match.end())


def _count(written: str) -> int:
    return int(written) if written.isdecimal() else _COUNTS[written]
