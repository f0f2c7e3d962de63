"""The closed list of figures that a report may state: metrics of the run, and what is computed from them here."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import median

from domain.backtest import METRIC_NAMES, Backtest
from domain.drafting_parts import kinds_of
from domain.language import Language
from domain.metric_text import higher_is_better, metric_label, metric_value_text
from domain.report import Figure

DAYS_A_YEAR = 365.25
SHORTEST_SHOWN_YEARS = 0.1
SHORTEST_YEAR_TO_DIVIDE_BY = 1.0
"""What happens in a shorter run says nothing of a year."""
HELD = (*METRIC_NAMES, "initial_capital", "final_equity")
COMPARED = tuple(name for name in METRIC_NAMES if higher_is_better(name) is not None and name != "fees_paid")
MAX_PEERS = 10


def held(run: Backtest, name: str) -> float | None:
    """A metric or an amount that the run holds; None where it does not."""
    value: float | None = (
        getattr(run, name) if name in ("initial_capital", "final_equity") else getattr(run.metrics, name)
    )
    return value


def years(run: Backtest) -> float | None:
    """How long the run is; None for one too short to be told in years."""
    length = (run.end - run.start).days / DAYS_A_YEAR
    return length if length >= SHORTEST_SHOWN_YEARS else None


def benchmark_gap(run: Backtest) -> float | None:
    """Return less that of the benchmark. Units: a fraction, read as percentage points."""
    benchmark = run.metrics.benchmark_return
    return None if benchmark is None else run.metrics.total_return - benchmark


def benchmark_distance(run: Backtest) -> float | None:
    """The same without its sign."""
    gap = benchmark_gap(run)
    return None if gap is None else abs(gap)


def exposure_years(run: Backtest) -> float | None:
    """How long a position was held in all."""
    length, share = years(run), run.metrics.exposure_time
    return None if length is None or share is None else length * share


def trades_per_year(run: Backtest) -> float | None:
    """Trades a year, of a run of at least one."""
    length, count = years(run), run.metrics.trade_count
    return None if length is None or count is None or length < SHORTEST_YEAR_TO_DIVIDE_BY else count / length


def return_over_drawdown(run: Backtest) -> float | None:
    """Total return over the deepest drawdown."""
    drawdown = run.metrics.max_drawdown
    return run.metrics.total_return / drawdown if drawdown else None


def fees_share(run: Backtest) -> float | None:
    """Fees over the capital at the start."""
    fees, capital = run.metrics.fees_paid, run.initial_capital
    return None if fees is None or capital is None else fees / capital


DERIVED: Mapping[str, Callable[[Backtest], float | None]] = {
    "years": years,
    "benchmark_gap": benchmark_gap,
    "benchmark_distance": benchmark_distance,
    "exposure_years": exposure_years,
    "trades_per_year": trades_per_year,
    "return_over_drawdown": return_over_drawdown,
    "fees_share": fees_share,
}
# Whose number format each has: that of the metric.
_FORMATS = {
    "benchmark_gap": "total_return", "benchmark_distance": "total_return", "return_over_drawdown": "sharpe_ratio",
    "fees_share": "total_return",
}  # fmt: skip
_POINTS = ("benchmark_gap", "benchmark_distance")
_LABELS: Mapping[str, tuple[str, str]] = {
    "years": ("시험 기간, 년", "length in years"),
    "benchmark_gap": ("총수익률에서 벤치마크 수익률을 뺀 값", "total return less the benchmark's"),
    "benchmark_distance": ("벤치마크와의 차이, 부호 없이", "distance to the benchmark, without a sign"),
    "exposure_years": ("포지션을 든 기간, 년", "years in the market"),
    "trades_per_year": ("한 해 거래 횟수", "trades a year"),
    "return_over_drawdown": ("총수익률 ÷ 최대낙폭", "total return over max drawdown"),
    "fees_share": ("수수료 ÷ 초기 자본", "fees over initial capital"),
    "peer_count": ("비슷한 내 백테스트 수", "number of similar runs"),
    "peer_median": ("비슷한 실행의 중앙값", "median of the similar runs"),
    "peer_best": ("비슷한 실행 중 가장 좋은 값", "best of the similar runs"),
    "peer_rank": ("이 실행까지 넣은 순위", "place of this run among them"),
    "peer_ranked": ("순위를 매긴 실행 수", "number of runs ranked"),
}  # fmt: skip


def label_of(name: str, language: Language) -> str:
    """What the figure of a slot is, in words."""
    if name in HELD:
        return metric_label(name, language)
    operation, _, metric = name.partition(".")
    label = _LABELS[operation][0 if language is Language.KOREAN else 1]
    return f"{metric_label(metric, language)}: {label}" if metric else label


def figures_of(run: Backtest, peers: Sequence[Backtest] | None, language: Language) -> dict[str, Figure]:
    """Every figure that there is, by the slot it fills; what is not known is not in it."""
    found = {}
    for name, backtest_id, value in (*_own(run), *(_compared(run, peers) if peers is not None else ())):
        text = _text(name, value, language)
        if text is not None:
            found[name] = Figure(text=text, backtest_id=backtest_id, metric=name, value=value)
    return found


def alike(run: Backtest, others: Sequence[Backtest]) -> tuple[Backtest, ...]:
    """Those of the others that a comparison means something with, as they are ordered: of the same family or indicator.

    Of a run that says neither nothing is known, so every other one will do.
    """
    return tuple(one for one in others if one.backtest_id != run.backtest_id and _akin(run, one))[:MAX_PEERS]


def best_peer(peers: Sequence[Backtest], metric: str) -> Backtest | None:
    """The one that is best by the metric, the first of equals; None where none holds it."""
    known = [(value, peer) for peer in peers if (value := held(peer, metric)) is not None]
    sign = 1 if higher_is_better(metric) else -1
    return max(known, key=lambda pair: sign * pair[0])[1] if known else None


def _akin(run: Backtest, other: Backtest) -> bool:
    family, kinds = run.strategy.type, set(kinds_of(run.strategy))
    if family is None and not kinds:
        return True
    return (family is not None and family is other.strategy.type) or bool(kinds & set(kinds_of(other.strategy)))


def _own(run: Backtest) -> Iterator[tuple[str, str, float]]:
    values = {name: held(run, name) for name in HELD} | {name: compute(run) for name, compute in DERIVED.items()}
    for name, value in values.items():
        if value is not None:
            yield name, run.backtest_id, value


def _compared(run: Backtest, peers: Sequence[Backtest]) -> Iterator[tuple[str, str, float]]:
    yield "peer_count", run.backtest_id, len(peers)
    for metric in COMPARED:
        values = [value for peer in peers if (value := held(peer, metric)) is not None]
        best = best_peer(peers, metric)
        if best is None:
            continue
        yield f"peer_median.{metric}", run.backtest_id, median(values)
        yield f"peer_best.{metric}", best.backtest_id, held(best, metric) or 0.0
        own = held(run, metric)
        if own is not None:
            better = [value for value in values if (value > own if higher_is_better(metric) else value < own)]
            yield f"peer_rank.{metric}", run.backtest_id, len(better) + 1
            yield f"peer_ranked.{metric}", run.backtest_id, len(values) + 1


def _text(name: str, value: float, language: Language) -> str | None:
    """None for what no number can say, such as a ratio beyond the largest float."""
    operation, _, metric = name.partition(".")
    if operation in ("years", "exposure_years", "trades_per_year"):
        return f"{value:,.1f}"
    if operation in ("peer_count", "peer_rank", "peer_ranked"):
        return metric_value_text("trade_count", value, language)
    text = metric_value_text(_FORMATS.get(name, metric or name), value, language)
    if text == metric_value_text("total_return", None, language):
        return None
    points = "%p" if language is Language.KOREAN else " percentage points"
    return text.removesuffix("%") + points if operation in _POINTS else text
