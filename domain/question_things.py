"""What a question names: symbols, indicators, families, bar lengths, parameters, each also negated."""

import re
from dataclasses import replace

from domain.backtest import StrategyType
from domain.filters import PARAMETER_PREFIX, Filter, FilterOp
from domain.question_claims import Claim, Sentence, compiled
from domain.question_negation import governed, is_negated
from domain.vocabulary import Kind, squeezed
from domain.vocabulary_indicators import CERTAIN_HINTS, MEANT
from domain.vocabulary_parameters import PARAMETER_NAMES

CERTAIN = frozenset(squeezed(form) for forms in CERTAIN_HINTS.values() for form in forms)
_FIELDS = {
    Kind.SYMBOL: "symbols",
    Kind.INDICATOR: "indicators",
    Kind.FAMILY: "strategy_type",
    Kind.TIMEFRAME: "timeframe",
}
_KINDS = {Kind.HINT: Kind.INDICATOR, Kind.LOOSE_TIMEFRAME: Kind.TIMEFRAME}
_NEGATED = tuple(
    map(
        compiled,
        (
            r"(?P<list>S(?:[AOc]{1,4}S)*)J{0,3}(?:[oLV]J{0,3}){0,2}g",
            r"(?P<list>I(?:[cN]{0,8}[AOc]{1,4}I)*)[cN]{0,8}J{0,3}(?:[oLV]J{0,3}){0,2}g",
            r"(?P<list>F(?:[AOc]{1,4}F)*)J{0,3}(?:[oLV]J{0,3}){0,2}g",
            r"(?P<list>[Tt])J{0,3}(?:oJ{0,3})?g",
            r"G~(?P<list>S(?:[AOc]{1,4}S)*|I(?:[AOc]{1,4}I)*|F(?:[AOc]{1,4}F)*|[Tt])",
        ),
    )
)
_NAMED = tuple(
    map(
        compiled,
        ("(?P<list>S)", "(?P<list>I)", "(?P<list>T)", "(?P<list>t)(?![JV]*[Mxf])", "(?P<list>F)", "(?P<list>H)"),
    )
)
_FAMILY = (compiled("F"),)
_ASSIGNED = (compiled("="),)
_LABELS = re.compile("[JV]{0,3}(?:[AO]F[JV]{0,3})?o")


def read_negations(sentence: Sentence) -> None:
    """Claims what is not wanted: `RSI 말고`, `excluding MACD`."""
    for match in sentence.matches(*_NEGATED):
        kind, members = _members(sentence, match)
        value = _values(kind, members)
        condition = Filter(field=_FIELDS[kind], op=FilterOp.NOT_IN, value=value)
        if len(value) == 1:
            condition = Filter(field=_FIELDS[kind], op=FilterOp.NE, value=value[0])
        stray = "N" in match[0]
        sentence.claim(Claim(first=match.start(), last=match.end(), filters=(condition,), unapplied=stray))


def _members(sentence: Sentence, match: re.Match[str]) -> tuple[Kind, list[str]]:
    inside = range(match.start("list"), match.end("list"))
    tokens = [sentence.words.tokens[i] for i in inside if sentence.letters[i] in "SIFTt"]
    return _KINDS.get(tokens[0].kind, tokens[0].kind), [token.word for token in tokens]


def _values(kind: Kind, members: list[str]) -> tuple[str, ...]:
    names = [name for word in members for name in (MEANT.get(word, (word,)) if kind is Kind.INDICATOR else (word,))]
    return tuple(dict.fromkeys(names))


def read_names(sentence: Sentence) -> None:
    """Claims what is named and wanted: any of those of a kind, or all indicators where it says together."""
    found: dict[Kind, list[tuple[int, str]]] = {}
    for match in sentence.matches(*_NAMED):
        token = sentence.token(match, "list")
        kind = _KINDS.get(token.kind, token.kind)
        if not _is_name(sentence, match.start()):
            continue
        if is_negated(sentence, match.start()):
            condition = Filter(field=_FIELDS[kind], op=FilterOp.NOT_IN, value=_values(kind, [token.word]))
            sentence.claim(Claim(first=match.start(), last=match.end(), filters=(condition,)))
            continue
        found.setdefault(kind, []).append((match.start(), token.word))
    together = Kind.TOGETHER in sentence.letters
    for kind, named in found.items():
        members = list(dict.fromkeys(word for _, word in named))
        groups = [[word] for word in members] if together and kind is Kind.INDICATOR else [members]
        filters = tuple(Filter(field=_FIELDS[kind], op=FilterOp.IN, value=_values(kind, group)) for group in groups)
        for place, (index, _) in enumerate(named):
            kept = kind in (Kind.INDICATOR, Kind.FAMILY)
            sentence.claim(Claim(first=index, last=index + 1, filters=() if place else filters, kept=kept))
    if together and Kind.INDICATOR in found:
        for index in (i for i, letter in enumerate(sentence.letters) if letter == Kind.TOGETHER):
            sentence.claim(Claim(first=index, last=index + 1, kept=True))


def _is_name(sentence: Sentence, at: int) -> bool:
    """Whether a word names outright: not a break-out that only says what happens, nor a cross of another indicator."""
    token = sentence.words.tokens[at]
    if token.kind is Kind.HINT:
        named = {other.word for other in sentence.words.tokens if other.kind is Kind.INDICATOR}
        return squeezed(sentence.text_of(at)) in CERTAIN and named <= {token.word, *MEANT.get(token.word, ())}
    if token.kind is Kind.FAMILY and token.word == StrategyType.BREAKOUT:
        before = sentence.words.letters[max(0, at - 1) : at]
        after = sentence.words.text[token.end : token.end + 2].strip()
        return before not in tuple("xNIHhRX") and not after.startswith(("하", "할", "시", "해", "했"))
    return True


def read_families(sentence: Sentence) -> tuple[StrategyType, ...]:
    """The families that are wanted, after all readers: what is negated of them is a filter, or unclear."""
    wanted = (
        sentence.words.tokens[match.start()].word
        for match in sentence.matches(*_FAMILY)
        if governed(sentence, match.start(), match.end(), adnominal=False).negations == 0
    )
    return tuple(dict.fromkeys(map(StrategyType, wanted)))


def soften_families(sentence: Sentence) -> None:
    """Where there is more to search for, a family hides no run unless it says what strategies are asked for."""
    families = [claim for claim in sentence.claims if sentence.words.letters[claim.first] == Kind.FAMILY and claim.kept]
    if any(_LABELS.match(sentence.words.letters, claim.last) for claim in families):
        return
    for claim in families:
        sentence.claims[sentence.claims.index(claim)] = replace(claim, filters=())


def read_assignments(sentence: Sentence) -> None:
    """Claims `length=14`: only there is the name of a parameter certain, and one we never heard of is shown."""
    for match in sentence.matches(*_ASSIGNED):
        token = sentence.words.tokens[match.start()]
        name = token.word.removeprefix(PARAMETER_PREFIX)
        known = token.word.startswith(PARAMETER_PREFIX) or name in PARAMETER_NAMES
        filters: tuple[Filter, ...] = ()
        if known and name and token.number is not None:
            filters = (Filter(field=PARAMETER_PREFIX + name, op=FilterOp.EQ, value=token.number.value),)
        sentence.claim(Claim(first=match.start(), last=match.end(), filters=filters, unapplied=not filters))
