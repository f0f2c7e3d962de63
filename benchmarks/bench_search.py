"""What a search takes over more and more cards, the embedding of the question left out, and what filling takes.

The embedder of the questions is the one that only hashes words. What is timed is the whole request over HTTP: the key,
the ledger's row, the grammar, every index, the runs that are sent back. What the service spends of a processor on it is
told beside: other work on the machine makes the one longer and not the other.
"""

import sys
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from pathlib import Path

from benchmarks.filled_memory import EMBEDDED, Filled, Filling
from benchmarks.service import Figure, Running, serving, timed

GOAL = "p50 ≤ 10 ms, p95 ≤ 25 ms"
TIMES, WARM_UP = 60, 5
IDEAS = ("과매도 반등", "추세추종", "돌파 매매", "골든크로스", "볼린저 하단 매수", "변동성이 낮은 장의 역추세")
FAMILIES = ("RSI", "MACD", "볼린저", "돈치안")
SYMBOLS = ("GOOG", "AAPL", "IBM", "MSFT")
LEAST = ("0.3", "0.5", "0.8")
QUESTIONS: dict[str, Callable[[int], str]] = {
    "by meaning, Korean": lambda n: f"조용한 장에서 {IDEAS[n % len(IDEAS)]}을 노리는 전략",
    "by meaning, English": lambda n: f"{FAMILIES[n % len(FAMILIES)]} strategies that buy weakness in a quiet market",
    "with a condition": lambda n: f"샤프 {LEAST[n % len(LEAST)]} 이상인 {FAMILIES[n % len(FAMILIES)]} 전략",
    "only conditions": lambda n: "{}에서 샤프 {} 이상".format(*_mixed(n)),
    "with an order": lambda n: f"{SYMBOLS[n % len(SYMBOLS)]} 중 수익률이 가장 높은 {3 + n % 3}개",
}


def measure(folder: Path) -> Iterator[Figure]:
    """One user alone."""
    filling = Filling(folder / "search")
    for size in (1_000, 10_000):
        yield from _searched(folder / "search", filling.fill(mine=size), mine=size)


def measure_long(folder: Path) -> Iterator[Figure]:
    """One user alone, and then among a hundred thousand cards of ninety others."""
    yield from measure(folder)
    filled = Filling(folder / "crowded").fill(mine=10_000, others=90_000)
    yield from _searched(folder / "crowded", filled, mine=10_000)


def _searched(folder: Path, filled: Filled, *, mine: int) -> Iterator[Figure]:
    cards = f"{mine:,} cards" if mine == filled.cards else f"{mine:,} of {filled.cards:,} cards"
    noisy = f"{EMBEDDED} vectors embedded, the others are these and noise"
    took = f"recorded in {filled.recording:.1f} s, indexed in {filled.indexing:.1f} s"
    yield Figure(what=f"{cards} filled, not over HTTP; {noisy}", value=took)
    with serving(folder) as running:
        for kind, question in QUESTIONS.items():
            print(f"  {cards}, {kind} …", file=sys.stderr, flush=True)
            asks = [partial(_ask, running, question(number)) for number in range(WARM_UP + TIMES)]
            value = timed(running, asks, warm_up=WARM_UP)
            yield Figure(what=f"search {cards}, {kind}", value=value, goal=_goal(mine))
        yield Figure(what=f"resident with {cards}", value=f"{running.resident_mb()} MB")


def _goal(mine: int) -> str:
    return GOAL if mine == 10_000 else ""  # of which DESIGN.md speaks


def _ask(running: Running, question: str) -> None:
    running.ask("POST", "/api/v1/backtests/search", {"query": question})


def _mixed(number: int) -> tuple[str, str]:
    pairs = list(product(SYMBOLS, LEAST))
    return pairs[number % len(pairs)]
