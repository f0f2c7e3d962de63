"""Numbers as people write them, Korean and English: text spans to values with a unit.

Word boundaries see Hangul as letters, so nothing here uses them: `샤프1.5배` and `거래74건` are read like `1.5 x`.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

BASIS_POINTS = 10_000
PERCENT = 100


class Unit(StrEnum):
    """What a number counts."""

    PLAIN = "plain"
    PERCENT = "percent"
    BASIS_POINTS = "basis_points"
    BARS = "bars"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"
    HOURS = "hours"
    MULTIPLE = "multiple"
    DEVIATIONS = "deviations"
    COUNT = "count"
    MONEY = "money"


SPANS = (Unit.BARS, Unit.WEEKS, Unit.MONTHS, Unit.YEARS, Unit.HOURS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number in a text. `value` is as written, scale words applied: 20 % is 20, 3만 is 30000."""

    value: float
    unit: Unit
    start: int
    end: int

    @property
    def fraction(self) -> float:
        """The value where a share is meant: 20 % is 0.2, 50 bp is 0.005, a plain number is itself."""
        divisor = {Unit.PERCENT: PERCENT, Unit.BASIS_POINTS: BASIS_POINTS}.get(self.unit, 1)
        return self.value / divisor


_CHARACTERS = {"\u2212": "-", "\ufe63": "-", "\uff0d": "-", "\u2010": "-", "\u2011": "-"} | dict.fromkeys(
    "\u2012\u2013\u2014\u301c\uff5e\u223c", "~"
)


def plain(text: str) -> str:
    """The text with full-width forms, Unicode minus and other digits as ASCII: one character for each composed one."""
    return "".join(map(_plain_character, unicodedata.normalize("NFC", text)))


def _plain_character(character: str) -> str:
    if character.isascii():
        return character
    if character in _CHARACTERS:
        return _CHARACTERS[character]
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    width = unicodedata.east_asian_width(character)
    folded = unicodedata.normalize("NFKC", character) if width == "F" or character == "\u3000" else character
    return folded if len(folded) == 1 else character


_GROUPED = r"\d{1,3}(?:,\d{3})+(?![\d,])(?:\.\d+)?"
_UNGROUPED = r"\d+(?:\.\d+)?"
_DIGITS = re.compile(rf"{_GROUPED}|{_UNGROUPED}|\.\d+")
_LIST_DIGITS = re.compile(rf"{_UNGROUPED}|\.\d+")
_SCALES = {
    "조": 1e12, "억": 1e8, "천만": 1e7, "백만": 1e6, "만": 1e4, "천": 1e3, "k": 1e3, "thousand": 1e3, "million": 1e6,
    "mn": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9,
}  # fmt: skip
# `14만 써서` is "only 14": 만 is a scale only where an amount goes on.
_SCALE = re.compile(
    r"조|억|천만|백만|만(?=\s*(?:원|달러|불|건|회|주|이상|이하|초과|미만|넘|보다|\d|$))|천(?!천)"
    r"|\s?(?:thousand|million|billion)(?![a-z])|(?:k|mn|m|bn)(?![a-z])"
)
_SMALLER_PART = re.compile(r"\s?(\d+(?:\.\d+)?)(천만|백만|만|천)")
_END = r"(?![a-z])"
_UNITS: tuple[tuple[Unit, re.Pattern[str]], ...] = tuple(
    (unit, re.compile(pattern))
    for unit, pattern in (
        (
            Unit.PERCENT,
            (
                rf"\s?(?:%(?:\s?(?:p{_END}|포인트))?|퍼센트(?:\s?포인트)?|per ?cent(?:age points?)?|pct"
                r"|프로(?!그램|젝트|핏|세스|필|덕션|모션)|퍼(?!포|센|즐|펙|블))"
            ),
        ),
        (Unit.BASIS_POINTS, rf"\s?(?:bps?{_END}|basis points?|베이시스\s?포인트)"),
        (
            Unit.DEVIATIONS,
            rf"[\s-]?(?:σ|시그마|표준\s?편차|standard[\s-]deviations?|std(?:dev)?s?{_END}|sd{_END}|sigmas?)",
        ),
        (Unit.MONTHS, rf"[\s-]?(?:개월|달(?!러)|months?{_END})"),
        (Unit.WEEKS, rf"[\s-]?(?:주(?!가|식|문|도|기)(?:일|간)?|weeks?{_END})"),
        (Unit.YEARS, rf"[\s-]?(?:년|years?{_END}|yrs?{_END})"),
        (Unit.HOURS, rf"[\s-]?(?:시간|hours?{_END})"),
        (Unit.BARS, rf"\s?(?:거래일|일(?!\s*때)|봉)|[\s-]?(?:(?:trading )?days?|bars?|candles?|periods?|d){_END}"),
        (Unit.MULTIPLE, rf"\s?(?:배(?!당|팅|분)|times{_END}|x{_END})"),
        (Unit.COUNT, r"\s?(?:건|회(?!귀|복)|번(?!째)|개)"),
        (Unit.MONEY, rf"\s?(?:원|달러|불(?![가-힣])|usd{_END}|krw{_END}|dollars?{_END}|\$)"),
    )
)


def read_numbers(text: str) -> tuple[Number, ...]:
    """Every number in the text, in order."""
    shown = plain(text)
    found: list[Number] = []
    at = 0
    while at < len(shown):
        number = number_at(shown, at)
        if number is not None:
            found.append(number)
        at = number.end if number is not None else at + 1
    return tuple(found)


def number_at(text: str, at: int, *, listed: bool = False) -> Number | None:
    """The number that begins here in a `plain` text; in a list, `50,200` is two numbers."""
    start = at
    if text[at] in "+-" and not _glued(text, at):
        at += 1
    match = (_LIST_DIGITS if listed else _DIGITS).match(text, at)
    if match is None or (match[0].startswith(".") and at > 0 and text[at - 1].isalnum()):
        return None
    value, end = _scaled(text.lower(), match) if len(text.lower()) == len(text) else (_value(match[0]), match.end())
    unit, end = unit_at(text, end)
    return Number(value=-value if text[start] == "-" else value, unit=unit, start=start, end=end)


def _glued(text: str, at: int) -> bool:
    """Whether a sign follows something that it joins: 2004-2010, 12-26-9, BTC-5."""
    return at > 0 and (text[at - 1].isalnum() or text[at - 1] in ")%_")


def _value(digits: str) -> float:
    return min(float(digits.replace(",", "")), 1e300)


def _scaled(text: str, match: re.Match[str]) -> tuple[float, int]:
    total, part, end = 0.0, _value(match[0]), match.end()
    while (scale := _SCALE.match(text, end)) is not None:
        total += part * _SCALES[scale[0].strip()]
        part, end = 0.0, scale.end()
        following = _SMALLER_PART.match(text, end)
        if following is None or _SCALES[following[2]] >= _SCALES[scale[0].strip()]:
            break
        part, end = _value(following[1]), following.end(1)
    return total + part, end


def unit_at(text: str, at: int) -> tuple[Unit, int]:
    """The unit that follows a number, and where it ends."""
    window = text[at : at + 24].lower()
    for unit, pattern in _UNITS:
        match = pattern.match(window)
        if match is not None:
            return unit, at + match.end()
    return Unit.PLAIN, at
