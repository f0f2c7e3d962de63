"""What is asked: the product itself, and what it is compared with."""

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from application.candidates import Search
from application.memory import BacktestMemory
from application.retrieving import Retriever
from application.use_cases.search_backtests import SearchBacktests
from benchmarks.retrieval.covering import Reading
from benchmarks.retrieval.gold import Gold
from benchmarks.retrieval.judging import Answer, wanted
from benchmarks.retrieval.meaning import Ordering
from domain.backtest import Backtest
from domain.generation import Caller
from domain.identity import Principal, Role
from domain.ordering import Order
from domain.question import Question, read_question
from domain.retrieval import SearchAnswer, SearchRequest

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
    read = replace(read_alone(text), filters=answer.applied_filters, unapplied=answer.unapplied_constraints)
    return replace(read, order=_ordering(answer.applied_order))


def read_alone(text: str) -> Reading:
    """What the grammar makes of a question, without any search."""
    question = read_question(text)
    return Reading(
        filters=question.filters,
        types=frozenset(map(str, question.families)),
        order=_ordering(question.order),
        limit=question.limit,
        unapplied=question.unapplied,
    )


def _ordering(order: Order | None) -> Ordering | None:
    return None if order is None else Ordering(field=order.field, descending=order.descending)


@dataclass(frozen=True, slots=True, kw_only=True)
class DenseOnly:
    """What the plan built: the runs whose cards are nearest to the question, and nothing else."""

    memory: BacktestMemory
    name: str = "dense only"

    async def ask(self, gold: Gold) -> Answer:
        """The nearest of the user's cards."""
        caller, started = caller_of(gold), time.perf_counter()
        meaning = self.memory.meaning
        vector = await meaning.of(gold.question.text, caller=caller)
        near = await self.memory.vectors.search(
            vector, scope=caller.scope, space=meaning.space.name, top_k=wanted(gold)
        )
        found = await _read(self.memory, [neighbour.card_id for neighbour in near], caller)
        return Answer(found=found, milliseconds=(time.perf_counter() - started) * 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsOnly:
    """The runs whose cards share most with the question, by the product's own BM25, and nothing else."""

    memory: BacktestMemory
    name: str = "BM25 only"

    async def ask(self, gold: Gold) -> Answer:
        """The user's cards that score best."""
        caller, started = caller_of(gold), time.perf_counter()
        (terms,) = await self.memory.analyzer.terms([gold.question.text])
        words = await self.memory.texts.search(terms, scope=caller.scope, top_k=wanted(gold))
        ids = [hit.card_id for hit in words.hits][: wanted(gold)]
        found = await _read(self.memory, ids, caller)
        return Answer(found=found, milliseconds=(time.perf_counter() - started) * 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class WithoutGrammar:
    """The product where nothing of a question is read: all of it is searched by meaning and by words."""

    memory: BacktestMemory
    name: str = "grammar off"

    async def ask(self, gold: Gold) -> Answer:
        """The best of the user's runs for the question as it stands."""
        memory, caller, started = self.memory, caller_of(gold), time.perf_counter()
        text = gold.question.text
        (terms,) = await memory.analyzer.terms([text])
        request, plain = SearchRequest(query=text, top_k=wanted(gold)), Question(text=text, rest=text)
        retriever = Retriever(queries=memory.queries, meaning=memory.meaning, texts=memory.texts, tuning=memory.tuning)
        answer = await retriever.best(Search(request=request, question=plain, terms=terms, caller=caller))
        found = tuple(one.backtest for one in answer.results)
        return Answer(found=found, milliseconds=(time.perf_counter() - started) * 1000)


async def _read(memory: BacktestMemory, ids: Sequence[str], caller: Caller) -> tuple[Backtest, ...]:
    """The runs of these cards, in their order."""
    stored = await memory.queries.by_card(ids, scope=caller.scope)
    return tuple(stored[key].backtest for key in ids if key in stored)


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
