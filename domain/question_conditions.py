"""Conditions on figures: a metric, a comparator, a number, in any order that Korean and English allow."""

import re
from dataclasses import replace

from domain.filters import Filter, FilterOp
from domain.lexer import Token
from domain.numbers import PERCENT, SPANS, Number, Unit
from domain.question_claims import Claim, Sentence, compiled
from domain.question_negation import Governed, flipped, governed
from domain.vocabulary_metrics import LOSS, METRICS

# A metric after the number belongs to it ("fewer than 50 trades"), unless that metric has a number of its own.
_NO_METRIC_OF_ITS_OWN = r"(?!~M(?!~(?:x~)?[NPB]))"
_SECOND = rf"(?:[JVcA]*(?P<n2>N)~(?P<c2>C){_NO_METRIC_OF_ITS_OWN})?"
_SECOND_BEFORE = rf"(?:[JVcA]*(?P<c2>P)~(?P<n2>N){_NO_METRIC_OF_ITS_OWN})?"
_CONDITIONS = tuple(
    map(
        compiled,
        (
            r"(?P<m>M)~B~(?P<low>N)~[rA]~(?P<high>N)",
            r"(?P<m>M)~(?P<low>N)[rJA](?P<high>N)~W",
            r"(?P<m>M)~(?P<low>N)r(?P<high>N)(?!~C)",
            r"B~(?P<low>N)~[rA]~(?P<high>N)~(?P<m>M)",
            r"(?P<low>N)[rJA](?P<high>N)~W~(?P<m>M)",
            r"(?P<low>N)r(?P<high>N)~(?P<m>M)",
            rf"(?P<m>M)~(?:x~)?P?~(?P<n1>N)~(?P<c1>C){_SECOND}",
            rf"(?P<m>M)~(?:[xo]~){{0,2}}(?P<c1>P)~(?P<n1>N){_NO_METRIC_OF_ITS_OWN}{_SECOND_BEFORE}",
            r"P?~(?P<n1>N)~(?P<c1>C)~(?P<m>M)",
            r"(?P<c1>P)~(?P<n1>N)~(?P<m>M)",
            r"(?P<n1>N)~(?P<m>M)~(?P<c1>C)",
        ),
    )
)
_UNCOMPARED = tuple(map(compiled, (r"(?P<m>M)~(?P<n1>N)(?!~[CM])", r"(?P<n1>N)(?P<m>M)")))
_MIRRORED = {
    FilterOp.GE: FilterOp.LE, FilterOp.LE: FilterOp.GE, FilterOp.GT: FilterOp.LT, FilterOp.LT: FilterOp.GT,
    FilterOp.EQ: FilterOp.EQ,
}  # fmt: skip
_CONTRACTED = re.compile(r"(?<=[a-z])n['’]t(?![a-z])|(?<![a-z])(?:never|cannot)(?![a-z])", re.IGNORECASE)
_ADNOMINAL = re.compile("[는은긴큰]$")


def read_conditions(sentence: Sentence) -> None:
    """Claims every condition on a metric; one whose value cannot be meant is shown as unapplied."""
    for match in sentence.matches(*_CONDITIONS):
        filters = _filters(sentence, match)
        span = filters is None and _is_span(sentence, match)
        around = _around(sentence, match)
        meant = _meant(filters, around.negations) if filters is not None else None
        sentence.claim(
            Claim(first=around.first, last=around.last, filters=meant or (), unapplied=meant is None, kept=span)
        )


def _around(sentence: Sentence, match: re.Match[str]) -> Governed:
    """The condition with the negations that govern it, `isn't` inside of it included."""
    text = sentence.words.slice(match.start(), match.end())
    tokens = sentence.words.tokens
    after = sentence.words.text[tokens[match.end() - 1].end :]
    adnominal = _ADNOMINAL.search(text) is not None or re.match("인(?!데)", after) is not None
    around = governed(sentence, match.start(), match.end(), adnominal=adnominal)
    if around.negations is None:
        return around
    return replace(around, negations=around.negations + len(_CONTRACTED.findall(text)))


def _meant(filters: tuple[Filter, ...], negations: int | None) -> tuple[Filter, ...] | None:
    """The filters with the negations applied; None where that is no conjunction of filters."""
    if negations is None or (negations % 2 and len(filters) != 1):
        return None
    return tuple(map(flipped, filters)) if negations % 2 else filters


def read_uncompared(sentence: Sentence) -> None:
    """Shows a figure with a number and no comparator: nobody said whether more or less is meant."""
    for match in sentence.matches(*_UNCOMPARED):
        number = sentence.token(match, "n1").number
        if number is not None and number.unit in METRICS[sentence.token(match, "m").word].units:
            sentence.claim(Claim(first=match.start(), last=match.end(), unapplied=True))


def _filters(sentence: Sentence, match: re.Match[str]) -> tuple[Filter, ...] | None:
    """The filters of a condition; None where one of its numbers cannot be a value of the metric."""
    metric = sentence.token(match, "m").word
    pairs = _range(sentence, match) if "low" in match.re.groupindex else _comparisons(sentence, match)
    made = tuple(_filter(metric, op, number) for op, number in pairs)
    sound = tuple(condition for condition in made if condition is not None)
    return sound if len(sound) == len(made) else None


def _range(sentence: Sentence, match: re.Match[str]) -> list[tuple[FilterOp, Number]]:
    low, high = _number(sentence.token(match, "low")), _number(sentence.token(match, "high"))
    if low.unit is Unit.PLAIN and high.unit is not Unit.PLAIN:
        low = Number(value=low.value, unit=high.unit, start=low.start, end=low.end)
    if low.fraction > high.fraction:
        low, high = high, low
    return [(FilterOp.GE, low), (FilterOp.LE, high)]


def _comparisons(sentence: Sentence, match: re.Match[str]) -> list[tuple[FilterOp, Number]]:
    pairs = []
    for n, c in (("n1", "c1"), ("n2", "c2")):
        if n in match.re.groupindex and match[n] is not None:
            op = FilterOp(sentence.token(match, c).word)
            pairs.append((op, _number(sentence.token(match, n))))
    return pairs


def _number(token: Token) -> Number:
    if token.number is None:
        raise AssertionError("a token of the kind number has a number")  # pragma: no cover  # the lexer's promise
    return token.number


def _is_span(sentence: Sentence, match: re.Match[str]) -> bool:
    """`return over 20 days` says how long, not how much."""
    names = [name for name in ("n1", "low") if name in match.re.groupindex]
    return _number(sentence.token(match, names[0])).unit in SPANS


def _filter(metric: str, op: FilterOp, number: Number) -> Filter | None:
    value = _amount(metric, number)
    if value is None:
        return None
    if metric == LOSS:
        return Filter(field="total_return", op=_MIRRORED[op], value=-value)
    if metric == "max_drawdown" and value < 0:
        return Filter(field=metric, op=_MIRRORED[op], value=-value)
    return Filter(field=metric, op=op, value=value)


def _amount(metric: str, number: Number) -> float | None:
    """The number as our records hold it; None where its unit, or its size, cannot be meant."""
    words = METRICS[metric]
    if number.unit not in words.units:
        return None
    value = number.fraction
    # A plain number above 1 on a share is a percentage: nobody asks for a win rate of 60 times.
    if words.share and number.unit is Unit.PLAIN and abs(value) > 1:
        value /= PERCENT
    return None if words.at_most_one and abs(value) > 1 else value
