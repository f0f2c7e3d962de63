"""Counts in words: `세 개`, `백오십 번`, `five`, `a hundred`, `one point five`, `일점오`."""

import re
from collections.abc import Mapping
from dataclasses import replace

from domain.numbers import Number, Unit, unit_at

_NATIVE: Mapping[str, int] = {
    "하나": 1, "한": 1, "두": 2, "둘": 2, "세": 3, "셋": 3, "네": 4, "넷": 4, "다섯": 5, "여섯": 6, "일곱": 7,
    "여덟": 8, "여덜": 8, "아홉": 9,
}  # fmt: skip
_NATIVE_TENS: Mapping[str, int] = {
    "열": 10, "스무": 20, "스물": 20, "서른": 30, "마흔": 40, "쉰": 50, "예순": 60, "일흔": 70, "여든": 80, "아흔": 90,
}  # fmt: skip
_ONES = "|".join(sorted(_NATIVE, key=len, reverse=True))
_COUNTER = r"\s?(?:개|건|번|회|가지|종|종류)"
_NATIVE_COUNT = re.compile(
    rf"(?:(?<![가-힣])|(?<=[은는거것건])(?=하나|한\s?개|[두세네]\s?개))(?!한번(?!도|만|은|이상))(?:(?P<tens>{'|'.join(_NATIVE_TENS)})\s?(?P<more>{_ONES})?|(?P<ones>{_ONES}))"
    rf"(?:(?P<counter>{_COUNTER})(?!(?<=한.)도|(?<=한..)도|이라도|씩|째|별|월|상|기)|(?P<bare>(?=만(?![가-힣])|만요|씩|\s*(?:$|[.?!,])|\s?(?:보여|찾아|알려|골라|뽑아|추려|추천|나열|말해|주세요|줘))))"
)
_DIGITS: Mapping[str, int] = {digit: value for value, digit in enumerate("영일이삼사오육칠팔구")} | {"공": 0}
_SCALES: Mapping[str, int] = {"십": 10, "백": 100, "천": 1000}
_ROUNDS: Mapping[str, int] = {"만": 10**4, "백만": 10**6, "천만": 10**7, "억": 10**8}
_SINO = r"(?:[일이삼사오육칠팔구]?[십백천]){1,3}[일이삼사오육칠팔구]?|[삼오육칠팔구]"
_SINO_COUNT = re.compile(
    rf"(?<![가-힣])(?P<digits>{_SINO})(?P<myriad>만)?(?:\s?(?:개|건|번|회)(?!도|귀|복|월)|\s?(?P<money>원|달러|불)|(?=\s?(?:이상|이하|초과|미만)))"
)
_ROUND = re.compile(r"(?<![가-힣\d])(?P<scale>[백천]?만|억)\s?(?:원|달러|불)")
_SINO_POINT = re.compile(
    r"(?<![가-힣])(?P<whole>[영공일이삼사오육칠팔구])\s?점\s?(?P<part>[영공일이삼사오육칠팔구]{1,3})"
)
_SMALL: Mapping[str, int] = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS: Mapping[str, int] = {
    word: 10 * value
    for value, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
}
_BIG: Mapping[str, int] = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "dozen": 12}
_SMALL_WORDS = "|".join(sorted(_SMALL, key=len, reverse=True))
_ENGLISH = re.compile(
    rf"(?<![a-z])(?:(?P<tens>{'|'.join(_TENS)})(?:[\s-](?P<ones>{_SMALL_WORDS}))?|(?P<small>{_SMALL_WORDS})|(?P<article>a)(?=\s(?:hundred|"
    rf"thousand|million|dozen)))(?:\s(?P<big>{'|'.join(_BIG)}))?(?![a-z])"
)
_POINT = re.compile(
    rf"(?<![a-z])(?P<whole>{_SMALL_WORDS}) point (?P<part>(?:{_SMALL_WORDS})(?:[\s](?:{_SMALL_WORDS}))?)(?![a-z])"
)
_AFTER_ONE = re.compile(r"\s(?:hundred|thousand|million|dozen|trades?|percent|single)(?![a-z])")


def counted_at(text: str, at: int) -> Number | None:
    """The count in words that begins here in a lower-case text; `one` alone is a pronoun."""
    if "가" <= text[at] <= "힣":
        return _korean(text, at)
    return _english(text, at) if "a" <= text[at] <= "z" else None


def _korean(text: str, at: int) -> Number | None:
    point = _SINO_POINT.match(text, at)
    if point is not None:
        digits = "".join(str(_DIGITS[c]) for c in point["part"])
        return _plain(float(f"{_DIGITS[point['whole']]}.{digits}"), text, at, point.end())
    amount = _ROUND.match(text, at)
    if amount is not None:
        return Number(value=float(_ROUNDS[amount["scale"]]), unit=Unit.MONEY, start=at, end=amount.end())
    native = _NATIVE_COUNT.match(text, at)
    if native is not None:
        value = _NATIVE_TENS.get(native["tens"] or "", 0) + _NATIVE.get(native["more"] or native["ones"] or "", 0)
        return Number(value=float(value), unit=Unit.COUNT, start=at, end=native.end())
    sino = _SINO_COUNT.match(text, at)
    if sino is None:
        return None
    value = _sino(sino["digits"]) * (10_000 if sino["myriad"] else 1)
    counted = sino.end() > sino.end("digits")
    unit = Unit.MONEY if sino["money"] else Unit.COUNT if counted else Unit.PLAIN
    return Number(value=float(value), unit=unit, start=at, end=sino.end())


def _sino(digits: str) -> int:
    total, one = 0, 0
    for character in digits:
        if character in _SCALES:
            total, one = total + (one or 1) * _SCALES[character], 0
        else:
            one = _DIGITS[character]
    return total + one


def _english(text: str, at: int) -> Number | None:
    point = _POINT.match(text, at)
    if point is not None:
        part = "".join(str(_SMALL[word]) for word in point["part"].split())
        return _plain(float(f"{_SMALL[point['whole']]}.{part}"), text, at, point.end())
    match = _ENGLISH.match(text, at)
    if match is None or (match[0] == "one" and not _AFTER_ONE.match(text, match.end())):
        return None
    value = _TENS.get(match["tens"] or "", 0) + _SMALL.get(match["ones"] or match["small"] or "", 0)
    value = (value or bool(match["article"])) * _BIG.get(match["big"] or "", 1)
    return _plain(float(value), text, at, match.end())


def _plain(value: float, text: str, start: int, end: int) -> Number:
    unit, after = unit_at(text, end)
    number = Number(value=value, unit=Unit.PLAIN, start=start, end=end)
    return replace(number, unit=unit, end=after)
