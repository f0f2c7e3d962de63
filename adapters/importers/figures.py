"""Figures, days and words as files write them, and what stands there instead of a figure."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

from domain.backtest import ParameterValue
from domain.errors import Violation
from domain.foreign_run import Nulled

NO_FIGURE: Final = frozenset(
    {
        *("-", "--", "---", "–", "—", ".", "na", "n/a", "#n/a", "<na>", "nat", "none", "null", "undefined"),
        *(sign + word for sign in ("", "+", "-") for word in ("nan", "inf", "infinity", "∞")),
        *("1.#inf", "-1.#inf", "1.#qnan", "-1.#ind"),
    }
)
"""What programs write where there is no figure, in lower case. An empty cell is none either."""
THOUSANDS: Final = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?=$|[T ])")
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_UNITS: Final = ((4.2e15, 1e9), (4.2e12, 1e6), (4.2e9, 1e3), (1e8, 1.0))
"""From which number on a time is in nano-, micro-, milliseconds or seconds: to the year 2103 none is taken for another.

What is less counts bars, not time.
"""
MOST_SHOWN: Final = 40


class NoFigure(Exception):
    """There is something, but no figure: the reason."""


class Misread(Exception):
    """There is something that cannot be a figure."""


def number_of(raw: object) -> tuple[float, bool]:
    """The number, and whether it is marked as percent. Raises: NoFigure, Misread."""
    if raw is None:
        raise NoFigure("is null in the file")
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise Misread(f"is no number: {shown(raw)}")
    if isinstance(raw, str):
        return _number_in(raw)
    try:
        value = float(raw)
    except OverflowError as error:
        raise Misread("is too large a number") from error
    return _finite(value), False


def _number_in(raw: str) -> tuple[float, bool]:
    text = raw.strip().replace("\u2212", "-")
    if not text:
        raise NoFigure("is empty in the file")
    if text.casefold() in NO_FIGURE:
        raise NoFigure(f"is {text} in the file")
    bare = text.removesuffix("%").strip().replace("$", "", 1).replace("₩", "", 1)
    if THOUSANDS.fullmatch(bare):
        bare = bare.replace(",", "")
    if not bare.isascii() or not NUMBER.fullmatch(bare):
        raise Misread(f"is no number: {shown(raw)}")
    return _finite(float(bare)), text.endswith("%")


def _finite(value: float) -> float:
    if math.isnan(value):
        raise NoFigure("is NaN in the file")
    if math.isinf(value):
        raise NoFigure("is infinite in the file")
    return value + 0.0  # no negative zero


def shown(raw: object) -> str:
    """What was found, short enough for a message."""
    if isinstance(raw, str):
        return repr(raw) if len(raw) <= MOST_SHOWN else f"{raw[:MOST_SHOWN]!r}…"
    return repr(raw) if isinstance(raw, bool) else f"a {type(raw).__name__}"


@dataclass(slots=True, kw_only=True)
class Reading:
    """The figures of one run as they are taken, what is undefined among them, and what cannot be read."""

    metrics: dict[str, float | int] = field(default_factory=dict)
    nulled: list[Nulled] = field(default_factory=list)
    errors: list[Violation] = field(default_factory=list)

    def take(self, metric: str, raw: object, *, label: str, percent: bool = False, positive: bool = False) -> None:
        """Takes a figure that the file has under a label; where it is `positive`, a loss is written as a negative."""
        value = self.number(metric, raw, label=label, percent=percent)
        if value is not None:
            self.metrics[metric] = abs(value) if positive else value

    def count(self, metric: str, raw: object, *, label: str) -> None:
        """Takes a whole number."""
        value = self.number(metric, raw, label=label)
        if value is not None and value.is_integer():
            self.metrics[metric] = int(value)
        elif value is not None:
            self.errors.append(Violation(field=f"metrics.{metric}", message=f"{label} is no whole number: {value}"))

    def number(self, metric: str, raw: object, *, label: str, percent: bool = False) -> float | None:
        """The number under a label, as a fraction where it is percent; None where there is none, which is noted."""
        try:
            value, marked = number_of(raw)
        except NoFigure as reason:
            self.null(metric, f"{label} {reason}")
            return None
        except Misread as wrong:
            self.errors.append(Violation(field=f"metrics.{metric}", message=f"{label} {wrong}"))
            return None
        return value / 100 if percent or marked else value

    def null(self, metric: str, reason: str) -> None:
        """The metric is missing, for this reason, whatever was taken before."""
        self.metrics.pop(metric, None)
        self.nulled.append(Nulled(metric=metric, reason=reason))


def amount_of(raw: object) -> float | None:
    """A sum of money that a file may or may not say."""
    try:
        return number_of(raw)[0]
    except (NoFigure, Misread):
        return None


def moment_of(raw: object) -> datetime | None:
    """A time: ISO 8601 as it is written, or a number since 1970 in UTC; None where it is none.

    A number that is too small counts bars and is no time.
    """
    if isinstance(raw, str):
        text = raw.strip()
        if not DAY.match(text):
            return _epoch(float(text)) if NUMBER.fullmatch(text) and len(text) <= MOST_SHOWN else None
        try:
            return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text))
        except ValueError:
            return None
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return None
    try:
        return _epoch(float(raw))
    except OverflowError:
        return None


def _epoch(number: float) -> datetime | None:
    for least, a_second in EPOCH_UNITS:
        if math.isfinite(number) and abs(number) >= least:
            try:
                return EPOCH + timedelta(seconds=number / a_second)
            except OverflowError:
                return None
    return None


def day_of(raw: object) -> date | None:
    """The day of a time as it is written, whatever its zone; a number is told in UTC."""
    moment = moment_of(raw)
    if moment is not None:
        return moment.date()
    found = DAY.match(raw.strip()) if isinstance(raw, str) else None
    try:
        return date.fromisoformat(found[0]) if found else None
    except ValueError:
        return None


def utc_of(raw: object) -> datetime | None:
    """A time in UTC; one without an offset is in UTC."""
    moment = moment_of(raw)
    if moment is None:
        return None
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        return None


def word_of(raw: object) -> str | None:
    """A text that says something."""
    return raw.strip() or None if isinstance(raw, str) else None


def parameter_of(raw: object) -> ParameterValue | None:
    """A value of a parameter; text that is a number is one, and what is neither is none."""
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str):
        text = raw.strip()
        if text in ("True", "False"):
            return text == "True"
        return _plain_number(text) if NUMBER.fullmatch(text) else text or None
    if isinstance(raw, int) or (isinstance(raw, float) and math.isfinite(raw)):
        return raw
    return None


def _plain_number(text: str) -> ParameterValue:
    value = float(text)
    if not math.isfinite(value):
        return text
    return int(text) if re.fullmatch(r"[+-]?\d{1,15}", text) else value


def parameters_of(raw: object) -> dict[str, ParameterValue]:
    """The plain values of a mapping, those inside of others under their path."""
    found: dict[str, ParameterValue] = {}
    if isinstance(raw, Mapping):
        for name, value in raw.items():
            inner = value if isinstance(value, Mapping) else None
            for below, held in (inner or {}).items():
                plain = parameter_of(held)
                if plain is not None:
                    found[f"{name}.{below}"] = plain
            plain = parameter_of(value)
            if plain is not None:
                found[str(name)] = plain
    return found
