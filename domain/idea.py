"""What a request for a strategy states, in Korean or English."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from domain.backtest import StrategyType
from domain.idea_clauses import clauses_of
from domain.idea_numbers import Placement, place_numbers
from domain.idea_retold import retold
from domain.idea_statements import Statement, statements_of
from domain.idea_words import bars, left_out, mentions_of
from domain.indicators import IndicatorKind
from domain.lexer import read_words
from domain.lexer_tokens import Words
from domain.numbers import PERCENT
from domain.strategy import ConditionOp, Direction
from domain.vocabulary import Kind

POSITION_OF_HALF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorIdea:
    """An indicator that is asked for, with the parameters that were stated; `for_exit` is one only to leave by."""

    kind: IndicatorKind
    params: Mapping[str, float] = field(default_factory=dict)
    for_exit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A stated threshold of an indicator; whether it enters or leaves is None where nobody said."""

    kind: IndicatorKind
    op: ConditionOp
    value: float
    enters: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskIdea:
    """What is stated about risk. Units: fractions; bars."""

    position_fraction: float | None = None
    stop_loss: float | None = None
    take_profit: float | None = None
    max_holding_bars: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedNumber:
    """A number of the request, and what it may be in a strategy: as a share, in bars, with its sign or without."""

    text: str
    values: frozenset[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyIdea:
    """A request for a strategy, taken apart. `unplaced` are the stated numbers and names that found no place."""

    text: str
    symbols: tuple[str, ...] = ()
    timeframe: str | None = None
    indicators: tuple[IndicatorIdea, ...] = ()
    levels: tuple[Level, ...] = ()
    statements: tuple[Statement, ...] = ()
    numbers: tuple[StatedNumber, ...] = ()
    family: StrategyType | None = None
    direction: Direction | None = None
    risk: RiskIdea = field(default_factory=RiskIdea)
    unplaced: tuple[str, ...] = ()


def read_idea(text: str) -> StrategyIdea:
    """What the request states; any text can be read. Every number has a place or is unplaced."""
    told = retold(read_words(text))
    words, clauses = told.words, clauses_of(told.words)
    negated = left_out(words)
    mentions, unknown = mentions_of(words, negated)
    placed = place_numbers(words, mentions, clauses)
    return StrategyIdea(
        text=text,
        symbols=_symbols(words, negated),
        timeframe=_first(words, negated, Kind.TIMEFRAME) or _first(words, negated, Kind.LOOSE_TIMEFRAME),
        indicators=_indicators(placed),
        levels=tuple(
            Level(kind=level.kind, op=level.op, value=level.value, enters=level.enters) for level in placed.levels
        ),
        statements=statements_of(words, placed.mentions, clauses),
        numbers=tuple(_numbers(words)),
        family=_family(words, negated),
        direction=clauses.direction,
        risk=_risk(words, placed),
        unplaced=tuple(dict.fromkeys((*unknown, *told.unusable, *placed.unplaced, *clauses.spare))),
    )


def _numbers(words: Words) -> Iterator[StatedNumber]:
    for token in words.tokens:
        if token.number is not None:
            value, share = token.number.value, token.number.fraction
            values = {value, share, value / PERCENT, bars(token.number)}
            text = words.text[token.start : token.end].strip()
            yield StatedNumber(text=text, values=frozenset(v for one in values for v in (one, abs(one), -abs(one))))


def _symbols(words: Words, negated: frozenset[int]) -> tuple[str, ...]:
    named = (t.word for i, t in enumerate(words.tokens) if t.kind is Kind.SYMBOL and i not in negated)
    return tuple(dict.fromkeys(named))


def _first(words: Words, negated: frozenset[int], kind: Kind) -> str | None:
    return next((t.word for i, t in enumerate(words.tokens) if t.kind is kind and i not in negated), None)


def _family(words: Words, negated: frozenset[int]) -> StrategyType | None:
    """The family that is named, else the one that is described."""
    hints = [t.word for t in words.tokens if t.kind is Kind.FAMILY_HINT]
    # "A dip in an uptrend" is about the dip.
    hint = StrategyType.MEAN_REVERSION if StrategyType.MEAN_REVERSION in hints else next(iter(hints), None)
    word = _first(words, negated, Kind.FAMILY) or hint
    if word is None and any(t.kind is Kind.PARAMETER and t.word == "lower" for t in words.tokens):
        return StrategyType.MEAN_REVERSION
    return StrategyType(word) if word is not None else None


def _indicators(placed: Placement) -> tuple[IndicatorIdea, ...]:
    ideas: list[IndicatorIdea] = []
    for mention in placed.mentions:
        for params, for_exit in mention.parameter_sets():
            idea = IndicatorIdea(kind=mention.kind, params=params, for_exit=for_exit)
            bare_again = not params and any(other.kind is idea.kind for other in ideas)
            if idea not in ideas and not bare_again:
                ideas.append(idea)
    named = {idea.kind for idea in ideas if idea.params}
    return tuple(idea for idea in ideas if idea.params or idea.kind not in named)


def _risk(words: Words, placed: Placement) -> RiskIdea:
    position = placed.risk.get("position_fraction")
    if position is None and Kind.HALF in words.letters:
        position = POSITION_OF_HALF
    bars = placed.risk.get("max_holding_bars")
    return RiskIdea(
        position_fraction=position,
        stop_loss=placed.risk.get("stop_loss"),
        take_profit=placed.risk.get("take_profit"),
        max_holding_bars=int(bars) if bars is not None else None,
    )
