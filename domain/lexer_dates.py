"""Years, months and days as they are written, and the days that they span."""

import re
from datetime import date, timedelta

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEAR = r"(?:19[5-9]\d|20[0-4]\d)"
_DECADES = {"sixties": 1960, "seventies": 1970, "eighties": 1980, "nineties": 1990, "noughties": 2000}
_COUNTED = "일|건|회|번|개|배|원|달러|bars?|days?|trades?|이상|이하|초과|미만|만|억"
DATES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"(?<!\d){_YEAR}\s?([-./])\s?\d{{1,2}}\s?\1\s?\d{{1,2}}(?!\d)"), "ymd"),
    (re.compile(rf"(?<!\d)({_YEAR})\s?년\s?(\d{{1,2}})\s?월\s?(\d{{1,2}})\s?일"), "ymd"),
    (re.compile(rf"(?<!\d)({_YEAR})\s?년\s?(\d{{1,2}})\s?월"), "ym"),
    (re.compile(rf"(?<!\d)({_YEAR})-(0[1-9]|1[0-2])(?![\d-])"), "ym"),
    (re.compile(rf"(?<![a-z])({'|'.join(_MONTHS)})[a-z]*\.?,? ({_YEAR})(?!\d)"), "my"),
    (re.compile(rf"(?<![a-z])({'|'.join(_MONTHS)})[a-z]*\.? (\d{{1,2}})(?:st|nd|rd|th)?,? ({_YEAR})(?!\d)"), "mdy"),
    (re.compile(rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)? ({'|'.join(_MONTHS)})[a-z]*\.?,? ({_YEAR})(?!\d)"), "dmy"),
    (re.compile(r"(?<![a-z])(?:the )?(nineties|eighties|seventies|sixties|noughties)(?![a-z])"), "named"),
    (re.compile(r"(?<![a-z\d])the ['’]?([5-9]0)s(?![a-z])"), "short"),
    (re.compile(r"(?<![\d.])([5-9]0)\s?년대"), "short"),
    (re.compile(rf"(?<!\d)({_YEAR})\s?(?:년대|'?s(?![a-z]))"), "decade"),
    (re.compile(rf"(?<!\d)({_YEAR})\s?년(?:도)?(?!\s?만)"), "y"),
    (re.compile(rf"(?<![\d.,/$])({_YEAR})(?![\d%]|[.,]\d|\s?(?:{_COUNTED}))"), "y"),
)
"""Patterns with the shape of what they find; the most exact first."""


def days_of(match: re.Match[str], shape: str) -> tuple[date, date] | None:
    """The first and the last day; None for a day that no calendar has."""
    try:
        return _span(match, shape)
    except ValueError:
        return None


def _span(match: re.Match[str], shape: str) -> tuple[date, date]:
    if shape == "ymd":
        day = date(*map(int, re.findall(r"\d+", match[0])))
        return day, day
    if shape in ("mdy", "dmy"):
        month, number = (match[1], match[2]) if shape == "mdy" else (match[2], match[1])
        day = date(int(match[3]), _MONTHS.index(month[:3]) + 1, int(number))
        return day, day
    if shape in ("ym", "my"):
        year, month = (
            (int(match[1]), int(match[2])) if shape == "ym" else (int(match[2]), _MONTHS.index(match[1][:3]) + 1)
        )
        first = date(year, month, 1)
        return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    year = _DECADES[match[1]] if shape == "named" else int(match[1]) + (1900 if shape == "short" else 0)
    last = year if shape == "y" else year + 9
    return date(year, 1, 1), date(last, 12, 31)
