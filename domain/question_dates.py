"""Years and periods: which runs a question about time is about."""

import re
from datetime import UTC, date, datetime, time, timedelta

from domain.filters import Filter, FilterOp
from domain.question_claims import Claim, Sentence, compiled
from domain.question_negation import governed

_EDGES = (
    compiled(r"(?P<e>e)[VJ]{0,3}(?P<a>Y)J{0,2}(?P<u>U)"),
    compiled(r"(?P<e>e)[VJ]{0,3}(?P<u>U)?[VJ]{0,3}(?P<a>Y)(?P<later>C)?"),
    compiled(r"(?P<a>Y)J{0,2}(?P<u>U)?[JV]{0,3}(?P<e>e)"),
)
_SPANS = (compiled(r"[UVB]{0,4}(?P<a>Y)[rUJVA]{1,4}(?P<b>Y)[UWC]?"), compiled(r"[UV]{0,4}(?P<a>Y)J*g"))
_BOUNDED = (compiled(r"(?P<u>U)V{0,3}(?P<a>Y)"), compiled(r"(?P<a>Y)J?(?P<u>U)"))
_ALONE = (compiled(r"(?P<a>Y)"),)
_OPS = {"since": FilterOp.GE, "after": FilterOp.GT, "until": FilterOp.LE, "before": FilterOp.LT}


def read_dates(sentence: Sentence) -> None:
    """Claims years and periods. A year alone means the runs that went through it, a bound the runs inside of it."""
    for match in sentence.matches(*_EDGES):
        _claim(sentence, match, _at_edge(sentence, match))
    for match in sentence.matches(*_SPANS):
        _claim(sentence, match, _span(sentence, match) if "b" in match.re.groupindex else ())
    for match in sentence.matches(*_BOUNDED):
        bound = sentence.token(match, "u").word
        if bound == "since" and _is_era(sentence, match):
            _claim(sentence, match, _overlap(*_days(sentence, match, "a")))
            continue
        _claim(sentence, match, (_bound(bound, *_days(sentence, match, "a")),))
    for match in sentence.matches(*_ALONE):
        _claim(sentence, match, _overlap(*_days(sentence, match, "a")))


def _is_era(sentence: Sentence, match: re.Match[str]) -> bool:
    """`from the nineties` is in them."""
    decade = sentence.token(match, "a").word in ("decade", "named", "short")
    return decade and sentence.text_of(match.start("u")).lower() == "from"


def _claim(sentence: Sentence, match: re.Match[str], filters: tuple[Filter, ...]) -> None:
    """A time that is negated is no conjunction of filters: it is shown as unapplied."""
    around = governed(sentence, match.start(), match.end(), adnominal=False)
    if around.negations == 0 and filters:
        sentence.claim(Claim(first=match.start(), last=match.end(), filters=filters))
    else:
        sentence.claim(Claim(first=around.first, last=around.last, unapplied=True))


def _days(sentence: Sentence, match: re.Match[str], group: str) -> tuple[date, date]:
    return sentence.token(match, group).days or (date.min, date.max)


def _at_edge(sentence: Sentence, match: re.Match[str]) -> tuple[Filter, ...]:
    """`started in 2009`, `2012년 이전에 끝난`, `completed after 2026-11-01`."""
    field = {"completed": "completed_at"}.get(sentence.token(match, "e").word, sentence.token(match, "e").word)
    first, last = _days(sentence, match, "a")
    bound = sentence.token(match, "u").word if match["u"] else ""
    later = match.groupdict().get("later")
    if later:
        bound = {FilterOp.GE: "since", FilterOp.LE: "until"}.get(FilterOp(sentence.token(match, "later").word), "?")
        if bound == "?":
            return ()
    if bound:
        day = first if bound in ("since", "before") else last
        return (_edge(field, _OPS[bound], day),)
    return (_edge(field, FilterOp.GE, first), _edge(field, FilterOp.LE, last))


def _edge(field: str, op: FilterOp, day: date) -> Filter:
    """A bound on a day; for a moment the day counts as a whole, in UTC."""
    if field != "completed_at":
        return Filter(field=field, op=op, value=day)
    whole = op in (FilterOp.LE, FilterOp.GT) and day < date.max
    moment = datetime.combine(day + timedelta(days=1) if whole else day, time(), UTC)
    return Filter(field=field, op={FilterOp.LE: FilterOp.LT, FilterOp.GT: FilterOp.GE}.get(op, op), value=moment)


def _span(sentence: Sentence, match: re.Match[str]) -> tuple[Filter, ...]:
    first, last = sorted((_days(sentence, match, "a"), _days(sentence, match, "b")))
    if "A" in match[0] and "B" not in match[0] and "W" not in match[0]:
        return _overlap(first[0], last[1])
    return (_bound("since", *first), _bound("until", *last))


def _overlap(first: date, last: date) -> tuple[Filter, ...]:
    return (
        Filter(field="start", op=FilterOp.LE, value=last),
        Filter(field="end", op=FilterOp.GE, value=first),
    )


def _bound(bound: str, first: date, last: date) -> Filter:
    field = "start" if bound in ("since", "after") else "end"
    return Filter(field=field, op=_OPS[bound], value=first if bound in ("since", "before") else last)
