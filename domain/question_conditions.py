"""Conditions on figures: a metric, a comparator, a number, in any order that Korean and English allow."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from domain.filters import Filter, FilterOp
from domain.lexer_tokens import Token
from domain.numbers import SPANS, Unit
from domain.question_amounts import bound_filter, has_unit, range_filters, sign_filter
from domain.question_claims import Claim, Sentence, compiled
from domain.question_negation import Governed, flipped, governed
from domain.vocabulary import Kind
from domain.vocabulary_orders import BAD, HIGH, MOST

# A metric after the number belongs to it ("fewer than 50 trades"), unless that metric has a number of its own.
_NO_METRIC_OF_ITS_OWN = r"(?!~M(?!~(?:[xy]~)?[NPBs]))"
_SECOND = rf"(?:[JVcA]*(?P<n2>N)~(?P<c2>C){_NO_METRIC_OF_ITS_OWN})?"
_SECOND_BEFORE = rf"(?:[JVcA]*(?P<c2>P)~(?P<n2>N){_NO_METRIC_OF_ITS_OWN})?"
_PACE = "(?:~y)?"
# A number before its metric is not that of a metric before it.
_FREE = r"(?<!M)(?<!M[JVc])(?<!M[JVc][JVc])"
_CONDITIONS = tuple(
    map(
        compiled,
        (
            rf"(?P<m>M)J?(?P<and>A)V?(?P<m2>M)~(?:L~)?(?P<n1>N)~(?P<c1>C){_PACE}",
            rf"(?P<m>M)J?(?P<and>A)V?(?P<m2>M)~(?:L~)?(?P<c1>P)~(?P<n1>N){_NO_METRIC_OF_ITS_OWN}{_PACE}",
            rf"(?P<m>[Mf])~B~(?P<low>N)~[rA]~(?P<high>N){_PACE}",
            rf"(?P<m>[Mf])~(?:y~)?(?P<low>N)[rJA](?P<high>N)~W{_PACE}",
            rf"(?P<m>[Mf])~(?:y~)?(?P<low>N)[JV]*r[JV]*(?P<high>N)(?!~C){_PACE}",
            r"(?P<m>[Mf])~(?:y~)?(?P<low>N)J(?P<high>N)(?P<until>C)",
            rf"{_FREE}B~(?P<low>N)~[rA]~(?P<high>N){_PACE}~(?P<m>M){_PACE}",
            rf"{_FREE}(?P<low>N)[rJA](?P<high>N)~W~(?P<m>M){_PACE}",
            rf"{_FREE}(?P<low>N)r(?P<high>N)~(?P<m>M){_PACE}",
            r"(?P<m>M)~(?:G~)?(?P<s>s)(?!~M)",
            r"(?P<s>s)~(?P<m>M)(?!~(?:x~)?[NPBC])",
            rf"(?P<m>[Mf])~(?:[xyqr]~)?P?~(?P<n1>N)~(?:y~)?(?P<c1>C){_PACE}{_SECOND}",
            rf"(?P<m>[Mf])~(?:[xoyG]~){{0,2}}(?P<c1>P)~(?P<n1>N){_NO_METRIC_OF_ITS_OWN}{_PACE}{_SECOND_BEFORE}",
            rf"{_FREE}(?:y~)?P?~(?P<n1>N)~(?P<c1>C){_PACE}~(?P<m>M){_PACE}",
            rf"{_FREE}P?~(?P<n1>N)~(?P<c1>C){_PACE}~(?P<m>f)(?!~[NPB])",
            rf"{_FREE}(?P<c1>P)~(?P<n1>N){_PACE}~(?P<m>M){_PACE}",
            rf"{_FREE}(?P<n1>N)~(?P<m>M)~(?P<c1>C){_PACE}",
            r"(?P<c1>P)~(?P<m>M)~(?P<n1>N)(?!~C)",
        ),
    )
)
_UNCOMPARED = tuple(map(compiled, (r"(?P<m>M)~(?P<n1>N)(?!~[CM])", r"(?P<n1>N)(?P<m>M)")))
_SIGN_ALONE = (compiled(r"(?P<s>s)(?=[JV]*(?:[oczA_]|$))"),)
_ANDS = ("and", "&", "와", "과", "랑", "이랑", "하고", "및", "그리고")
_ZERO = re.compile("zero|[0영]")
_NEVER = re.compile(r"(?<![a-z])(?:never|cannot)(?![a-z])", re.IGNORECASE)
_RIVAL = re.compile("벤치|시장|지수|보유|대비|market|benchmark|index|buy and hold")
_CONNECTIVE = re.compile("이?면서|이?고(?![가-힣])|이?며|이?지만|인데")
_ADNOMINAL = re.compile("[는은긴큰게]$")


def read_conditions(sentence: Sentence) -> None:
    """Claims every condition on a metric; what cannot be meant is shown as unapplied, once all others are read."""
    for sound in (True, False):
        for match in _candidates(sentence, sound=sound):
            _claim(sentence, match)
    for match in sentence.matches(*_SIGN_ALONE):
        if not _ZERO.search(sentence.text_of(match.start()).lower()):
            _claim(sentence, match)


def _candidates(sentence: Sentence, *, sound: bool) -> Iterator[re.Match[str]]:
    """From left to right the first reading of each place that can be meant; or else any."""
    at = 0
    while at < len(sentence.letters):
        found = (match for pattern in _CONDITIONS if (match := pattern.match(sentence.letters, at)) is not None)
        match = next((m for m in found if not sound or _filters(sentence, m) is not None), None)
        if match is not None and match.end() > at:
            yield match
            at = match.end()
        else:
            at += 1


def _claim(sentence: Sentence, match: re.Match[str]) -> None:
    filters = _filters(sentence, match)
    span = filters is None and _is_span(sentence, match)
    around = _around(sentence, match)
    if filters is not None and _is_extreme(sentence, match, filters):
        around = replace(around, first=min(around.first, match.start() - 1))
    meant = _meant(filters, around.negations) if filters is not None else None
    sentence.claim(Claim(first=around.first, last=around.last, filters=meant or (), unapplied=meant is None, kept=span))


def _is_extreme(sentence: Sentence, match: re.Match[str], filters: tuple[Filter, ...]) -> bool:
    """`largest drawdown below 20%`: a drawdown that is kept of a run is its largest."""
    before = sentence.words.tokens[match.start() - 1] if match.start() else None
    deepest = before is not None and before.kind is Kind.ORDER and before.word in (HIGH, BAD, MOST)
    return deepest and filters[0].field == "max_drawdown" and sentence.letters[match.start()] == Kind.METRIC


def _around(sentence: Sentence, match: re.Match[str]) -> Governed:
    """The condition with the negations that govern it, `isn't` inside of it included."""
    text = sentence.words.slice(match.start(), match.end())
    tokens = sentence.words.tokens
    after = sentence.words.text[tokens[match.end() - 1].end :]
    adnominal = _ADNOMINAL.search(text) is not None or re.match("인(?!데)", after) is not None
    adnominal = adnominal or re.match("(?:이?라서|여서|이?니까|이기 때문에)", after) is not None
    around = governed(sentence, match.start(), match.end(), adnominal=adnominal)
    if around.negations is None:
        return around
    inside = sentence.letters[match.start() : match.end()].count("G") + len(_NEVER.findall(text))
    return replace(around, negations=around.negations + inside)


def _meant(filters: tuple[Filter, ...], negations: int | None) -> tuple[Filter, ...] | None:
    """The filters with the negations applied; None where that is no conjunction of filters."""
    if negations is None or (negations % 2 and len(filters) != 1):
        return None
    return tuple(map(flipped, filters)) if negations % 2 else filters


def read_uncompared(sentence: Sentence) -> None:
    """Shows a figure with a number and no comparator: nobody said whether more or less is meant.

    The capital that a run began with was chosen, and no trades are none: there equality is meant.
    """
    for match in sentence.matches(*_UNCOMPARED):
        metric, number = sentence.token(match, "m").word, sentence.token(match, "n1").number
        if not has_unit(metric, number):
            continue
        none = metric == "trade_count" and number is not None and number.value == 0
        equal = bound_filter(metric, FilterOp.EQ, number, set()) if none or metric == "initial_capital" else None
        around = governed(sentence, match.start(), match.end(), adnominal=True)
        meant = _meant((equal,), around.negations) if equal is not None else None
        if meant is None:
            sentence.claim(Claim(first=match.start(), last=match.end(), unapplied=True))
        else:
            sentence.claim(Claim(first=around.first, last=around.last, filters=meant))


def _filters(sentence: Sentence, match: re.Match[str]) -> tuple[Filter, ...] | None:
    """The filters of a condition; None where one of its numbers cannot be a value of the metric."""
    groups = {name: sentence.token(match, name) for name, found in match.groupdict().items() if found is not None}
    metric = groups["m"].word if "m" in groups else "total_return"
    paces = {sentence.words.tokens[i].word for i in range(*match.span()) if sentence.letters[i] == "y"}
    if _is_unsound(sentence, match, groups):
        return None
    if "s" in groups:
        return sign_filter(metric, groups["s"].word)
    if "low" in groups:
        return range_filters(metric, groups["low"].number, groups["high"].number, paces)
    made = []
    for each in (metric, groups["m2"].word) if "m2" in groups else (metric,):
        for n, c in (("n1", "c1"), ("n2", "c2")):
            if n in groups:
                said = sentence.text_of(match.start(c)).lower()
                made.append(bound_filter(each, groups[c].word, groups[n].number, paces, said=said))
    sound = tuple(condition for condition in made if condition is not None)
    return sound if len(sound) == len(made) else None


def _is_unsound(sentence: Sentence, match: re.Match[str], groups: Mapping[str, Token]) -> bool:
    """Whether the words around the numbers say that they belong together otherwise."""
    return (
        _counts(sentence, groups)
        or _is_of_the_won(sentence, match, groups)
        or ("and" in groups and sentence.text_of(match.start("and")).lower() not in _ANDS)
        or ("until" in groups and sentence.text_of(match.start("until")) != "까지")
        or _goes_on(sentence, match)
    )


def _counts(sentence: Sentence, groups: Mapping[str, Token]) -> bool:
    """`won more than 50 trades` says how many were won, not what share; nor does `시장을 5% 이상 이긴`."""
    verb = groups.get("m")
    if verb is None or verb.kind is not Kind.FIGURE_VERB or verb.word != "win_rate":
        return False
    numbers = [groups[name].number for name in ("n1", "n2", "low", "high") if name in groups]
    if _RIVAL.search(sentence.words.text.lower()):
        return True
    return any(number is not None and number.unit is not Unit.PERCENT and number.value > 1 for number in numbers)


def _is_of_the_won(sentence: Sentence, match: re.Match[str], groups: Mapping[str, Token]) -> bool:
    """`won more than 50 trades`: so many were won, of how many nobody says."""
    before = sentence.words.tokens[match.start() - 1] if match.start() else None
    won = before is not None and before.kind is Kind.FIGURE_VERB and before.word == "win_rate"
    return won and "m" in groups and groups["m"].word == "trade_count"


def _goes_on(sentence: Sentence, match: re.Match[str]) -> bool:
    """`10% 이하면서 샤프는`: a connective after the comparator, and the figure is that of another condition."""
    named = match.groupdict()
    if not named.get("c1") or not named.get("n1") or match.start("m") < match.start("c1"):
        return False
    tokens = sentence.words.tokens
    between = sentence.words.text[tokens[match.start("c1")].end : tokens[match.start("m")].start]
    return _CONNECTIVE.match(between) is not None


def _is_span(sentence: Sentence, match: re.Match[str]) -> bool:
    """`return over 20 days` says how long, not how much."""
    name = next((name for name in ("n1", "low") if name in match.re.groupindex), None)
    number = sentence.token(match, name).number if name is not None else None
    return number is not None and number.unit in SPANS
