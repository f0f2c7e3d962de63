"""Thousands of calls through the meter over a real ledger, while everything fails that can."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from dependency_injector import providers

from adapters.memory.clock import SettableClock
from adapters.memory.governance import HeldGovernance
from adapters.sql.stores import SqlStores
from adapters.system.ids import TimeOrderedIds
from application.bookkeeping import Book as Entered
from application.metering import MeteredChatModel, MeteredEmbedder
from domain.budget import BudgetPeriod, BudgetRule, BudgetUnit
from domain.embedding import TextKind
from domain.errors import DomainError
from domain.prompting import Message, MessageRole, Prompt
from entrypoints.container import Container
from entrypoints.parts import Models
from entrypoints.settings import Settings
from tests.builders import a_caller, a_rule, a_settlement
from tests.crash.books import Book, Books
from tests.crash.lives import reading
from tests.load.unruly import FATES, Fate, Fates, Slip, UnrulyChatModel, UnrulyEmbedder, UnrulyLedger

BEFORE_MIDNIGHT = datetime(2026, 11, 20, 14, 50, tzinfo=UTC)
"""In Seoul, where a day ends while the calls go on."""
SECONDS_A_CALL = 1.0
AT_ONCE = 24
LONG_AFTER = timedelta(hours=1)
USERS = ("민지", "june@example.com", "연구원/김", "zoe")
CHAT, STREAM = "strategy_builder", "chatops"


def rules(calls: int) -> tuple[BudgetRule, ...]:
    """Budgets of every kind that the calls use up on their way."""
    share = Decimal(calls) / 1_000
    return (
        a_rule(name="each_user", limit=share * Decimal("0.25"), each_user=True, timezone="Asia/Seoul"),
        a_rule(name="all_tokens", unit=BudgetUnit.TOKENS, limit=share * 700_000, period=BudgetPeriod.WEEK),
        a_rule(name="streams", limit=share * Decimal("1.1"), service=STREAM, period=BudgetPeriod.MONTH),
        a_rule(name="never_used_up", limit=Decimal(1_000_000), period=BudgetPeriod.MONTH),
    )


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The models as use cases see them, and what stands behind them."""

    models: MeteredChatModel
    embedder: MeteredEmbedder
    ledger: UnrulyLedger
    fates: Fates
    clock: SettableClock
    books: Books
    entered: Entered

    async def caught_up(self) -> None:
        """What goes on without its caller has ended: rows that are settled once the database is back."""
        while self.entered.under_way:
            await asyncio.wait(self.entered.under_way)


@dataclass(frozen=True, kw_only=True)
class Aftermath:
    """What thousands of calls left behind, once the time of all of them was over."""

    book: Book
    faults: list[str]
    outcomes: Counter[str]
    fates: Counter[Fate]
    slips: Counter[Slip]
    refused: int
    overdue: int


@asynccontextmanager
async def a_desk(
    url: str, *budgets: BudgetRule, seed: int = 1, turns: bool = False, calm: bool = False
) -> AsyncIterator[Desk]:
    """The real meter over the real ledger of this database; its clock, its providers and its luck are made up."""
    chance, clock = random.Random(seed), SettableClock(BEFORE_MIDNIGHT)  # noqa: S311  # how a test goes, not a secret
    stores, fates = SqlStores(url, ids=TimeOrderedIds()), Fates(chance, {Fate.ANSWERED: 1} if calm else FATES)
    await stores.start()
    async with reading(url) as books:
        ledger = UnrulyLedger(ledger=stores.ledger, chance=chance, books=books, turns=turns, slipping=not calm)
        stores.ledger = ledger  # type: ignore[assignment]  # in front of the real one
        models = Models(
            chat={"openai": UnrulyChatModel(fates=fates)}, embedding={"openai": UnrulyEmbedder(fates=fates)}
        )
        container = Container(settings=Settings.of({"OPENAI_API_KEY": "none"}))
        governance = replace(container.configuration().read(), budgets=budgets)
        for part, stand_in in (
            (container.stores, stores),
            (container.clock, clock),
            (container.model_providers, models),
            (container.governance, HeldGovernance(governance)),
        ):
            part.override(providers.Object(stand_in))
        desk = Desk(
            models=container.models(),
            embedder=container.embedder(),
            ledger=ledger,
            fates=fates,
            clock=clock,
            books=books,
            entered=container.book(),
        )
        yield desk
        await desk.caught_up()
    stores.ledger = ledger.ledger  # type: ignore[assignment]  # it closes the real one
    await stores.close()


