"""A strategy from a request: what was asked for, what the nearest runs lend, what the field does by convention."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.backtest import Backtest, StrategyType
from domain.drafting_parts import Borrowed, Parts, parts_of
from domain.drafting_rules import Signals, signals_of
from domain.explanation import default_description, default_name
from domain.idea import StrategyIdea
from domain.language import Language
from domain.strategy import TIMEFRAMES, Direction, Match, Risk, Rule, StrategySpec

__all__ = ["DEFAULT_SYMBOL", "DEFAULT_TIMEFRAME", "Borrowed", "Draft", "draft_strategy"]

DEFAULT_SYMBOL = "SPX"
"""A broad index, where neither the request nor a run names a symbol."""

DEFAULT_TIMEFRAME = "1d"
DEFAULT_POSITION = 1.0
MAX_SYMBOLS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A strategy, what in it was taken from which run, and what was stated and found no place in it."""

    strategy: StrategySpec
    borrowed: tuple[Borrowed, ...] = ()
    unplaced: tuple[str, ...] = ()


def draft_strategy(idea: StrategyIdea, *, examples: Sequence[Backtest], language: Language) -> Draft:
    """A valid strategy for any idea; the same idea and examples (best first) give the same one."""
    parts = parts_of(idea, examples)
    symbols, symbols_lent = _symbols(idea, parts.examples)
    timeframe, timeframe_lent = _timeframe(idea, parts.examples)
    direction = idea.direction or Direction.LONG
    signals = signals_of(parts, direction)
    borrowed = (*parts.borrowed, *symbols_lent, *timeframe_lent)
    strategy = _named(
        idea, signals, _family(idea, parts, signals), symbols=symbols, timeframe=timeframe, language=language
    )
    unplaced = (*idea.unplaced, *parts.unplaced)
    left = tuple(dict.fromkeys((*unplaced, *_missing(idea, strategy, " ".join(unplaced)))))
    return Draft(strategy=strategy, borrowed=borrowed, unplaced=left)


def _missing(idea: StrategyIdea, strategy: StrategySpec, told: str) -> Iterator[str]:
    """The stated numbers that neither stand in the strategy nor are told already."""
    used = strategy.numbers()
    for number in idea.numbers:
        if not number.values & used and number.text not in told:
            yield number.text


def _named(
    idea: StrategyIdea,
    signals: Signals,
    family: StrategyType,
    *,
    symbols: tuple[str, ...],
    timeframe: str,
    language: Language,
) -> StrategySpec:
    """The strategy under the name and description that follow from it."""

    def spec(name: str, description: str) -> StrategySpec:
        return StrategySpec(
            name=name,
            description=description,
            type=family,
            symbols=symbols,
            timeframe=timeframe,
            indicators=signals.indicators,
            entry=Rule(match=Match.ALL, conditions=signals.entry),
            exit=Rule(match=Match.ANY, conditions=signals.exit),
            direction=idea.direction or Direction.LONG,
            risk=_risk(idea),
        )

    unnamed = spec("-", "")
    return spec(default_name(unnamed, language=language), default_description(unnamed, language=language))


def _risk(idea: StrategyIdea) -> Risk:
    return Risk(
        position_fraction=idea.risk.position_fraction or DEFAULT_POSITION,
        stop_loss=idea.risk.stop_loss,
        take_profit=idea.risk.take_profit,
        max_holding_bars=idea.risk.max_holding_bars,
    )


def _symbols(idea: StrategyIdea, examples: Sequence[Backtest]) -> tuple[tuple[str, ...], tuple[Borrowed, ...]]:
    if idea.symbols:
        return idea.symbols, ()
    if not examples:
        return (DEFAULT_SYMBOL,), ()
    symbols = tuple(dict.fromkeys(examples[0].symbols))[:MAX_SYMBOLS]
    lent = Borrowed(backtest_id=examples[0].backtest_id, what="symbols", value=", ".join(symbols))
    return symbols, (lent,)


def _timeframe(idea: StrategyIdea, examples: Sequence[Backtest]) -> tuple[str, tuple[Borrowed, ...]]:
    if idea.timeframe is not None:
        return idea.timeframe, ()
    for run in examples[:1]:
        if run.timeframe in TIMEFRAMES and run.timeframe is not None:
            return run.timeframe, (Borrowed(backtest_id=run.backtest_id, what="timeframe", value=run.timeframe),)
    return DEFAULT_TIMEFRAME, ()


def _family(idea: StrategyIdea, parts: Parts, signals: Signals) -> StrategyType:
    """What was asked for, if the rules can be called that."""
    wanted = idea.family or parts.family
    return wanted if wanted is not None and wanted in signals.families else signals.families[0]
