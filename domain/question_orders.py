"""Superlatives, rankings and counts: `best sharpe`, `수익률이 가장 높은 3개`, `top 5 by Sharpe`."""

import re

from domain import vocabulary_words as words
from domain.numbers import Unit
from domain.ordering import Order
from domain.question_claims import Claim, Sentence, compiled
from domain.question_negation import governed
from domain.vocabulary import Kind
from domain.vocabulary_metrics import LOSS

_ORDERS = tuple(
    map(
        compiled,
        (
            r"(?:M~)?Q~(?:(?:Q|q|M|o|N(?!~C))~)*(?<=[QqMoN])",
            r"M~q(?:~[qQN])*",
            r"(?P<n>N)~Q(?:~[QqMo])*",
        ),
    )
)
_COUNTS = (compiled(r"(?<![IRHMrNc=])(?P<n>N)(?P<o>o)?"),)
_SMALLER_IS_BETTER = frozenset({LOSS, "max_drawdown", "volatility", "fees_paid"})


def read_orders(sentence: Sentence) -> None:
    """Claims rankings that name one figure and a direction, and how many are wanted; shows every other one."""
    ordered = limited = False
    for match in sentence.matches(*_ORDERS):
        claim = _claim(sentence, match)
        if (claim.order and ordered) or (claim.limit and limited):
            claim = Claim(first=match.start(), last=match.end(), unapplied=True)
        ordered, limited = ordered or claim.order is not None, limited or claim.limit is not None
        sentence.claim(claim)
        if claim.order is None and claim.limit is not None:
            _show_words(sentence, match)
    for match in sentence.matches(*_COUNTS):
        counted = sentence.text_of(match.start("n")).endswith("개") or match["o"] is not None
        if counted and _whole(sentence, match.start("n")) is not None:
            limit = (
                _limit(sentence, match.start(), match.end()) if match["o"] or _follows_runs(sentence, match) else None
            )
            limit = None if limited else limit
            limited = limited or limit is not None
            sentence.claim(Claim(first=match.start(), last=match.end(), unapplied=limit is None, limit=limit))


def _follows_runs(sentence: Sentence, match: re.Match[str]) -> bool:
    return match.start() > 0 and sentence.words.letters[match.start() - 1] == Kind.COUNTED


def _claim(sentence: Sentence, match: re.Match[str]) -> Claim:
    """What a ranking asks for; unapplied where it is negated, or its figure or its direction is not said."""
    first, last = match.span()
    around = governed(sentence, first, last, adnominal=False)
    if around.negations != 0:
        return Claim(first=around.first, last=around.last, unapplied=True)
    counted = "N" in match[0]
    limit = _limit(sentence, first, last)
    order = _order(sentence, first, last)
    if (counted and limit is None) or (order is None and limit is None):
        return Claim(first=first, last=last, unapplied=True)
    return Claim(first=first, last=last, order=order, limit=limit)


def _show_words(sentence: Sentence, match: re.Match[str]) -> None:
    """`top 3` says how many, and not by what."""
    for i in range(*match.span()):
        if sentence.words.letters[i] in "Qq":
            sentence.claim(Claim(first=i, last=i + 1, unapplied=True))


def _order(sentence: Sentence, first: int, last: int) -> Order | None:
    inside = range(first, last)
    figures = {sentence.words.tokens[i].word for i in inside if sentence.letters[i] == Kind.METRIC}
    said = [sentence.text_of(i).lower() for i in inside if sentence.letters[i] in "Qq"]
    superlative = any(sentence.letters[i] == Kind.ORDER for i in inside) or "순" in said
    if len(figures) != 1 or not superlative:
        return None
    figure = figures.pop()
    descending = _is_descending(said, better_is_smaller=figure in _SMALLER_IS_BETTER)
    if descending is None:
        return None
    if figure == LOSS:
        return Order(field="total_return", descending=not descending)
    return Order(field=figure, descending=descending)


def _is_descending(said: list[str], *, better_is_smaller: bool) -> bool | None:
    """By the words that say high or low, else by those that say good or bad; None where they disagree."""
    text = " ".join(said)
    high, low = (any(word in text for word in group) for group in (words.HIGH, words.LOW))
    if high != low:
        return high
    if high:
        return None
    bad = any(word in text for word in words.BAD)
    good = any(word in text for word in words.GOOD)
    if good and bad:
        return None
    return bad if better_is_smaller else not bad


def _limit(sentence: Sentence, first: int, last: int) -> int | None:
    """The one count in these tokens."""
    numbers = [i for i in range(first, last) if sentence.letters[i] == Kind.NUMBER]
    return _whole(sentence, numbers[0]) if len(numbers) == 1 else None


def _whole(sentence: Sentence, index: int) -> int | None:
    number = sentence.words.tokens[index].number
    if number is None or number.unit not in (Unit.PLAIN, Unit.COUNT):
        return None
    return int(number.value) if number.value.is_integer() and number.value >= 1 else None
