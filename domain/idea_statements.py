"""Comparisons of series that a request states: the close with a band, an average with another, MACD with its signal."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from domain.idea_clauses import Clauses
from domain.idea_words import AVERAGES, Mention
from domain.indicators import IndicatorKind
from domain.lexer_tokens import Words
from domain.strategy import ConditionOp
from domain.vocabulary import Kind

_AFTER = re.compile(
    r"\)?(?:\s?(?:선|밴드|라인))?(?:\s?(?:을|를|이|가|은|는|의|과|와))?\s?(?:종가가\s|다시\s)?(?P<op>"
    r"(?P<cross_up>상향\s?(?:돌파|이탈|교차)|위로\s?(?:돌파|뚫|교차)|골든\s?크로스)|"
    r"(?P<cross_down>하향\s?(?:돌파|이탈|교차)|아래로\s?(?:돌파|뚫|교차|이탈)|데드\s?크로스)|"
    r"(?P<up>위(?!험)|이상|넘|초과|상회)|(?P<down>아래|밑|이하|미만|하회|이탈|깨|무너)|(?P<through>돌파|뚫))"
)
_BEFORE = re.compile(
    r"(?:(?P<cross_up>cross(?:es|ed|ing)?\s(?:back\s)?(?:above|over)|(?:breaks?|rises?)\sabove)|"
    r"(?P<cross_down>cross(?:es|ed|ing)?\s(?:back\s)?(?:below|under)|(?:falls?|drops?)\sbelow)|"
    r"(?P<up>above|over|outside|>=?|higher than)|(?P<down>below|under|beneath|<=?|lower than))"
    r"\s?(?:(?:the|its|their|a)\s)?(?:macd\s|bollinger\s)?$"
)
_ENGLISH_AFTER = re.compile(
    r"\s?(?:line\s)?(?:(?P<cross_up>golden cross|bullish cross)|(?P<cross_down>death cross|dead cross|bearish cross))"
)
_OPS = {
    "cross_up": ConditionOp.CROSSES_ABOVE,
    "cross_down": ConditionOp.CROSSES_BELOW,
    "up": ConditionOp.GT,
    "down": ConditionOp.LT,
}
_BANDS = re.compile(
    r"(?P<upper>상단|upper|top band)|(?P<lower>하단|lower|bottom band)|"
    r"(?P<middle>중간\s?선|중심\s?선|중앙\s?선|중간\s?밴드|middle|mid[\s-]?band)"
)
_SIGNAL = re.compile(r"시그널|signal")
_CROSSES = re.compile(
    r"(?P<cross_up>골든\s?크로스|골크|golden cross|bullish (?:macd )?cross)|"
    r"(?P<cross_down>데드\s?크로스|데크|(?:death|dead) cross|bearish (?:macd )?cross)"
)
_SIDES = {"upper": ConditionOp.GT, "lower": ConditionOp.LT, "middle": None}
WINDOW = 40
"""How many characters before a series may say how it is compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A stated comparison within one kind of indicator. `lengths` are those of averages, the left one first.

    `band` is the band that the close is compared with; `op` is None where only the place was named.
    """

    kind: IndicatorKind
    op: ConditionOp | None
    lengths: tuple[float, ...] = ()
    band: str | None = None
    enters: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clause:
    """A clause: its tokens, its stretch of the folded text, what is mentioned in it, and what it is about."""

    words: Words
    text: str
    first: int
    last: int
    enters: bool | None
    mentions: tuple[Mention, ...]

    @property
    def start(self) -> int:
        return self.words.tokens[self.first].start

    @property
    def end(self) -> int:
        return self.words.tokens[self.last - 1].end

    def crossing(self) -> ConditionOp | None:
        """A golden or a death cross."""
        match = _CROSSES.search(self.text, self.start, self.end)
        return _OPS[match.lastgroup or ""] if match else None

    def op_near(self, start: int, end: int, through: ConditionOp | None = None) -> ConditionOp | None:
        """The comparison right after the series in Korean, right before it in English."""
        after = _AFTER.match(self.text, end) or _ENGLISH_AFTER.match(self.text, end)
        match = after or _BEFORE.search(self.text[max(self.start, start - WINDOW) : start])
        if match is None:
            return None
        name = next(name for name, told in match.groupdict().items() if told and name != "op")
        return through if name == "through" else _OPS[name]


def statements_of(words: Words, mentions: list[Mention], clauses: Clauses) -> tuple[Statement, ...]:
    """What each clause states, in order."""
    folded = "".join(c.lower() if len(c.lower()) == 1 else c for c in words.text)
    kinds = frozenset(mention.kind for mention in mentions)
    average = next((mention.kind for mention in mentions if mention.kind in AVERAGES), None)
    found: list[Statement] = []
    for first, last, enters in clauses.spans:
        if last > first:
            inside = tuple(mention for mention in mentions if first <= mention.index < last)
            clause = _Clause(words=words, text=folded, first=first, last=last, enters=enters, mentions=inside)
            if IndicatorKind.BOLLINGER in kinds:
                found += _bands(clause)
            if average is not None:
                found += _averages(clause, average, crossed=IndicatorKind.MACD not in kinds)
            if IndicatorKind.MACD in kinds:
                found += _macd(clause)
    return tuple(dict.fromkeys(found))


def _bands(clause: _Clause) -> Iterator[Statement]:
    for match in _BANDS.finditer(clause.text, clause.start, clause.end):
        side = match.lastgroup or ""
        op = clause.op_near(match.start(), match.end())
        if op is not None or side != "middle" or clause.enters is False:
            yield Statement(kind=IndicatorKind.BOLLINGER, op=op or _SIDES[side], band=side, enters=clause.enters)


def _averages(clause: _Clause, usual: IndicatorKind, *, crossed: bool) -> Iterator[Statement]:
    """How the last average of the clause is compared, with the lengths in the order of the text; else a cross."""
    named = [mention for mention in clause.mentions if mention.kind in AVERAGES]
    lengths = tuple(dict.fromkeys(length for mention in named for length in mention.lengths))
    op = _op_of_average(clause, named[-1].index) if named else None
    if op is not None and len(lengths) in (1, 2) and len({m.kind for m in named if m.lengths}) == 1:
        yield Statement(kind=named[-1].kind, op=op, lengths=lengths, enters=clause.enters)
    elif crossed and (op := clause.crossing()) is not None:
        yield Statement(kind=usual, op=op, lengths=lengths if len(lengths) == 2 else (), enters=clause.enters)  # noqa: PLR2004  # a pair


def _op_of_average(clause: _Clause, index: int) -> ConditionOp | None:
    left, right, letters = index, index, clause.words.letters
    if letters[left - 1 : left] == Kind.NUMBER:
        left -= 1
    elif match := re.match(r"c?Nc?", letters[right + 1 :]):
        right += match.end()
    tokens = clause.words.tokens
    return clause.op_near(tokens[left].start, tokens[right].end, through=ConditionOp.CROSSES_ABOVE)


def _macd(clause: _Clause) -> Iterator[Statement]:
    """The line against its signal, as it is said of the signal, or of MACD where none is named."""
    own = [clause.words.tokens[m.index] for m in clause.mentions if m.kind is IndicatorKind.MACD]
    spans = [match.span() for match in _SIGNAL.finditer(clause.text, clause.start, clause.end)]
    ops = (
        clause.op_near(*span, through=ConditionOp.CROSSES_ABOVE) for span in (*spans, *((t.start, t.end) for t in own))
    )
    op = next((op for op in ops if op is not None), None) or clause.crossing()
    if op is not None:
        yield Statement(kind=IndicatorKind.MACD, op=op, enters=clause.enters)
