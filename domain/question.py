"""A question about backtests, in Korean or English: what can be executed, what is left to search by meaning."""

from dataclasses import dataclass

from domain.backtest import StrategyType
from domain.filters import Filter
from domain.lexer import read_words
from domain.ordering import Order
from domain.question_alternatives import show_alternatives, show_contradictions
from domain.question_claims import Claim, Sentence
from domain.question_conditions import read_conditions, read_uncompared
from domain.question_counts import read_counts
from domain.question_dates import read_dates
from domain.question_descriptions import described_family
from domain.question_leftovers import read_loose_conditions, rest_of
from domain.question_orders import read_orders
from domain.question_outcomes import read_outcomes
from domain.question_phrases import read_bare_numbers, read_comparisons, read_eras, read_misspelled, read_relative_times
from domain.question_settings import read_settings, soften_settings
from domain.question_settings_named import read_named_settings
from domain.question_things import (
    read_assignments,
    read_families,
    read_names,
    read_negations,
    soften_families,
)
from domain.question_words import question_word

# The first reader that claims a word keeps it: the most certain readings come first.
_READERS = (
    read_assignments,
    read_conditions,
    read_dates,
    read_comparisons,
    read_eras,
    read_outcomes,
    read_negations,
    read_relative_times,
    read_settings,
    read_named_settings,
    read_names,
    read_orders,
    read_loose_conditions,
    read_uncompared,
    read_counts,
    read_bare_numbers,
    read_misspelled,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question, taken apart.

    `filters` are to be executed exactly, `rest` is to be searched by meaning, `unapplied` are the parts that look
    like a condition and could not be turned into one: they are shown to whoever asks, never dropped. `families` are
    preferred; one is a filter as well where it says which strategies are asked for, or there is nothing else to
    search for. `limit` is how many answers are wanted, `limit_words` where it says so.
    """

    text: str
    filters: tuple[Filter, ...] = ()
    rest: str = ""
    unapplied: tuple[str, ...] = ()
    families: tuple[StrategyType, ...] = ()
    order: Order | None = None
    limit: int | None = None
    limit_words: str = ""

    @property
    def only_conditions(self) -> bool:
        """Whether it can be answered exactly, by filters, an order or a count, with nothing left to search for."""
        asked = bool(self.filters) or self.order is not None or self.limit is not None
        return asked and not self.rest


def read_question(text: str) -> Question:
    """The question, taken apart; any text can be read. Every number ends in a filter, the rest or the unapplied."""
    sentence = Sentence(read_words(text, first=question_word))
    for read in _READERS:
        read(sentence)
    show_alternatives(sentence)
    show_contradictions(sentence)
    rest = rest_of(sentence)
    if rest:
        soften_families(sentence)
        soften_settings(sentence)
    claims = sorted(sentence.claims, key=lambda claim: claim.first)
    filters = tuple(dict.fromkeys(condition for claim in claims for condition in claim.filters))
    unapplied = tuple(_told(sentence, claim) for claim in claims if claim.unapplied)
    limited = next((claim for claim in claims if claim.limit is not None), None)
    return Question(
        text=text,
        filters=filters,
        rest=rest,
        unapplied=tuple(dict.fromkeys(unapplied)),
        families=read_families(sentence) or (described_family(rest) if rest else ()),
        order=next((claim.order for claim in claims if claim.order is not None), None),
        limit=limited.limit if limited is not None else None,
        limit_words=limited.words if limited is not None else "",
    )


def _told(sentence: Sentence, claim: Claim) -> str:
    """The words of what was not applied: of a ranking of which at least the count was, only its own."""
    whole = claim.words if claim.limit is None else ""
    return whole or sentence.words.slice(claim.first, claim.last)
