"""How good the search is, in short: `quantrail eval retrieval` tells all of it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from benchmarks.retrieval.measures import Estimate
from benchmarks.retrieval.reporting import goals_of, judged_half
from benchmarks.retrieval.running import Plan, evaluated
from benchmarks.retrieval.summary import summarised
from benchmarks.service import Figure


def measure(folder: Path) -> Iterator[Figure]:
    """Each goal on the half that must not be looked at, and the same ranking figure of what it is compared with."""
    results = asyncio.run(evaluated(Plan(ablation=False, keep=folder / "retrieval")))
    half = judged_half(results)
    for goal in goals_of(results):
        came_to = "–" if goal.came_to is None else f"{goal.came_to:.3f}"
        yield Figure(what=f"retrieval, {half} half: {goal.what}", value=came_to, goal=goal.asked)
    for other in results.baselines:
        found = summarised(other.judged[half]).figures["ndcg5"]
        yield Figure(what=f"retrieval, {half} half: nDCG@5, {other.name}", value=_shown(found))


def _shown(estimate: Estimate | None) -> str:
    return "–" if estimate is None else f"{estimate.value:.3f} [{estimate.low:.2f}–{estimate.high:.2f}]"
