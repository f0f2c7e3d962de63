"""What a sentence about a comparison must not say: a figure from nowhere, of another run, or against the table."""

import re
from collections.abc import Iterator

from domain.backtest import Backtest
from domain.comparison import Comparison
from domain.comparison_criteria import spoken_criteria
from domain.comparison_words import shown_id
from domain.language import Language, language_of
from domain.metric_text import metric_value_text
from domain.unsupported import unsupported_numbers

_RECOMMENDS = re.compile(
    r"추천|권합|권장|최선|종합|recommend|best choice|best overall|overall|winner|prefer", re.IGNORECASE
)
_SUPERLATIVE = re.compile(
    r"가장|제일|최고|최저|\b(?:highest|lowest|most|least|best|worst|largest|smallest|fewest)\b", re.IGNORECASE
)


def unfit_sentence(sentence: str, comparison: Comparison, *, language: Language, question: str = "") -> str | None:
    """Why a model's sentence cannot stand beside the table, or None where it can."""
    if language_of(sentence) is not language:
        return "it was in another language"
    named = [run for run in comparison.runs if _names(sentence, run)]
    if not named:
        return "it named none of the runs"
    plain = _without_names(sentence, comparison)
    metrics = dict(spoken_criteria(plain))
    sources = [question, *_facts(comparison), *_figures(named, comparison, set(metrics), language)]
    strange = unsupported_numbers(plain, sources)
    if strange:
        return f"it said {strange[0]}, which the table does not"
    if _RECOMMENDS.search(sentence) and not _first_is_among(named, comparison):
        return f"it put {shown_id(named[0].backtest_id)} first, which the ranking does not"
    if _SUPERLATIVE.search(sentence) and len(named) == 1:
        return _wrong_extreme(named[0], metrics, comparison)
    return None


def _names(sentence: str, run: Backtest) -> bool:
    """Whether the run's id stands there: bt-1 is not in bt-12."""
    return re.search(rf"(?<![A-Za-z0-9]){re.escape(shown_id(run.backtest_id))}(?![A-Za-z0-9])", sentence) is not None


def _without_names(sentence: str, comparison: Comparison) -> str:
    """A name such as “profit taker 2” speaks of no metric and says no figure, nor do the runs' own dates."""
    for run in sorted(comparison.runs, key=lambda run: -len(run.backtest_id)):
        for name in (run.strategy.name, shown_id(run.backtest_id), run.start.isoformat(), run.end.isoformat()):
            sentence = sentence.replace(name, " ")
    return sentence


def _facts(comparison: Comparison) -> Iterator[str]:
    """What may be said of the runs beside their figures."""
    for run in comparison.runs:
        strategy = run.strategy
        yield f"{strategy.name} {' '.join(run.symbols)} {run.timeframe or ''}"
        yield f"{run.start.year} {run.end.year}"
        yield from (f"{name} {value}" for name, value in strategy.parameters.items())


def _figures(runs: list[Backtest], comparison: Comparison, metrics: set[str], language: Language) -> Iterator[str]:
    """The cells of these runs; where metrics are spoken of, of these metrics only."""
    ids = {run.backtest_id for run in runs}
    shown = [row for row in comparison.rows if row.metric in metrics] or list(comparison.rows)
    for row in shown:
        for cell in row.cells:
            if cell.backtest_id in ids:
                yield metric_value_text(row.metric, cell.value, language)


def _first_is_among(named: list[Backtest], comparison: Comparison) -> bool:
    top = comparison.ranking[0]
    first = {place.backtest_id for place in comparison.ranking if place.score == top.score}
    return named[0].backtest_id in first


def _wrong_extreme(run: Backtest, metrics: "dict[str, bool | None]", comparison: Comparison) -> str | None:
    for row in comparison.rows:
        higher = metrics.get(row.metric)
        values = [cell.value for cell in row.cells if cell.value is not None]
        if higher is None or not values:
            continue
        if getattr(run.metrics, row.metric) != (max(values) if higher else min(values)):
            return f"it said of {shown_id(run.backtest_id)} what the table does not"
    return None
