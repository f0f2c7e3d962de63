"""What is asked: the product itself, and what it is compared with."""

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from application.memory import BacktestMemory
from application.ports.embedder import Embedder
from application.use_cases.search_backtests import SearchBacktests
from benchmarks.retrieval.bm25 import WordIndex
from benchmarks.retrieval.covering import Reading
from benchmarks.retrieval.gold import Gold
from benchmarks.retrieval.judging import Answer, wanted
from benchmarks.retrieval.meaning import Ordering
from domain.backtest import Backtest
from domain.card import embedding_text
from domain.catalogue import ModelConfig
from domain.embedding import Embedded, TextKind, Vector
from domain.generation import Caller
from domain.identity import Principal, Role
from domain.question import read_question
from domain.retrieval import SearchAnswer, SearchRequest
from domain.usage import TokenUsage

SEED = 7
Owned = Mapping[str, Mapping[str, Backtest]]
"""Every user's backtests, by user and id."""


class System(Protocol):
    """Something that answers questions. `name` is what its row is called."""

    @property
    def name(self) -> str:
        """Of its row."""

    async def ask(self, gold: Gold) -> Answer:
        """What it finds for the question's user, and how long that took."""


def caller_of(gold: Gold) -> Caller:
    """The question's user, with a credential of a user's rights."""
    principal = Principal(user_id=gold.user, roles=frozenset({Role.USER}))
    return Caller(principal=principal, request_id=f"eval-{gold.question.id}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """The use case behind `POST /api/v1/backtests/search`."""

    name: str
    search: SearchBacktests

    async def ask(self, gold: Gold) -> Answer:
        """The search as a user's request takes it, the embedding of the question included."""
        request = SearchRequest(query=gold.question.text, top_k=wanted(gold))
        started = time.perf_counter()
        answer = await self.search(request, caller=caller_of(gold))
        taken = (time.perf_counter() - started) * 1000
        found = tuple(one.backtest for one in answer.results)
        return Answer(found=found, milliseconds=taken, reading=_reading(gold.question.text, answer))


def _reading(text: str, answer: SearchAnswer) -> Reading:
    """What the answer says of the question; families and a limit are told by the grammar alone."""
    question, order = read_question(text), answer.applied_order
    return Reading(
        filters=answer.applied_filters,
        types=frozenset(map(str, question.families)),
        order=None if order is None else Ordering(field=order.field, descending=order.descending),
        limit=question.limit,
        unapplied=answer.unapplied_constraints,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DenseOnly:
    """What the plan built: the runs whose cards are nearest to the question, and nothing else."""

    memory: BacktestMemory
    name: str = "dense only"

    async def ask(self, gold: Gold) -> Answer:
        """The nearest of the user's cards."""
        caller, started = caller_of(gold), time.perf_counter()
        vector = await self.memory.query_vector(gold.question.text, caller=caller)
        near = await self.memory.vectors.search(vector, scope=caller.scope, space=self.memory.space, top_k=wanted(gold))
        ids = [neighbour.card_id for neighbour in near]
        stored = await self.memory.queries.by_card(ids, scope=caller.scope)
        found = tuple(stored[key].backtest for key in ids if key in stored)
        return Answer(found=found, milliseconds=(time.perf_counter() - started) * 1000)


@dataclass(frozen=True, kw_only=True)
class WordsOnly:
    """BM25 over the texts of the cards, cut at blanks."""

    owned: Owned
    name: str = "BM25 only"

    @cached_property
    def _indexes(self) -> dict[str, tuple[list[Backtest], WordIndex]]:
        runs = {user: list(theirs.values()) for user, theirs in self.owned.items()}
        return {user: (theirs, WordIndex([embedding_text(run) for run in theirs])) for user, theirs in runs.items()}

    async def ask(self, gold: Gold) -> Answer:
        """The user's runs that share most with the question."""
        runs, index = self._indexes[gold.user]
        started = time.perf_counter()
        best = index.ranked(gold.question.text)[: wanted(gold)]
        return Answer(found=tuple(runs[i] for i in best), milliseconds=(time.perf_counter() - started) * 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Random:
    """Some of the user's runs, the same each time."""

    owned: Owned
    name: str = "random"

    async def ask(self, gold: Gold) -> Answer:
        """So many, drawn for this question."""
        runs, started = list(self.owned[gold.user].values()), time.perf_counter()
        drawn = random.Random(f"{SEED} {gold.question.id}").sample(runs, min(wanted(gold), len(runs)))
        return Answer(found=tuple(drawn), milliseconds=(time.perf_counter() - started) * 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembering:
    """An embedder that embeds no question twice: what is compared with the product need not pay for it again."""

    embedder: Embedder
    known: dict[tuple[TextKind, str], Vector] = field(default_factory=dict)

    async def embed(
        self, texts: Sequence[str], *, kind: TextKind, model: ModelConfig, timeout_seconds: float
    ) -> Embedded:
        """As the embedder gives it."""
        missing = [text for text in dict.fromkeys(texts) if (kind, text) not in self.known]
        usage: TokenUsage | None = TokenUsage()
        if missing:
            made = await self.embedder.embed(missing, kind=kind, model=model, timeout_seconds=timeout_seconds)
            self.known.update({(kind, text): vector for text, vector in zip(missing, made.vectors, strict=True)})
            usage = made.usage
        return Embedded(vectors=tuple(self.known[kind, text] for text in texts), usage=usage)
