"""Where the numbers of a request belong: to an indicator, a threshold, the risk, or nowhere."""

import re
from dataclasses import dataclass, field

from domain.filters import FilterOp
from domain.idea_clauses import Clauses
from domain.idea_risk import risk_value
from domain.idea_words import AVERAGES, LEVELLED, Mention, bars, fits, is_length
from domain.indicators import IndicatorKind
from domain.lexer_tokens import Words
from domain.numbers import Number, Unit
from domain.strategy import ConditionOp, Direction
from domain.vocabulary import Kind
from domain.vocabulary_parameters import SLOTS

NEIGHBOURHOOD = 40
"""How many words around a number may say whose it is; bounded, so that no text takes long."""
_GLUE = "[JV]*"
_RISK_LEFT = re.compile(r"K[JVPq=]*x?[JVP]*$")
_RISK_RIGHT = re.compile(rf"{_GLUE}K")
_RISK_OF_NEXT = re.compile(r"K[JVPq=]*N")
_COMPARED_RIGHT = re.compile(r"J*(?:[CX]|P(?=[JV]*[ED]))")
_COMPARED_LEFT = re.compile(r"([PX])[JV]*$")
_ACTED_LEFT = re.compile(r"E[JV]*$")
_PARAMETER_LEFT = re.compile(r"R[JVcr]*$")
# `14 oversold 30`: a word between two numbers belongs to the second, unless a word follows that one as well.
_PARAMETER_RIGHT = re.compile(rf"{_GLUE}R(?!{_GLUE}N(?:[JVc]*R{_GLUE}N)*(?![JVc]*R))")
_DIRECT_LEFT = re.compile(r"[IHF][JVc]*$")
_LISTED_LEFT = re.compile(r"[IHF][JVcAOr]*(?:N[JVcAOr]*)*$")
_DIRECT_RIGHT = re.compile(r"[JV]*[IHF]")
_LISTED_RIGHT = re.compile(r"(?:[JVAcOr]*N)*[JV]*x?[JV]*[IHFh]")
_PAIR = re.compile(r"N[cr]N(?![cr]+N)")
_OSCILLATORS = (IndicatorKind.RSI, IndicatorKind.STOCHASTIC)
_MIDDLE = 50
_LEAST_LEVEL, _ROUND = 20, 5
_CHAIN = re.compile(r"[crAJ]+$")
_OPS = {
    FilterOp.GE: ConditionOp.GE, FilterOp.GT: ConditionOp.GT, FilterOp.LE: ConditionOp.LE, FilterOp.LT: ConditionOp.LT,
}  # fmt: skip
_SIDES = {"lower": ConditionOp.LT, "upper": ConditionOp.GT, "threshold": ConditionOp.GT}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedLevel:
    """A threshold as it was read."""

    kind: IndicatorKind
    op: ConditionOp
    value: float
    enters: bool | None


@dataclass(slots=True, kw_only=True)
class Placement:
    """Where the numbers went."""

    mentions: list[Mention]
    levels: list[PlacedLevel] = field(default_factory=list)
    risk: dict[str, float] = field(default_factory=dict)
    unplaced: list[str] = field(default_factory=list)


def place_numbers(words: Words, mentions: list[Mention], clauses: Clauses) -> Placement:
    """Every number of the text in one place; mentions are filled."""
    placer = _Placer(words, mentions, clauses)
    for i, token in enumerate(words.tokens):
        if token.kind in (Kind.NUMBER, Kind.ASSIGNMENT) and token.number is not None:
            placer.place(i, token.number)
        elif token.kind is Kind.DATE:
            placer.placed.unplaced.append(words.text[token.start : token.end])
    placer.add_levels_of_mentions()
    return placer.placed


