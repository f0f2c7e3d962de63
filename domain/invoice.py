"""What a provider says that it charges for, and under which of our names."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

Amount: TypeAlias = int | Decimal
FIRST_YEAR, LAST_YEAR = 2015, 2199
MAX_NAME_LENGTH = 200
MOST_COUNTED = 10**15
MOST_USD = 10**9
_SNAPSHOT = re.compile(r"-(\d{4}-\d{2}-\d{2}|\d{8}|\d{3,4}|latest)")


class Measure(StrEnum):
    """What an invoice may state: of a call, or of a day and model."""

    CALLS = "calls"
    INPUT_TOKENS = "input_tokens"
    CACHED_INPUT_TOKENS = "cached_input_tokens"
    CACHE_WRITE_TOKENS = "cache_write_tokens"
    OUTPUT_TOKENS = "output_tokens"
    REASONING_TOKENS = "reasoning_tokens"
    COST_USD = "cost_usd"


TOKENS: tuple[Measure, ...] = tuple(each for each in Measure if each not in (Measure.CALLS, Measure.COST_USD))
Figures: TypeAlias = Mapping[Measure, Amount]
"""What is stated, and nothing for what is not. Units: USD for the cost, else a count."""


def total(all_figures: Iterable[Figures]) -> dict[Measure, Amount]:
    """Their sums; what some do not state, they add nothing to."""
    sums: dict[Measure, Amount] = {}
    for figures in all_figures:
        for measure, amount in figures.items():
            sums[measure] = sums.get(measure, 0) + amount
    return sums


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLine:
    """What a provider states of one call, or of all of a model's calls on a UTC day. `model_name` is its own word.

    Of one call it is where it says when, or under which id, it served it.
    """

    day: date
    model_name: str
    stated: Figures
    at: datetime | None = None
    call_id: str | None = None

    def __post_init__(self) -> None:
        if any(amount < 0 for amount in self.stated.values()):
            raise ValueError(f"an invoice states what is less than nothing: {dict(self.stated)}")

    @property
    def is_one_call(self) -> bool:
        """Whether it is of a single call, so that a row of the ledger should be its partner."""
        return (self.at is not None or self.call_id is not None) and self.stated.get(Measure.CALLS, 1) == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """Lines over a stretch of UTC days, first and last included."""

    lines: tuple[InvoiceLine, ...]
    first_day: date
    last_day: date

    def __iter__(self) -> Iterator[InvoiceLine]:
        """The lines of its days; others are not looked at."""
        return (line for line in self.lines if self.first_day <= line.day <= self.last_day)

    def names(self, known: Collection[str]) -> dict[str, str]:
        """Each model as it is called here, with our id of it."""
        return {name: model_named(name, known) for name in sorted({line.model_name for line in self})}


def model_named(name: str, known: Collection[str]) -> str:
    """The known id that a provider's name stands for: the same, or the longest one of which it is a snapshot.

    `gpt-4o-mini-2024-07-18` is a snapshot of gpt-4o-mini, and `gpt-4o-audio-preview` is none of gpt-4o. A name that
    stands for none stays as it is.
    """
    if name in known:
        return name
    of = (each for each in known if name.startswith(each) and _SNAPSHOT.fullmatch(name, len(each)))
    return max(of, key=len, default=name)
