"""The measures, over plain numbers, and how sure of a mean one can be."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RESAMPLES = 1_000
SEED = 20_261_124
INTERVAL = (2.5, 97.5)
"""Units: percentiles of the resampled means."""

Floats = npt.NDArray[np.float64]


def dcg(grades: Sequence[int]) -> float:
    """Discounted cumulative gain. Source: gain 2^grade - 1, discount log2(rank + 1) (Burges et al., 2005)."""
    return float(sum((2.0**grade - 1) / np.log2(rank + 1) for rank, grade in enumerate(grades, start=1)))


def ndcg(found: Sequence[int], every: Sequence[int], *, k: int) -> float:
    """The gain of the first `k` found over that of the best order of all; 0 where nothing is relevant."""
    best = dcg(sorted(every, reverse=True)[:k])
    return dcg(found[:k]) / best if best else 0.0


def recall(found: Sequence[bool], relevant: int, *, k: int) -> float:
    """What share of the relevant is among the first `k`, of as many as there is room for."""
    room = min(k, relevant)
    return sum(found[:k]) / room if room else 0.0


def precision(found: Sequence[bool], *, k: int) -> float:
    """What share of the first `k` that came is relevant; 0 where nothing came."""
    first = found[:k]
    return sum(first) / len(first) if first else 0.0


def reciprocal_rank(found: Sequence[bool]) -> float:
    """One over the rank of the first that is relevant; 0 where none is."""
    return next((1 / rank for rank, relevant in enumerate(found, start=1) if relevant), 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure with the interval in which nineteen of twenty resamples lie, over so many questions."""

    value: float
    low: float
    high: float
    count: int


def mean(values: Sequence[float]) -> Estimate | None:
    """The mean with its bootstrap interval, the same each time; None of nothing."""
    return share(values, [1.0] * len(values))


def share(parts: Sequence[float], wholes: Sequence[float]) -> Estimate | None:
    """The sum of `parts` over the sum of `wholes`, question by question; None where there is no whole."""
    above, below = np.asarray(parts, dtype=np.float64), np.asarray(wholes, dtype=np.float64)
    if not below.sum():
        return None
    drawn = _resamples(len(below))
    sums = below[drawn].sum(axis=1)
    means = above[drawn].sum(axis=1)[sums > 0] / sums[sums > 0]
    low, high = np.percentile(means, INTERVAL)
    return Estimate(value=float(above.sum() / below.sum()), low=float(low), high=float(high), count=int(below.sum()))


def percentile(values: Sequence[float], which: float) -> Estimate | None:
    """A percentile with its bootstrap interval; None of nothing."""
    if not values:
        return None
    every: Floats = np.asarray(values, dtype=np.float64)
    low, high = np.percentile(np.percentile(every[_resamples(len(every))], which, axis=1), INTERVAL)
    return Estimate(value=float(np.percentile(every, which)), low=float(low), high=float(high), count=len(every))


def _resamples(count: int) -> npt.NDArray[np.int64]:
    return np.random.default_rng(SEED).integers(count, size=(RESAMPLES, count))
