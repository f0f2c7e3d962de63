"""What a search finds, and what of it goes into a prompt."""

from dataclasses import dataclass
from enum import StrEnum

from domain.backtest import Backtest
from domain.errors import InvalidQuestion, Violation
from domain.filters import Filter
from domain.ordering import Order

DEFAULT_TOP_K = 5
MAX_TOP_K = 100
MAX_FILTERS = 100
MAX_QUESTION_LENGTH = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """A question with its settings. Raises: InvalidQuestion, with everything that is out of range."""

    query: str
    top_k: int = DEFAULT_TOP_K
    min_similarity: float | None = None
    filters: tuple[Filter, ...] = ()

    def __post_init__(self) -> None:
        wrong = []
        if not self.query.strip() or "\0" in self.query or len(self.query) > MAX_QUESTION_LENGTH:
            message = f"must have 1 to {MAX_QUESTION_LENGTH} characters, and no NUL"
            wrong.append(Violation(field="query", message=message))
        if not 1 <= self.top_k <= MAX_TOP_K:
            wrong.append(Violation(field="top_k", message=f"must be from 1 to {MAX_TOP_K}, and is {self.top_k}"))
        if self.min_similarity is not None and not -1 <= self.min_similarity <= 1:
            wrong.append(Violation(field="min_similarity", message="must be a cosine, from -1 to 1"))
        if wrong:
            raise InvalidQuestion(*wrong)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A backtest that answers, by rank from 1. `similarity` is cosine, None where none was reckoned.

    `score` is how well it does, from its places by meaning and by words: 1 is the first place in both, 0 is that it
    meets conditions alone. It decides where the question asks for no order and no family.
    """

    rank: int
    score: float
    similarity: float | None
    backtest: Backtest


class Degraded(StrEnum):
    """What a search had to do without."""

    WORDS_ONLY = "words_only"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchAnswer:
    """What was found, what was executed, what could not be, and how many of the user's runs cannot be found yet.

    `applied_order` is by what the results are sorted; None where that is how well they answer, or, of a question with
    nothing but conditions, when they were recorded, the latest first. `total` is how many runs meet the conditions,
    None where there were none. `degraded` says that meaning could not be searched.
    """

    results: tuple[Found, ...]
    applied_filters: tuple[Filter, ...]
    unapplied_constraints: tuple[str, ...]
    pending: int = 0
    applied_order: Order | None = None
    total: int | None = None
    degraded: Degraded | None = None


class ContextKind(StrEnum):
    """What a context was made from."""

    BACKTEST = "backtest"
    STRATEGY = "strategy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """A text that went into a prompt, and where it is from."""

    kind: ContextKind
    id: str
    similarity: float | None
    text: str
