"""Sums that are kept beside the rows: which there are, and what a settled row adds to each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from operator import add
from typing import NamedTuple

from adapters.sql.column_types import MICROSECOND

DAY = timedelta(days=1) // MICROSECOND
NOTHING = ""
"""Stands where a kind of sums does not tell rows apart, and where a row has no value."""
SUMMED = (
    "requests", "attempts", "input_tokens", "cached_input_tokens", "cache_write_tokens", "output_tokens",
    "reasoning_tokens", "cost_usd", "saved_cost_usd",
)  # fmt: skip
TOLD_APART = ("user_id", "service", "provider", "model_id", "prompt_version", "status", "reason")
KEY = ("kind", "day", *TOLD_APART)
SumKey = tuple[str, int, str, str, str, str, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SumKind:
    """One way to sum a day: by these columns of a row, over all the others."""

    name: str
    columns: tuple[str, ...]


KINDS = (
    SumKind(name="service", columns=("service", "provider", "model_id", "prompt_version", "status", "reason")),
    SumKind(name="user", columns=("user_id",)),
    SumKind(name="all", columns=("user_id", "service", "model_id", "prompt_version", "status")),
)
"""The one with the fewest rows first. A question reads the first that has all the columns it needs."""


def kind_with(columns: frozenset[str]) -> SumKind:
    """The smallest kind that tells rows apart by all of these. Raises: StopIteration where no kind does."""
    return next(kind for kind in KINDS if columns.issubset(kind.columns))


def version_key(prompt_version: str | None) -> str:
    """A version as a sum keeps it: no version is another thing than one with an empty name."""
    return NOTHING if prompt_version is None else f"={prompt_version}"


def version_of(key: str) -> str | None:
    """The version that a sum keeps."""
    return key[1:] or "" if key else None


class Told(NamedTuple):
    """What sums tell a row apart by, with the reason as a code."""

    user_id: str
    service: str
    provider: str
    model_id: str
    prompt_version: str | None
    status: str
    reason: str | None


class Rollup:
    """What the rows settled in one transaction add to the sums."""

    def __init__(self) -> None:
        self._added: dict[SumKey, list[int]] = {}

    def add(self, told: Told, *, day: int, amounts: Sequence[int]) -> None:
        """A settled row of that day since the epoch; its amounts in the order of `SUMMED`."""
        texts = {name: getattr(told, name) or NOTHING for name in TOLD_APART}
        texts["prompt_version"] = version_key(told.prompt_version)
        for kind in KINDS:
            parts = (texts[name] if name in kind.columns else NOTHING for name in TOLD_APART)
            key: SumKey = (kind.name, day, *parts)  # type: ignore[assignment]  # seven of them
            known = self._added.get(key)
            self._added[key] = list(amounts) if known is None else list(map(add, known, amounts))

    def rows(self) -> list[dict[str, object]]:
        """What to add to which sums, in the order in which everyone takes them."""
        return [dict(zip((*KEY, *SUMMED), (*key, *self._added[key]), strict=True)) for key in sorted(self._added)]