class _Placer:
    """Places one number after the other; each rule says whether it took the number."""

    def __init__(self, words: Words, mentions: list[Mention], clauses: Clauses) -> None:
        self.words = words
        self.clauses = clauses
        self.long = clauses.direction is not Direction.SHORT
        self.letters = words.letters
        self.placed = Placement(mentions=mentions)
        self.risks_used: set[int] = set()
        self.parameters_used: set[int] = set()
        self.chained: tuple[int, Mention] | None = None
        self.paired: set[int] = set()

    def place(self, at: int, number: Number) -> None:
        rules = (
            self._as_assigned,
            self._as_risk,
            self._as_deviations,
            self._as_level,
            self._as_pair,
            self._as_bare_level,
            self._as_parameter,
            self._as_length,
        )
        if not any(rule(at, number) for rule in rules):
            token = self.words.tokens[at]
            self.placed.unplaced.append(self.words.text[token.start : token.end].strip())

    def _left(self, pattern: re.Pattern[str], at: int) -> int | None:
        start = max(0, at - NEIGHBOURHOOD)
        match = pattern.search(self.letters[start:at])
        return start + match.start() if match else None

    def _right(self, pattern: re.Pattern[str], at: int) -> int | None:
        match = pattern.match(self.letters, at + 1, at + 1 + NEIGHBOURHOOD)
        return match.end() - 1 if match else None

    def _mention_at(self, index: int | None) -> Mention | None:
        return next((mention for mention in self.placed.mentions if mention.index == index), None)

    def _nearest(self, at: int, accepts: "tuple[IndicatorKind, ...]") -> Mention | None:
        """The last such mention before the number, else the first after it."""
        fitting = [mention for mention in self.placed.mentions if mention.kind in accepts]
        before = [mention for mention in fitting if mention.index < at]
        return before[-1] if before else next(iter(fitting), None)

    def _as_assigned(self, at: int, number: Number) -> bool:
        token = self.words.tokens[at]
        if token.kind is not Kind.ASSIGNMENT:
            return False
        name = token.word.rsplit(".", 1)[-1]
        slot = next((slot for slot, names in SLOTS.items() if name in names), None)
        return slot is not None and self._put(slot, at, number)

    def _as_risk(self, at: int, number: Number) -> bool:
        for index in (self._left(_RISK_LEFT, at), self._right(_RISK_RIGHT, at)):
            if index is not None and index not in self.risks_used and not (index > at and self._goes_on(index, number)):
                name = self.words.tokens[index].word
                value = risk_value(name, number)
                if value is not None and name not in self.placed.risk:
                    self.placed.risk[name] = value
                    self.risks_used.add(index)
                    return True
        return False

    def _goes_on(self, index: int, number: Number) -> bool:
        """`below 20 hold 5 days`: the word of risk belongs to the number behind it, which has its unit."""
        match = _RISK_OF_NEXT.match(self.letters, index)
        following = self.words.tokens[match.end() - 1].number if match else None
        return following is not None and number.unit is Unit.PLAIN and following.unit is not Unit.PLAIN

    def _as_deviations(self, at: int, number: Number) -> bool:
        named = self._left(_PARAMETER_LEFT, at)
        called = named is not None and self.words.tokens[named].word == "deviations"
        if number.unit is not Unit.DEVIATIONS and not (called and number.unit in (Unit.PLAIN, Unit.MULTIPLE)):
            return False
        mention = self._nearest(at, (IndicatorKind.BOLLINGER,))
        if mention is not None:
            return mention.put("deviations", number.value)
        return self._level(self._nearest(at, (IndicatorKind.ZSCORE,)), at, ConditionOp.LT, -abs(number.value))

    def _as_level(self, at: int, number: Number) -> bool:
        if number.unit not in (Unit.PLAIN, Unit.PERCENT, Unit.DEVIATIONS) or self._is_of_average(at):
            return False
        op = self._comparison(at)
        mention = self._nearest(at, LEVELLED)
        if op is None and self._left(_ACTED_LEFT, at) is not None and mention is not None and not self._compares(at):
            op = self._usual_op(mention.kind, entering=self.clauses.enters(at) is not False)
        return op is not None and self._level(mention, at, op, number.value)

    def _is_of_average(self, at: int) -> bool:
        sides = (self._right(_DIRECT_RIGHT, at), self._left(_DIRECT_LEFT, at))
        beside = [mention for mention in map(self._mention_at, sides) if mention is not None]
        return any(mention.kind in AVERAGES for mention in beside)

    def _compares(self, at: int) -> bool:
        """`buy 10 shares when RSI is below 30`: the clause has its comparison elsewhere."""
        return re.search("[PCX]", self.letters[slice(*self.clauses.span(at))]) is not None

    def _comparison(self, at: int) -> ConditionOp | None:
        for index in (self._right(_COMPARED_RIGHT, at), self._left(_COMPARED_LEFT, at)):
            if index is not None:
                token = self.words.tokens[index]
                crossing = token.kind is Kind.CROSS
                return ConditionOp(token.word) if crossing else _OPS.get(FilterOp(token.word))
        return None

    def _level(self, mention: Mention | None, at: int, op: ConditionOp, value: float) -> bool:
        if mention is None or not fits(mention.kind, "threshold", value):
            return False
        self.placed.levels.append(PlacedLevel(kind=mention.kind, op=op, value=value, enters=self.clauses.enters(at)))
        return True

    def _usual_op(self, kind: IndicatorKind, *, entering: bool) -> ConditionOp:
        """A long position is opened low and closed high; on a rate of change it follows."""
        upward = (entering == self.long) == (kind is IndicatorKind.ROC)
        return ConditionOp.GT if upward else ConditionOp.LT

    def _as_pair(self, at: int, number: Number) -> bool:
        """`RSI 30/70`: two numbers around the middle beside an oscillator are its levels."""
        mention = self._mention_at(self._left(_DIRECT_LEFT, at))
        if at in self.paired:
            return self._level(self._nearest(at, _OSCILLATORS), at, ConditionOp.GT, number.value)
        if mention is None or mention.kind not in _OSCILLATORS or not _PAIR.match(self.letters, at):
            return False
        between, other = self.words.tokens[at + 1], self.words.tokens[at + 2].number
        mark = self.words.text[between.start : between.end]
        plain = other is not None and number.unit is Unit.PLAIN and other.unit is Unit.PLAIN
        if mark not in "/-~" or other is None or not plain or not number.value < _MIDDLE < other.value:
            return False
        self.paired.add(at + 2)
        return self._level(mention, at, ConditionOp.LT, number.value)

    def _as_bare_level(self, at: int, number: Number) -> bool:
        """`매수 RSI 40`: the only number of a clause with a verb is a level, unless it looks like a length."""
        mention = self._mention_at(self._left(_DIRECT_LEFT, at))
        letters = re.sub(r"N[JV]*K|K[JVPq=]*x?[JVP]*N", "K", self.letters[slice(*self.clauses.span(at))])
        enters = self.clauses.enters(at)
        alone = letters.count("N") == 1 and not re.search("[PCX=]", letters)
        like_level = number.unit is Unit.PLAIN and number.value >= _LEAST_LEVEL and number.value % _ROUND == 0
        if mention is None or mention.kind not in _OSCILLATORS or enters is None or not (alone and like_level):
            return False
        return self._level(mention, at, self._usual_op(mention.kind, entering=enters), number.value)

    def _as_parameter(self, at: int, number: Number) -> bool:
        for index in (self._left(_PARAMETER_LEFT, at), self._right(_PARAMETER_RIGHT, at)):
            if index is not None and index not in self.parameters_used:
                self.parameters_used.add(index)
                return self._put(self.words.tokens[index].word, at, number)
        return False

    def _put(self, slot: str, at: int, number: Number) -> bool:
        """The number in a named slot: of the nearest mention that has it."""
        if slot in _SIDES:
            mention = self._nearest(at, LEVELLED)
            if mention is None and slot != "threshold":
                mention = Mention(kind=IndicatorKind.RSI, index=at)
                self.placed.mentions.append(mention)
            return self._level(mention, at, _SIDES[slot], _signed(mention, slot, number.value))
        if not is_length(slot, number):
            return False
        before = [m for m in reversed(self.placed.mentions) if m.index < at]
        after = [m for m in self.placed.mentions if m.index > at]
        return any(mention.put(slot, bars(number)) for mention in (*before, *after))

    def _as_length(self, at: int, number: Number) -> bool:
        mention = self._owner(at, number)
        slot = mention.slot() if mention is not None else None
        if mention is None or slot is None or not is_length(slot, number):
            return False
        value = _signed(mention, slot, number.value) if slot in ("lower", "upper", "threshold") else bars(number)
        return mention.put(slot, value)

    def _owner(self, at: int, number: Number) -> Mention | None:
        """Whose number it is: of a list that goes on, of the word beside it, of a word near it."""
        right = self._mention_at(self._right(_DIRECT_RIGHT, at))
        chained = self._chain(at, right)
        if chained is not None:
            self.chained = (at, chained)
            return chained
        left = self._mention_at(self._left(_DIRECT_LEFT, at))
        if left is not None and left.slot() is not None and (left.used() == 0 or right is None):
            self.chained = (at, left)
            return left
        listed = self._mention_at(self._right(_LISTED_RIGHT, at))
        if right is not None or listed is not None:
            return right or listed
        owner = self._mention_at(self._left(_LISTED_LEFT, at))
        self.chained = (at, owner) if owner is not None else None
        return owner or self._only_one(number)

    def _chain(self, at: int, right: Mention | None) -> Mention | None:
        if self.chained is None:
            return None
        before, mention = self.chained
        between = self.letters[before + 1 : at]
        listing = mention.kind in (IndicatorKind.MACD, IndicatorKind.STOCHASTIC)
        goes_on = _CHAIN.match(between) is not None or (listing and not between)
        slot = mention.slot()
        fitting = goes_on and slot is not None and (right is None or listing)
        return mention if fitting and slot is not None and self._in_unit(slot, at) else None

    def _in_unit(self, slot: str, at: int) -> bool:
        number = self.words.tokens[at].number
        return number is not None and is_length(slot, number)

    def _only_one(self, number: Number) -> Mention | None:
        """A span of bars where one indicator has no number yet can only be its length."""
        empty = [mention for mention in self.placed.mentions if mention.used() == 0]
        return empty[0] if len(empty) == 1 and number.unit is Unit.BARS else None

    def add_levels_of_mentions(self) -> None:
        """`RSI 14 (30/70)`: thresholds that were written beside their indicator."""
        for mention in self.placed.mentions:
            for slot, op in _SIDES.items():
                if slot in mention.params:
                    level = PlacedLevel(kind=mention.kind, op=op, value=mention.params[slot], enters=None)
                    self.placed.levels.append(level)


def _signed(mention: Mention | None, slot: str, value: float) -> float:
    """A z-score to buy at is below the mean, whether or not the minus was written."""
    below = mention is not None and mention.kind is IndicatorKind.ZSCORE and slot in ("lower", "threshold")
    return -abs(value) if below else value
