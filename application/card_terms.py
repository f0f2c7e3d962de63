"""What cards say, as terms."""

from collections.abc import Sequence

from application.ports.analyzer import Analyzer
from domain.backtest import Backtest
from domain.card import passages
from domain.terms import terms_of


async def card_terms(runs: Sequence[Backtest], analyzer: Analyzer) -> list[tuple[str, ...]]:
    """The terms of each run's card; only what its user wrote is looked at by the analyzer.

    What templates write says each thing in several ways, so a passage of theirs counts each term once.
    """
    cards = [passages(run) for run in runs]
    written = list(dict.fromkeys(part.text for card in cards for part in card if part.written))
    read = dict(zip(written, await analyzer.terms(written), strict=True))
    return [
        tuple(
            term for part in card for term in (read[part.text] if part.written else dict.fromkeys(terms_of(part.text)))
        )
        for card in cards
    ]
