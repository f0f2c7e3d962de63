"""What a run uses and which family it is of, by what it lists, or else by the words of its name."""

from collections.abc import Iterator
from functools import lru_cache

from domain.backtest import StrategyType, TestedStrategy
from domain.lexer import read_words
from domain.vocabulary import LEXICON, Kind, indicator_named, squeezed
from domain.vocabulary_indicators import INDICATORS, MEANT, OTHER_INDICATORS, SPOKEN

_REMEMBERED = 8_192


def indicators_of(strategy: TestedStrategy) -> tuple[str, ...]:
    """The indicators as listed, and by our names where they are others; empty where nothing says any.

    A run that lists none that we know is known by its name, then by the names of its parameters.
    """
    return _indicators(strategy.indicators, strategy.name, tuple(strategy.parameters))


def type_of(strategy: TestedStrategy) -> StrategyType | None:
    """The family as recorded, else the one that its name says."""
    return strategy.type if strategy.type is not None else _family_in(strategy.name)


@lru_cache(maxsize=_REMEMBERED)
def _indicators(listed: tuple[str, ...], name: str, parameters: tuple[str, ...]) -> tuple[str, ...]:
    known = [ours for stored in listed for ours in _known(stored)]
    known = known or list(_in_name(name)) or [ours for each in parameters for ours in _known(each.partition("_")[0])]
    folded = {stored.casefold() for stored in listed}
    return (*listed, *(ours for ours in dict.fromkeys(known) if ours not in folded))


def _known(stored: str) -> Iterator[str]:
    """Our names for what an engine calls an indicator: one, or none."""
    term = LEXICON.get(squeezed(stored.partition("(")[0]).rstrip("0123456789"))
    if term is not None and term.kind is Kind.INDICATOR:
        yield from MEANT.get(term.word, (term.word,))
    elif (kind := indicator_named(stored)) is not None:
        yield kind


def _in_name(name: str) -> Iterator[str]:
    for token in read_words(name).tokens:
        spoken = SPOKEN.get(squeezed(name[token.start : token.end]))
        if token.kind is Kind.INDICATOR or spoken is not None:
            word = spoken or token.word
            yield from MEANT.get(word, (word,))


@lru_cache(maxsize=_REMEMBERED)
def _family_in(name: str) -> StrategyType | None:
    families = {token.word for token in read_words(name).tokens if token.kind is Kind.FAMILY}
    return StrategyType(families.pop()) if len(families) == 1 else None


def our_indicators() -> tuple[str, ...]:
    """Every name under which we know an indicator."""
    return (*(str(kind) for kind in INDICATORS if kind not in MEANT), *OTHER_INDICATORS)
