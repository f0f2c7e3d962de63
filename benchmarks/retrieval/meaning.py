"""What a question means, as whoever wrote it says: conditions, order, limit, and what is relevant."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.backtest import StrategyType

Value = str | float | int | bool | date | datetime
KINDS = frozenset({
    "rsi", "macd", "bollinger", "sma", "ema", "donchian", "roc", "stochastic", "atr", "zscore", "volume_sma", "cci",
    "adx",
})  # fmt: skip
ALSO_CALLED: Mapping[str, tuple[str, ...]] = {
    "momentum": ("roc",), "volume": ("volume_sma",), "ma": ("sma", "ema"), "bollinger_bands": ("bollinger",),
    "z-score": ("zscore",), "z_score": ("zscore",), "stoch": ("stochastic",), "turtle": ("donchian", "atr"),
}  # fmt: skip
"""Other words that a question file may use for kinds."""
TYPES = frozenset(map(str, StrategyType))


class Kind(StrEnum):
    """What sort of question it is. The last two have no answer."""

    CONDITION = "condition"
    ORDER = "order"
    SIMILARITY = "similarity"
    MIXED = "mixed"
    NO_ANSWER = "no_answer"
    FOREIGN = "foreign"

    @property
    def is_answerable(self) -> bool:
        """Whether the user has runs that answer it."""
        return self not in {Kind.NO_ANSWER, Kind.FOREIGN}

    @property
    def is_exact(self) -> bool:
        """Whether the answer is a set or a sequence that the data determine."""
        return self in {Kind.CONDITION, Kind.ORDER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One field compared with a value, or with a tuple for `in` and `not_in`."""

    field: str
    op: str
    value: Value | tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordering:
    """By which field, the highest first where `descending`."""

    field: str
    descending: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Relevance:
    """What the best answers are like; see `gold.grade`. `period` is a first and a last year."""

    kinds: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    symbols: frozenset[str] = frozenset()
    parameters: Mapping[str, float] | None = None
    period: tuple[int, int] | None = None

    def __bool__(self) -> bool:
        """Whether it says anything."""
        return bool(self.kinds or self.types or self.symbols or self.parameters or self.period)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What must hold of a run (`conditions`, `kinds`, `types`, `without_kinds`), and what makes one better."""

    conditions: tuple[Condition, ...] = ()
    kinds: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    without_kinds: frozenset[str] = frozenset()
    order: Ordering | None = None
    limit: int | None = None
    relevance: Relevance = Relevance()

    @property
    def is_conditional(self) -> bool:
        """Whether anything must hold."""
        return bool(self.conditions or self.kinds or self.types or self.without_kinds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of the evaluation; `user` is None where any will do for whom it has the answer that it should."""

    id: str
    language: str
    kind: Kind
    text: str
    meaning: Meaning
    user: str | None = None
    top_k: int | None = None
