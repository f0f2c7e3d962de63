"""Years and periods: which runs a question about time is about."""

import re
from datetime import date

from domain.filters import Filter, FilterOp
from domain.question_claims import Claim, Sentence, compiled
from domain.question_negation import governed

_SPANS = (compiled(r"[UVB]{0,4}(?P<a>Y)[rUJVA]{1,4}(?P<b>Y)U?"), compiled(r"[UV]{0,4}(?P<a>Y)J*g"))
_BOUNDED = (compiled(r"(?P<u>U)V{0,3}(?P<a>Y)"), compiled(r"(?P<a>Y)(?P<u>U)"))
_ALONE = (compiled(r"(?P<a>Y)"),)


def read_dates(sentence: Sentence) -> None:
    """Claims years and periods. A year alone means the runs that went through it, a bound the runs inside of it."""
    for match in sentence.matches(*_SPANS):
        _claim(sentence, match, _span(sentence, match) if "b" in match.re.groupindex else ())
    for match in sentence.matches(*_BOUNDED):
        bound = sentence.token(match, "u").word
        _claim(sentence, match, (_bound(bound, *_days(sentence, match, "a")),))
    for match in sentence.matches(*_ALONE):
        _claim(sentence, match, _overlap(*_days(sentence, match, "a")))


def _claim(sentence: Sentence, match: re.Match[str], filters: tuple[Filter, ...]) -> None:
    """A time that is negated is no conjunction of filters: it is shown as unapplied."""
    around = governed(sentence, match.start(), match.end(), adnominal=False)
    if around.negations == 0 and filters:
        sentence.claim(Claim(first=match.start(), last=match.end(), filters=filters))
    else:
        sentence.claim(Claim(first=around.first, last=around.last, unapplied=True))


def _days(sentence: Sentence, match: re.Match[str], group: str) -> tuple[date, date]:
    return sentence.token(match, group).days or (date.min, date.max)


def _span(sentence: Sentence, match: re.Match[str]) -> tuple[Filter, ...]:
    first, last = sorted((_days(sentence, match, "a"), _days(sentence, match, "b")))
    if "A" in match[0] and "B" not in match[0]:
        return _overlap(first[0], last[1])
    return (_bound("since", *first), _bound("until", *last))


def _overlap(first: date, last: date) -> tuple[Filter, ...]:
    return (
        Filter(field="start", op=FilterOp.LE, value=last),
        Filter(field="end", op=FilterOp.GE, value=first),
    )


def _bound(bound: str, first: date, last: date) -> Filter:
    if bound == "since":
        return Filter(field="start", op=FilterOp.GE, value=first)
    if bound == "after":
        return Filter(field="start", op=FilterOp.GT, value=last)
    if bound == "until":
        return Filter(field="end", op=FilterOp.LE, value=last)
    return Filter(field="end", op=FilterOp.LT, value=first)
