"""The clauses of a request: which stretch of it says when to enter, and which when to leave."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from domain.lexer_tokens import Token, Words
from domain.strategy import Direction
from domain.vocabulary import Kind


class Act(StrEnum):
    """What a verb asks for; whether to buy is to enter depends on the direction."""

    ENTER = "enter"
    LEAVE = "leave"
    BUY = "buy"
    SELL = "sell"
    SHORT = "short"


_BUYING = re.compile(r"buy|long|get.{0,4}in|매수|매입|사|산다|담|롱")
_SELLING = re.compile(r"sell|매도|팔|파는|판다|던")
_COVERING = re.compile(r"buy.*(?:cover|back)|cover|되사|환매|커버")
_NO_VERB = re.compile(r"전략|포지션|전용|strategy|position|side|only|bearish")
_STATES = frozenset({Kind.NUMBER, Kind.BEFORE, Kind.AFTER, Kind.CROSS, Kind.HINT, Kind.PARAMETER})
_STATED = re.compile(r"상단|하단|중간|중심|중앙|위로|위면|아래|밑|middle|upper|lower|돌파|뚫|터치")
_BARE_TELEGRAM = re.compile(r"[ED]N[^PCXJEDN]*")


@dataclass(slots=True, kw_only=True)
class _Piece:
    """The tokens from `first` up to and without `last`, and the verb that they go with."""

    first: int
    last: int
    act: Act | None = None
    states: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Clauses:
    """A request in clauses. `spare` are the words of a side that the strategy does not take."""

    spans: tuple[tuple[int, int, bool | None], ...]
    direction: Direction | None
    spare: tuple[str, ...] = ()

    def enters(self, at: int) -> bool | None:
        """Whether the token's clause enters (True), leaves (False), or does not say (None)."""
        return next((enters for first, last, enters in self.spans if first <= at < last), None)

    def span(self, at: int) -> tuple[int, int]:
        """The first token of the token's clause, and the one after its last."""
        return next(((first, last) for first, last, _ in self.spans if first <= at < last), (at, at + 1))


def clauses_of(words: Words) -> Clauses:
    """Every token in one clause, each clause with its verb."""
    pieces = [piece for first, last in _segments(words) for piece in _pieces(words, first, last)]
    _lend_verbs(pieces)
    direction, spare = _direction(words)
    long = direction is not Direction.SHORT
    spans = tuple((piece.first, piece.last, _enters(piece.act, long=long)) for piece in pieces)
    return Clauses(spans=spans, direction=direction, spare=spare)


def _enters(act: Act | None, *, long: bool) -> bool | None:
    if act is None:
        return None
    return act is Act.ENTER or (long and act is Act.BUY) or (not long and act in (Act.SELL, Act.SHORT))


def _segments(words: Words) -> Iterator[tuple[int, int]]:
    """Stretches between commas and stops; a comma in brackets or in a list of numbers ends nothing."""
    first = depth = 0
    for i, token in enumerate(words.tokens):
        text = words.text[token.start : token.end]
        depth = max(0, depth + (text in "([") - (text in ")]")) if token.kind is Kind.COMMA else depth
        listed = words.letters[max(0, i - 1) : i] == words.letters[i + 1 : i + 2] == Kind.NUMBER
        if token.kind is Kind.STOP or (text in (",", ":") and not depth and not listed):
            yield first, i + 1
            first = i + 1
    yield first, len(words.tokens)


def _pieces(words: Words, first: int, last: int) -> Iterator[_Piece]:
    """A segment cut at its verbs, which stand at the end of their piece or at its beginning."""
    verbs = [i for i in range(first, last) if _act(words, i) is not None]
    if not verbs:
        yield _Piece(first=first, last=last, states=_says(words, first, last))
        return
    leading = _verbs_lead(words, first, last, verbs)
    ends = [*verbs, last] if leading else [first, *(i + 1 for i in verbs)]
    if leading and verbs[0] > first:
        yield _Piece(first=first, last=verbs[0], states=_says(words, first, verbs[0]))
    for i, verb in enumerate(verbs):
        yield _Piece(first=ends[i], last=ends[i + 1], act=_act(words, verb), states=_says(words, ends[i], ends[i + 1]))
    if not leading and ends[-1] < last:
        yield _Piece(first=ends[-1], last=last, states=_says(words, ends[-1], last))


def _verbs_lead(words: Words, first: int, last: int, verbs: list[int]) -> bool:
    """English verbs stand before what they ask for unless nothing follows; Korean ones after it unless nothing does."""
    before, after = _says(words, first, verbs[0]), _says(words, verbs[-1] + 1, last)
    if "가" <= words.text[words.tokens[verbs[-1]].start] <= "힣":
        telegram = _BARE_TELEGRAM.fullmatch(words.letters, verbs[-1], last) is not None
        return after and (not before or telegram)
    return after or not before


def _says(words: Words, first: int, last: int) -> bool:
    """Whether these words state anything that a bar can meet; a number of the risk does not."""
    letters = re.sub(r"N[JV]*K|K[JVPq=]*x?[JVP]*N", lambda match: "K" * len(match[0]), words.letters)
    return any(Kind(letter) in _STATES for letter in letters[first:last]) or (
        last > first and _STATED.search(words.slice(first, last).lower()) is not None
    )


def _act(words: Words, at: int) -> Act | None:
    token = words.tokens[at]
    text = words.text[token.start : token.end].lower()
    if token.kind is Kind.DIRECTION:
        named = _NO_VERB.search(text) or words.letters[at + 1 : at + 2] == Kind.COUNTED
        return None if named else Act.SHORT if token.word == "short" else Act.BUY
    if token.kind is not Kind.ACTION:
        return None
    if _COVERING.search(text):
        return Act.LEAVE
    return _act_of(token, text)


def _act_of(token: Token, text: str) -> Act:
    if token.word == "entry":
        return Act.BUY if _BUYING.search(text) else Act.ENTER
    return Act.SELL if _SELLING.search(text) else Act.LEAVE


def _lend_verbs(pieces: list[_Piece]) -> None:
    """A verb alone between commas belongs to what stands beside it."""
    for i, piece in enumerate(pieces):
        if piece.act is None or piece.states:
            continue
        beside = (*pieces[max(0, i - 1) : i], *pieces[i + 1 : i + 2])
        taker = next((other for other in beside if other.act is None and other.states), None)
        if taker is not None:
            taker.act = piece.act


def _direction(words: Words) -> tuple[Direction | None, tuple[str, ...]]:
    """The side that is asked for. Of both sides the first is taken, and the other is told as spare."""
    acts = [(act, token) for i, token in enumerate(words.tokens) if (act := _act(words, i)) is not None]
    kinds = [act for act, _ in acts]
    sides = [t for t in words.tokens if t.kind is Kind.DIRECTION]
    if Act.BUY in kinds:  # a bearish cross may only be what ends a long position
        sides = [t for t in sides if words.text[t.start : t.end].lower() != "bearish"]
    named = {t.word: words.text[t.start : t.end] for t in sides}
    covering = any(_COVERING.search(words.text[t.start : t.end].lower()) for act, t in acts if act is Act.LEAVE)
    if "short" in named:
        first = next((act for act in kinds if act in (Act.BUY, Act.SHORT)), None)
        long_too = "long" in named or (first is Act.BUY and Act.SHORT in kinds)
        return (Direction.LONG, (named["short"],)) if long_too else (Direction.SHORT, ())
    if covering and Act.SELL in kinds and Act.BUY not in kinds:
        return Direction.SHORT, ()
    return (Direction.LONG if "long" in named else None), ()
