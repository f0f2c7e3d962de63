"""What a question of a conversation asks for, with what it leaves unsaid taken from the turn before.

Deterministic: conditions are carried where the question has none, its words where it has nothing but conditions.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.backtest import METRIC_NAMES
from domain.conversation import Turn
from domain.filters import Filter
from domain.metric_text import higher_is_better
from domain.ordering import Order
from domain.question import Question, read_question
from domain.retrieval import MAX_QUESTION_LENGTH
from domain.vocabulary_metrics import METRICS

_WORST = ("worst", "최악", "가장 나쁜", "제일 나쁜", "가장 안 좋은", "제일 안 좋은")
_LEAST = ("lowest", "smallest", "least", "fewest", "minimum", "가장 작", "가장 낮", "가장 적", "제일 작", "제일 낮",
          "제일 적", "최저")  # fmt: skip
_MOST = ("highest", "largest", "biggest", "greatest", "most", "maximum", "가장 크", "가장 큰", "가장 높", "가장 많",
         "제일 크", "제일 큰", "제일 높", "제일 많", "최고")  # fmt: skip
_BEST = ("best", "가장 좋", "제일 좋", "가장 나은", "최상")


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """What is to be searched: words, the conditions `carried` from before, an order. `topic` is kept with the turn."""

    query: str
    topic: str
    carried: tuple[Filter, ...] = ()
    order: Order | None = None

    def notes(self, unapplied: Iterable[str]) -> tuple[str, ...]:
        """What the reader should know: conditions from before, the order, and what was not applied."""
        carried = [f"{condition.field} {condition.op} {_shown(condition.value)}" for condition in self.carried]
        said = [f"carried over: {', '.join(carried)}"] if carried else []
        if self.order is not None:
            said.append(f"ordered by {self.order.field}, {'highest' if self.order.descending else 'lowest'} first")
        left = [text for text in unapplied if order_in(text) is None]
        return (*said, *(f"not applied: {text}" for text in left))


def follow_up(question: str, before: Turn | None) -> FollowUp:
    """The question, understood after the turn before it."""
    read = read_question(question)
    order = _read_order(read) or next(filter(None, map(order_in, read.unapplied)), None)
    if before is None:
        return FollowUp(query=question, topic=question, order=order)
    topic = read_question(before.topic)
    if not read.filters and topic.filters:
        query = _bounded(f"{question} {topic.rest}", question)
        return FollowUp(query=query, topic=before.topic, carried=topic.filters, order=order)
    if not read.rest.strip():
        query = _bounded(f"{question} {topic.rest}", question)
        return FollowUp(query=query, topic=query, order=order)
    return FollowUp(query=question, topic=question, order=order)


def _read_order(question: Question) -> Order | None:
    order = question.order
    return order if order is not None and order.field in METRIC_NAMES else None


def order_in(text: str) -> Order | None:
    """The order that a superlative asks for (`lowest drawdown`, `샤프가 가장 높은`); None where there is none."""
    said = text.casefold()
    named = [(len(word), name) for name in METRIC_NAMES for word in METRICS[name].names if word in said]
    if not named:
        return None
    metric = max(named)[1]
    better_high = higher_is_better(metric) is not False
    for words, descending in ((_WORST, not better_high), (_LEAST, False), (_MOST, True), (_BEST, better_high)):
        if any(word in said for word in words):
            return Order(field=metric, descending=descending)
    return None


def _shown(value: object) -> str:
    return "/".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _bounded(text: str, otherwise: str) -> str:
    text = text.strip()
    return text if len(text) <= MAX_QUESTION_LENGTH else otherwise
