"""Superlatives and rankings: `best sharpe`, `수익률이 가장 높은 3개`, `top 5 by Sharpe`."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from domain import vocabulary_orders as words
from domain.lexer_tokens import Token
from domain.numbers import Unit
from domain.ordering import Order
from domain.question_amounts import SMALLER_IS_BETTER
from domain.question_claims import Claim, Sentence
from domain.question_negation import governed
from domain.question_singular import asks_for_one
from domain.vocabulary import Kind
from domain.vocabulary_metrics import LOSS, METRICS

_STRETCH = re.compile(r"[QqMfNo](?:[JVcAr_IFHhW]{0,12}[QqMfNo])*")
_TOPS = ("top", "탑", "톱", "상위")
_FIGURES = {words.RECENT: ("completed_at", True), words.OLDEST: ("completed_at", False)}


@dataclass(frozen=True, slots=True)
class _Phrase:
    """The words of one ranking: their places, what they say of a direction, the figures and the counts they name."""

    places: tuple[int, ...]
    senses: frozenset[str]
    figures: tuple[str, ...]
    counts: tuple[int | None, ...]
    ranked: bool

    @property
    def span(self) -> tuple[int, int]:
        return self.places[0], self.places[-1] + 1


def read_orders(sentence: Sentence) -> None:
    """Claims rankings that name one figure and a direction, and how many are wanted; shows every other one."""
    ordered = limited = False
    for match in _STRETCH.finditer(sentence.letters):
        for phrase in _phrases(sentence, match.start(), match.end()):
            order, limit, sound = _meaning(sentence, phrase)
            if _is_said_again(sentence, phrase):
                _claim(sentence, replace(phrase, senses=frozenset()), None, None)
            elif sound and not (order and ordered) and not (limit and limited):
                ordered, limited = ordered or order is not None, limited or limit is not None
                _claim(sentence, phrase, order, limit)
            else:
                _show(sentence, phrase)


def _is_said_again(sentence: Sentence, phrase: _Phrase) -> bool:
    """`승률 낮은 것 … 승률 45% 미만`: the figure is bounded elsewhere, and that says how low is meant."""
    letters = {sentence.letters[i] for i in phrase.places}
    if letters & set("QNf") or words.BY in phrase.senses or len(phrase.figures) != 1:
        return False
    figure = "total_return" if phrase.figures[0] == LOSS else phrase.figures[0]
    return any(condition.field == figure for claim in sentence.claims for condition in claim.filters)


def _phrases(sentence: Sentence, first: int, last: int) -> Iterator[_Phrase]:
    """The rankings in a stretch: one, or where it names more than one figure one between each two conjunctions."""
    whole = _phrase(sentence, [i for i in range(first, last) if sentence.letters[i] in "QqMfNo"])
    if len(whole.figures) < 2:  # noqa: PLR2004  # one ranking has one figure
        yield from (whole,) if whole.ranked else ()
        return
    places: list[int] = []
    for i in range(first, last + 1):
        ends = i == last or sentence.letters[i] in "cA" or _goes_on(sentence, i)
        if ends and places:
            phrase = _phrase(sentence, places)
            yield from (phrase,) if phrase.ranked else ()
            places = []
        if i < last and sentence.letters[i] in "QqMfNo":
            places.append(i)


def _goes_on(sentence: Sentence, at: int) -> bool:
    """`제일 높고` ends a ranking before what follows, `then by` begins another."""
    before = sentence.text_of(at - 1) if at and sentence.letters[at - 1] == Kind.ORDER_TAIL else ""
    return before.endswith("고") or sentence.text_of(at).lower().startswith("then")


def _phrase(sentence: Sentence, places: Sequence[int]) -> _Phrase:
    tokens = [sentence.words.tokens[i] for i in places]
    orders = [token for token in tokens if token.kind in (Kind.ORDER, Kind.ORDER_TAIL)]
    figures = [token.word for token in tokens if token.kind is Kind.METRIC]
    figures += [_FIGURES[token.word][0] for token in orders if token.word in _FIGURES]
    verbs = [token.word for token in tokens if token.kind is Kind.FIGURE_VERB]
    counts = [whole_count(token) for token in tokens if token.number is not None]
    senses = _senses(sentence, places, counted=bool(counts))
    superlative = any(token.kind is Kind.ORDER for token in orders) or words.BY in senses
    adjective = bool(figures) and any(token.kind is Kind.ORDER_TAIL and token.word for token in orders)
    return _Phrase(
        places=tuple(places),
        senses=senses | ({words.BY} if _begins(sentence, places[-1]) else frozenset()),
        figures=tuple(dict.fromkeys(figures or verbs)),
        counts=tuple(counts),
        ranked=superlative or adjective,
    )


def _senses(sentence: Sentence, places: Sequence[int], *, counted: bool) -> frozenset[str]:
    """What the words say of a direction; beside a bad one `top three` only counts."""
    found = [(sentence.words.tokens[i].word, i) for i in places if sentence.words.letters[i] in "Qq"]
    senses = frozenset(word for word, _ in found if word)
    tops = all(sentence.text_of(i).lower() in _TOPS for word, i in found if word == words.GOOD)
    return senses - {words.GOOD} if counted and words.BAD in senses and tops else senses


def _begins(sentence: Sentence, last: int) -> bool:
    """`낮은 것부터` sorts."""
    following = sentence.words.tokens[last + 1 : last + 2]
    return bool(following) and sentence.text_of(last + 1) == "부터"


def _meaning(sentence: Sentence, phrase: _Phrase) -> tuple[Order | None, int | None, bool]:
    """The order, the count, and whether that is all that it says: negated or with two figures it is not."""
    if governed(sentence, *phrase.span, adnominal=False, ranking=True).negations != 0 or len(phrase.figures) > 1:
        return None, None, False
    if len(phrase.counts) > 1 or None in phrase.counts:
        return None, None, False
    limit = phrase.counts[0] if phrase.counts else 1 if asks_for_one(sentence, phrase.span) else None
    letters = {sentence.letters[i] for i in phrase.places}
    if not phrase.figures:
        limit = phrase.counts[0] if phrase.counts else None
        return None, limit, limit is not None
    sorts = "Q" in letters or words.BY in phrase.senses or bool(phrase.counts)
    order = _order(phrase) if sorts else None
    return order, limit, order is not None


def _order(phrase: _Phrase) -> Order | None:
    figure = phrase.figures[0]
    for sense in phrase.senses & _FIGURES.keys():
        field, descending = _FIGURES[sense]
        return Order(field=field, descending=descending)
    if figure not in METRICS:
        return None
    descending_or_none = _direction(phrase.senses, better_is_smaller=figure in SMALLER_IS_BETTER)
    if descending_or_none is None:
        return None
    if figure == LOSS:
        return Order(field="total_return", descending=not descending_or_none)
    return Order(field=figure, descending=descending_or_none)


def _direction(senses: frozenset[str], *, better_is_smaller: bool) -> bool | None:
    """Whether the highest come first: by the words that say so, else by good and bad; None where they disagree."""
    down, up = words.DOWN in senses, words.UP in senses
    if down != up:
        return down
    high, low = words.HIGH in senses, words.LOW in senses
    if high != low:
        return high
    good, bad = words.GOOD in senses, words.BAD in senses
    if high or down or (good and bad) or (not good and not bad and words.BY not in senses):
        return None
    return bad if better_is_smaller else not bad


def _claim(sentence: Sentence, phrase: _Phrase, order: Order | None, limit: int | None) -> None:
    """Each word of the ranking, the first of them with what it says; one without a figure says only how many."""
    for place in phrase.places:
        shown = bool(phrase.senses) and order is None and sentence.letters[place] in "Qq" and _is_bare(sentence, place)
        first = place == phrase.places[0]
        sentence.claim(
            Claim(
                first=place,
                last=place + 1,
                unapplied=shown,
                order=order if first else None,
                limit=limit if first else None,
                words=sentence.words.slice(*phrase.span) if first else "",
            )
        )


def _is_bare(sentence: Sentence, place: int) -> bool:
    token = sentence.words.tokens[place]
    return (bool(token.word) and token.number is None) or token.kind is Kind.ORDER


def _show(sentence: Sentence, phrase: _Phrase) -> None:
    """As one where nothing else stands in between; one without a figure word by word."""
    around = governed(sentence, *phrase.span, adnominal=False, ranking=True)
    places = [place for place in phrase.places if sentence.letters[place] != Kind.COUNTED]
    first, last = places[0], places[-1] + 1
    if around.negations != 0:
        sentence.claim(Claim(first=around.first, last=around.last, unapplied=True))
    elif phrase.figures and "_" not in sentence.letters[first:last]:
        sentence.claim(Claim(first=first, last=last, unapplied=True))
    else:
        for place in places:
            sentence.claim(Claim(first=place, last=place + 1, unapplied=True))


def whole_count(token: Token) -> int | None:
    """How many a number says, where it can count runs."""
    number = token.number
    if number is None or number.unit not in (Unit.PLAIN, Unit.COUNT):
        return None
    return int(number.value) if number.value.is_integer() and number.value >= 1 else None
