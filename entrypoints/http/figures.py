"""The figures of the stores as Prometheus reads them."""

from collections import defaultdict
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from application.ports.index_backlog import Backlog
from application.use_cases.measure_service import ServiceFigures
from domain.budget import BudgetCounter
from domain.figures import UsageFigure
from domain.usage import UsageStatus

SERVED = ("service", "model")
Sums = defaultdict[tuple[str, ...], float]


def text_of(figures: ServiceFigures | None) -> str:
    """The families of these figures; None where the stores could not be read, which is said, not left out."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Read(figures))
    return generate_latest(registry).decode()


class _Read(Collector):
    """Figures that were read already: collecting may not wait."""

    def __init__(self, figures: ServiceFigures | None) -> None:
        self._figures = figures

    def describe(self) -> Iterator[Metric]:
        """Nothing: describing would be collecting."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        readable = "Whether ledger and outbox could be read; where they could not, their figures are missing."
        yield GaugeMetricFamily("quantrail_stores_readable", readable, value=float(self._figures is not None))
        if self._figures is not None:
            yield from _usage(self._figures.usage)
            yield from _budgets(self._figures.counters)
            yield from _backlog(self._figures)
            yield from _rules(self._figures)
            refused = Sums(float, {name: float(count) for name, count in self._figures.refused.items()})
            about = "Calls that a rate limit of this process did not let in."
            yield _counter("rate_limited_calls", about, ("rule", "unit"), refused)


def _usage(usage: tuple[UsageFigure, ...]) -> Iterator[Metric]:
    final = [figure for figure in usage if figure.status is not UsageStatus.PENDING]
    pending = [figure for figure in usage if figure.status is UsageStatus.PENDING]
    attempts, tokens, cost, errors, open_holds, held = (Sums(float) for _ in range(6))
    for figure in final:
        served = (figure.service, figure.model_id)
        attempts[*served, figure.status.value] += figure.attempts
        cost[served] += float(figure.cost_usd)
        for bucket, count in _buckets(figure).items():
            tokens[*served, bucket] += count
        if figure.reason is not None:
            errors[figure.provider, figure.reason] += figure.attempts
    for figure in pending:
        open_holds[figure.service, figure.model_id] += figure.attempts
        held[figure.service, figure.model_id] += float(figure.cost_usd)
    yield _counter("model_attempts", "Attempts at providers that are settled.", (*SERVED, "status"), attempts)
    yield _counter("tokens", "Settled tokens. The buckets do not overlap.", (*SERVED, "bucket"), tokens)
    yield _counter("cost_usd", "Settled cost in US dollars.", SERVED, cost)
    yield _counter("upstream_errors", "Attempts that did not end well.", ("provider", "code"), errors)
    yield _gauge("open_holds", "Calls under way, each with its hold.", SERVED, open_holds)
    yield _gauge("held_usd", "What calls under way may still cost.", SERVED, held)


def _buckets(figure: UsageFigure) -> dict[str, int]:
    """Each token once: a sum over overlapping buckets is the commonest wrong figure of the field."""
    return {
        "uncached_input": figure.input_tokens - figure.cached_input_tokens - figure.cache_write_tokens,
        "cached_input": figure.cached_input_tokens,
        "cache_write": figure.cache_write_tokens,
        "answer": figure.output_tokens - figure.reasoning_tokens,
        "reasoning": figure.reasoning_tokens,
    }


def _budgets(counters: tuple[BudgetCounter, ...]) -> Iterator[Metric]:
    """Of a rule with a counter for each user the one that is used most: users are no labels."""
    spent, used = Sums(float), Sums(float)
    for counter in counters:
        key = (counter.rule.name, counter.rule.unit.value)
        spent[key] = max(spent[key], float(counter.spent / counter.rule.limit))
        used[key] = max(used[key], float((counter.spent + counter.held) / counter.rule.limit))
    yield _gauge("budget_spent_share", "Spent share of the limit, of the fullest counter.", ("rule", "unit"), spent)
    yield _gauge("budget_used_share", "The same with what is held.", ("rule", "unit"), used)


def _backlog(figures: ServiceFigures) -> Iterator[Metric]:
    backlog: Backlog = figures.backlog
    depth = Sums(float, {("index",): backlog.indexing, ("remove",): backlog.removals})
    ages = Sums(float)
    for kind, oldest in (("index", backlog.oldest_indexing_at), ("remove", backlog.oldest_removal_at)):
        ages[kind,] = max(0.0, (figures.at - oldest).total_seconds()) if oldest is not None else 0.0
    yield _gauge("outbox_tasks", "Changes that the indexes have not seen.", ("kind",), depth)
    yield _gauge("outbox_oldest_seconds", "Age of the oldest such change.", ("kind",), ages)
    yield _gauge("outbox_retried_tasks", "Those that failed at least once.", (), Sums(float, {(): backlog.retried}))
    lag = Sums(float, {(): ages["index",]})
    yield _gauge("index_lag_seconds", "How long the oldest backtest has waited to be found.", (), lag)


def _rules(figures: ServiceFigures) -> Iterator[Metric]:
    warnings = Sums(float, {(rule, unit, f"{share:f}"): n for (rule, unit, share), n in figures.warnings.items()})
    labels = ("rule", "unit", "share")
    yield _counter("budget_warnings", "Times that a counter reached a share it warns at, here.", labels, warnings)
    ages = Sums(float, {(model,): days for model, days in figures.price_ages.items()})
    yield _gauge("price_age_days", "Days since the price in force was last confirmed.", ("model",), ages)


def _counter(name: str, about: str, labels: tuple[str, ...], sums: Sums) -> Metric:
    family = CounterMetricFamily(f"quantrail_{name}", about, labels=labels)
    for values, total in sorted(sums.items()):
        family.add_metric(values, total)
    return family


def _gauge(name: str, about: str, labels: tuple[str, ...], sums: Sums) -> Metric:
    family = GaugeMetricFamily(f"quantrail_{name}", about, labels=labels)
    for values, total in sorted(sums.items()):
        family.add_metric(values, total)
    return family