async def fail_a_lot(url: str, *, calls: int, seed: int, turns: bool = False) -> Aftermath:
    """So many calls by several users, many at a time, and then the sweep after the last deadline."""
    async with a_desk(url, *rules(calls), seed=seed, turns=turns) as desk:
        outcomes, left = Counter[str](), iter(range(calls))

        async def work() -> None:
            for number in left:
                desk.clock.advance(SECONDS_A_CALL)
                outcomes[await _one(desk, number)] += 1

        await asyncio.gather(*(work() for _ in range(AT_ONCE)))
        await desk.caught_up()
        desk.clock.advance(LONG_AFTER.total_seconds())
        overdue = await desk.ledger.settle_overdue(at=desk.clock.now())
        swept = await desk.books.read()
        faults = [*desk.ledger.faults, *swept.faults(), *await _settled_again(desk, swept)]
        faults += [f"an open hold: {hold}" for hold in swept.open_holds]
        return Aftermath(
            book=swept,
            faults=faults,
            outcomes=outcomes,
            fates=desk.fates.met,
            slips=desk.ledger.slips,
            refused=desk.ledger.refused,
            overdue=overdue,
        )


async def _one(desk: Desk, number: int) -> str:
    """How a call ended, in a task of its own, so that it alone is cancelled."""
    task = asyncio.create_task(_call(desk, number))
    await asyncio.wait({task})
    if task.cancelled():
        return "cancelled"
    failure = task.exception()
    if failure is None:
        return task.result()
    if not isinstance(failure, DomainError):
        raise failure
    return failure.code


async def _call(desk: Desk, number: int) -> str:
    chance = desk.fates.chance
    caller = a_caller(user_id=chance.choice(USERS), request_id=f"req-{number}")
    words = "모멘텀 " * chance.randint(5, 400)
    if chance.random() < 0.3:
        await desk.embedder.embed([words] * chance.randint(1, 5), kind=TextKind.PASSAGE, caller=caller)
        return "embedded"
    asked = Prompt(
        version="test@1",
        messages=(Message(role=MessageRole.USER, text=words),),
        max_output_tokens=chance.choice((None, 40, 400)),
    )
    if chance.random() < 0.5:
        model = desk.models.choose(None, service=CHAT, caller=caller)
        await desk.models.complete(asked, model=model, service=CHAT, caller=caller)
        return "answered"
    model, leaves_at = desk.models.choose(None, service=STREAM, caller=caller), chance.choice((None, None, 0, 1, 4))
    async with aclosing(desk.models.stream(asked, model=model, service=STREAM, caller=caller)) as pieces:
        heard = 0
        async for _ in pieces:
            if heard == leaves_at:
                return "left"
            heard += 1
    return "heard"


async def _settled_again(desk: Desk, before: Book) -> list[str]:
    """Every row is settled once more, for more than it came to."""
    dear = a_settlement(settled_at=desk.clock.now(), cost_usd=Decimal(1))
    changed = [row["entry_id"] for row in before.rows if await desk.ledger.ledger.settle(row["entry_id"], dear)]
    faults = [f"{entry_id} was settled a second time" for entry_id in changed]
    if await desk.ledger.settle_overdue(at=desk.clock.now()):
        faults.append("a second sweep found something")
    return faults if await desk.books.read() == before else [*faults, "settling again changed the book"]
