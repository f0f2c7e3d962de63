"""What of many contexts goes into a prompt, so that it fits: the best whole, the others in one line."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from domain.backtest import Backtest
from domain.language import Language
from domain.metric_text import metric_label, metric_value_text
from domain.retrieval import Context
from domain.text import one_line

RANGED = ("total_return", "sharpe_ratio", "max_drawdown", "win_rate")
MAX_NAMED = 4
MAX_NAME = 20

Block = Callable[[int, Context], str]
"""A context by its number, as the prompt shows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """The contexts that go in, best first, and one line on those that do not; empty where all do, or nothing fits."""

    contexts: tuple[Context, ...]
    more: str = ""


def packed(
    contexts: Sequence[Context],
    runs: Sequence[Backtest],
    *,
    room: int,
    size: Callable[[str], int],
    block: Block,
    language: Language,
) -> Packed:
    """As many as fit into `room` together with the line on the others; `runs` are those of the contexts, in order.

    A context is never cut: the first that does not fit, and all after it, are told by counts and ranges alone.
    Units: `room` and `size` are tokens.
    """
    sizes = list(accumulate((size(block(i, context)) for i, context in enumerate(contexts, 1)), initial=0))
    if sizes[-1] <= room:
        return Packed(contexts=tuple(contexts))
    for count in reversed(range(len(contexts))):
        more = told_in_short(runs[count:], language=language)
        if sizes[count] + size(more) <= room:
            return Packed(contexts=tuple(contexts[:count]), more=more)
    return Packed(contexts=())


def told_in_short(runs: Sequence[Backtest], *, language: Language) -> str:
    """How many runs, between what and what their figures lie, on which symbols and in which years; in one line."""
    korean = language is Language.KOREAN
    count = f"그 밖에 {len(runs)}건" if korean else f"{len(runs)} more {'run' if len(runs) == 1 else 'runs'}"
    first, last = min(run.start for run in runs).year, max(run.end for run in runs).year
    symbols = list(dict.fromkeys(one_line(symbol, MAX_NAME) for run in runs for symbol in run.symbols))
    others = f" +{len(symbols) - MAX_NAMED}" if len(symbols) > MAX_NAMED else ""
    parts = [*_ranges(runs, language), f"{', '.join(symbols[:MAX_NAMED])}{others}", f"{first}-{last}"]
    return f"{count}: {'; '.join(parts)}"


def _ranges(runs: Sequence[Backtest], language: Language) -> Iterator[str]:
    for name in RANGED:
        values = [value for run in runs if (value := getattr(run.metrics, name)) is not None]
        if values:
            low, high = (metric_value_text(name, value, language) for value in (min(values), max(values)))
            between = "~" if language is Language.KOREAN else " to "
            yield f"{metric_label(name, language)} {low}" + (f"{between}{high}" if high != low else "")
