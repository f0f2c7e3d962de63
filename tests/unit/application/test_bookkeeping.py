"""Callers that leave and databases that go away, at every await between asking and the final row."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from adapters.memory.chat_model import ScriptedChatModel
from application.bookkeeping import WAITS_SECONDS
from application.meter import Metered
from domain.catalogue import ModelConfig
from domain.errors import DeadlineExceeded, ProviderUnavailable, StoreUnavailable
from domain.policy import ServicePolicies
from domain.prompting import Completion, Message, MessageRole, Prompt
from domain.usage import TokenUsage, UsageEntry, UsageStatus
from tests.builders import MOMENT, a_caller, a_rule
from tests.unit.application.ledgers import TroubledLedger
from tests.unit.application.services import DESIGNER, Service, a_service, some_governance
from tests.unit.application.waiting import until

ASKED = Prompt(
    version="strategy_builder@1",
    messages=(Message(role=MessageRole.USER, text="RSI로 GOOG 역추세 전략을 만들어 줘"),),
    max_output_tokens=100,
)
ANSWER = Completion(text="네", usage=TokenUsage(input_tokens=1_000, output_tokens=50))
CAP = a_rule(limit=Decimal(1))


class Slow(ScriptedChatModel):
    """Answers once it is let through."""

    def __init__(self) -> None:
        super().__init__(ANSWER)
        self.gate = asyncio.Event()

    async def complete(self, prompt: Prompt, *, model: ModelConfig, timeout_seconds: float) -> Completion:
        answer = await super().complete(prompt, model=model, timeout_seconds=timeout_seconds)
        await self.gate.wait()
        return answer


def a_troubled_service(ledger: TroubledLedger, chat: ScriptedChatModel | None = None) -> Service:
    service = replace(a_service(budgets=(CAP,)), ledger=ledger)
    service.chat["openai"] = chat or ScriptedChatModel(ANSWER)
    return service


async def complete(service: Service) -> Metered[Completion]:
    return await service.models.complete(ASKED, model=DESIGNER, service="strategy_builder", caller=a_caller())


async def the_row(service: Service) -> UsageEntry:
    """The one row there is, once nothing is under way any more, and no hold is left of it."""
    await service.book.close()
    assert not service.under_way
    (entry,) = await service.entries()
    (counter,) = await service.ledger.counters([CAP], at=MOMENT)
    assert (counter.held, counter.spent) == (Decimal(0), entry.cost_usd)
    return entry


async def cancelled(service: Service, when: Callable[[], bool]) -> None:
    """A call that is cancelled as soon as it has come so far; it is not kept from being cancelled."""
    call = asyncio.create_task(complete(service))
    await until(when)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


async def test_who_is_cancelled_while_the_row_is_opened_pays_nothing_and_the_provider_is_not_asked() -> None:
    ledger = TroubledLedger()
    ledger.gate.clear()
    service = a_troubled_service(ledger)
    await cancelled(service, lambda: ledger.waiting == 1)
    ledger.gate.set()
    entry = await the_row(service)
    assert (entry.status, entry.cost_usd, entry.reason) == (UsageStatus.FAILED, Decimal(0), "abandoned")
    assert service.chat["openai"].asked == []


@pytest.mark.parametrize("written", [True, False])
async def test_who_is_cancelled_before_the_database_fails_leaves_no_open_row(written: bool) -> None:  # noqa: FBT001  # a case
    ledger = TroubledLedger(opening=[True], written=written)
    ledger.gate.clear()
    service = a_troubled_service(ledger)
    await cancelled(service, lambda: ledger.waiting == 1)
    ledger.gate.set()
    await service.book.close()
    assert [entry.status for entry in await service.entries()] == [UsageStatus.FAILED] * written


async def test_who_is_cancelled_while_the_provider_works_pays_the_most() -> None:
    chat = Slow()
    service = a_troubled_service(TroubledLedger(), chat)
    await cancelled(service, lambda: len(chat.asked) == 1)
    entry = await the_row(service)
    assert (entry.status, entry.reason) == (UsageStatus.ESTIMATED, "abandoned")
    assert entry.usage.output_tokens == 100


async def an_asked_call(service: Service, chat: Slow) -> asyncio.Task[Metered[Completion]]:
    """A call whose provider is working on it."""
    call = asyncio.create_task(complete(service))
    await until(lambda: len(chat.asked) == 1)
    return call


async def test_who_is_cancelled_twice_is_settled_all_the_same() -> None:
    ledger, chat = TroubledLedger(), Slow()
    service = a_troubled_service(ledger, chat)
    call = await an_asked_call(service, chat)
    ledger.gate.clear()
    call.cancel()
    await until(lambda: ledger.waiting == 1)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    ledger.gate.set()
    assert (await the_row(service)).status is UsageStatus.ESTIMATED


async def test_who_is_cancelled_while_the_row_is_settled_pays_what_the_answer_took() -> None:
    ledger, chat = TroubledLedger(), Slow()
    service = a_troubled_service(ledger, chat)
    call = await an_asked_call(service, chat)
    ledger.gate.clear()
    chat.gate.set()
    await until(lambda: ledger.waiting == 1)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    ledger.gate.set()
    entry = await the_row(service)
    assert (entry.status, entry.usage) == (UsageStatus.SETTLED, ANSWER.usage)


async def test_without_a_database_no_provider_is_asked() -> None:
    service = a_troubled_service(TroubledLedger(opening=[True]))
    with pytest.raises(StoreUnavailable):
        await complete(service)
    await service.book.close()
    assert service.chat["openai"].asked == []
    assert await service.entries() == []


async def test_a_row_whose_commit_was_not_confirmed_is_closed_at_no_cost() -> None:
    service = a_troubled_service(TroubledLedger(opening=[True], settling=[True, True], written=True))
    with pytest.raises(StoreUnavailable):
        await complete(service)
    entry = await the_row(service)
    assert (entry.status, entry.cost_usd, entry.reason) == (UsageStatus.FAILED, Decimal(0), "store-unavailable")
    assert service.chat["openai"].asked == []


async def test_a_database_that_does_not_answer_within_the_time_of_the_operation_is_not_waited_for() -> None:
    ledger = TroubledLedger()
    ledger.gate.clear()
    service = a_troubled_service(ledger)
    rules = some_governance(CAP)
    hasty = tuple(replace(policy, timeout_seconds=0.01) for policy in rules.policies.policies)
    service.governance.replace(replace(rules, policies=ServicePolicies(policies=hasty)))
    with pytest.raises(DeadlineExceeded):
        await complete(service)
    ledger.gate.set()
    entry = await the_row(service)
    assert (entry.status, entry.cost_usd, entry.reason) == (UsageStatus.FAILED, Decimal(0), "deadline-exceeded")
    assert service.chat["openai"].asked == []


async def test_an_answer_that_was_paid_for_is_given_though_the_database_is_away_and_settled_when_it_is_back() -> None:
    service = a_troubled_service(TroubledLedger(settling=[True, True, True]))
    metered = await complete(service)
    assert metered.answer == ANSWER
    entry = await the_row(service)
    assert (entry.status, entry.usage) == (UsageStatus.SETTLED, ANSWER.usage)
    assert entry.cost_usd == metered.generation.cost_usd
    assert service.clock.elapsed() == sum(WAITS_SECONDS[:3])


async def test_settling_is_tried_so_often_and_then_left_to_the_sweeper() -> None:
    ledger = TroubledLedger(settling=[True] * 100)
    service = a_troubled_service(ledger)
    assert (await complete(service)).answer == ANSWER
    await service.book.close()
    assert ledger.settles == 1 + len(WAITS_SECONDS)
    (entry,) = await service.entries()
    assert entry.status is UsageStatus.PENDING
    ledger.settling.clear()
    service.clock.advance(120)
    assert await ledger.settle_overdue(at=service.clock.now()) == 1
    assert (await the_row(service)).status is UsageStatus.UNKNOWN


async def test_what_the_provider_raises_is_raised_though_the_database_is_away() -> None:
    ledger = TroubledLedger(settling=[True])
    service = a_troubled_service(ledger, ScriptedChatModel(ProviderUnavailable("models", "500")))
    with pytest.raises(ProviderUnavailable):
        await complete(service)
    assert (await the_row(service)).status is UsageStatus.FAILED


async def test_an_answer_does_not_wait_for_ever_for_its_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("application.bookkeeping.PATIENCE_SECONDS", 0.01)
    ledger, chat = TroubledLedger(), Slow()
    service = a_troubled_service(ledger, chat)
    call = await an_asked_call(service, chat)
    ledger.gate.clear()
    chat.gate.set()
    assert (await call).answer == ANSWER
    assert [entry.status for entry in await service.entries()] == [UsageStatus.PENDING]
    ledger.gate.set()
    assert (await the_row(service)).status is UsageStatus.SETTLED


async def test_what_hangs_at_the_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("application.bookkeeping.CLOSING_SECONDS", 0.01)
    ledger = TroubledLedger()
    ledger.gate.clear()
    service = a_troubled_service(ledger)
    await cancelled(service, lambda: ledger.waiting == 1)
    await service.book.close()
    assert not service.under_way


async def test_what_is_tried_again_later_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("application.bookkeeping.MOST_UNDER_WAY", 0)
    ledger = TroubledLedger(settling=[True])
    service = a_troubled_service(ledger)
    assert (await complete(service)).answer == ANSWER
    await service.book.close()
    assert ledger.settles == 1


async def test_a_default_model_without_a_price_does_not_keep_an_answer_from_being_settled() -> None:
    rules = some_governance(CAP)
    unpriced = tuple(replace(m, prices=()) if m.model_id == "gpt-4o-mini" else m for m in rules.catalogue)
    service = a_troubled_service(TroubledLedger())
    service.governance.replace(replace(rules, catalogue=replace(rules.catalogue, models=unpriced)))
    assert (await complete(service)).answer == ANSWER
    assert (await the_row(service)).saved_cost_usd == 0
