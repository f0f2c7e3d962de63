import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from adapters.memory.chat_model import ScriptedChatModel
from adapters.memory.usage_ledger import InMemoryUsageLedger
from domain.budget import BudgetPeriod, BudgetRule, BudgetUnit, Hold
from domain.catalogue import ModelCapability, ModelConfig, TokenPrice
from domain.errors import (
    BudgetExhausted,
    DeadlineExceeded,
    DomainError,
    ModelNotAllowed,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
    RetrievalNotSupported,
    ServiceNotAllowed,
    UnknownModel,
    UnpricedModel,
    UnusableCompletion,
)
from domain.prompting import Completion, FinishReason, Message, MessageRole, Prompt
from domain.provider_errors import ProviderBrokeOff, UnusableAnswer
from domain.usage import TokenUsage, UsageEntry, UsageStatus, cost_of
from tests.builders import MOMENT, a_caller, a_principal
from tests.unit.application.services import DESIGNER, Service, a_service, some_governance

SERVICE = "strategy_builder"
ASKED = Prompt(
    version="strategy_builder@1",
    messages=(Message(role=MessageRole.USER, text="RSI로 GOOG 역추세 전략을 만들어 줘"),),
    max_output_tokens=100,
)
ANSWER = Completion(text="네", usage=TokenUsage(input_tokens=1_000, cached_input_tokens=400, output_tokens=50))


async def complete(service: Service, prompt: Prompt = ASKED, model: ModelConfig = DESIGNER) -> Completion:
    metered = await service.models.complete(prompt, model=model, service=SERVICE, caller=a_caller())
    return metered.answer


async def test_a_call_leaves_one_settled_row_with_what_the_provider_reported() -> None:
    service = a_service(ANSWER)
    assert await complete(service) == ANSWER
    (entry,) = await service.entries()
    assert (entry.status, entry.usage, entry.attempt) == (UsageStatus.SETTLED, ANSWER.usage, 1)
    assert (entry.request_id, entry.user_id, entry.prompt_version) == ("req-1", "mina@quant.kr", "strategy_builder@1")
    assert entry.cost_usd == Decimal("0.00015")  # 600 x 0.15 + 400 x 0.075 + 50 x 0.60, a millionth each


async def test_the_row_is_committed_before_the_provider_is_asked() -> None:
    service = a_service()
    seen: list[UsageStatus] = []

    class Watching(ScriptedChatModel):
        async def complete(self, prompt: Prompt, *, model: ModelConfig, timeout_seconds: float) -> Completion:
            seen.extend(entry.status for entry in await service.entries())
            return await super().complete(prompt, model=model, timeout_seconds=timeout_seconds)

    service.chat["openai"] = Watching(ANSWER)
    await complete(service)
    assert seen == [UsageStatus.PENDING]


async def test_a_prompt_without_a_limit_gets_the_default_of_the_policy() -> None:
    service = a_service(ANSWER)
    await complete(service, replace(ASKED, max_output_tokens=None))
    assert service.chat["openai"].asked[0].prompt.max_output_tokens == 1_000


@pytest.mark.parametrize(
    ("asked_for", "allowed", "sent"), [(None, 16_384, 1_000), (None, 512, 512), (100, 16_384, 100), (900, 512, 512)]
)
async def test_the_bound_that_was_sent_is_named_in_the_answer(asked_for: int | None, allowed: int, sent: int) -> None:
    service = a_service(ANSWER)
    model, prompt = replace(DESIGNER, max_output_tokens=allowed), replace(ASKED, max_output_tokens=asked_for)
    metered = await service.models.complete(prompt, model=model, service=SERVICE, caller=a_caller())
    assert service.chat["openai"].asked[0].prompt.max_output_tokens == sent
    assert metered.generation.max_output_tokens == sent


async def test_an_answer_that_ends_at_its_bound_says_so() -> None:
    service = a_service(replace(ANSWER, finish_reason=FinishReason.LENGTH))
    metered = await service.models.complete(ASKED, model=DESIGNER, service=SERVICE, caller=a_caller())
    assert metered.generation.notes == ("the model's answer was cut off at its limit of 100 output tokens",)


async def test_an_answer_that_is_refused_or_filtered_says_so() -> None:
    service = a_service(replace(ANSWER, finish_reason=FinishReason.CONTENT_FILTER))
    metered = await service.models.complete(ASKED, model=DESIGNER, service=SERVICE, caller=a_caller())
    assert metered.generation.notes == ("the model refused, or its provider's content filter ended the answer",)


async def test_an_answer_without_a_model_names_no_bound() -> None:
    assert a_service().models.not_called(DESIGNER, service=SERVICE).max_output_tokens is None


async def test_what_a_model_thinks_is_not_heard_and_counted_at_its_bound_where_nobody_reports_it() -> None:
    service = a_service(Completion(text="좋은 전략입니다", usage=None))
    thinker = replace(DESIGNER, capabilities=DESIGNER.capabilities | {ModelCapability.REASONING})
    await complete(service, model=thinker)
    (entry,) = await service.entries()
    assert entry.usage.output_tokens == 100


async def test_what_is_held_covers_a_prompt_that_is_written_to_a_cache() -> None:
    service = a_service(DeadlineExceeded("60 s are over"))
    price = replace(DESIGNER.prices[0], cache_write_usd_per_mtok=Decimal("0.1875"))
    with pytest.raises(DeadlineExceeded):
        await complete(service, model=replace(DESIGNER, prices=(price,)))
    (entry,) = await service.entries()
    assert entry.usage.cache_write_tokens == entry.usage.input_tokens == 37
    assert entry.cost_usd == cost_of(entry.usage, price) == (37 * Decimal("0.1875") + 60) / 1_000_000


async def test_a_usage_that_nobody_reported_is_counted_and_marked() -> None:
    service = a_service(Completion(text="좋은 전략입니다", usage=None))
    await complete(service)
    (entry,) = await service.entries()
    assert entry.status is UsageStatus.ESTIMATED
    assert entry.usage.estimated
    assert entry.usage.output_tokens == 7


async def test_an_outage_is_tried_again_and_each_attempt_is_a_row_of_one_operation() -> None:
    service = a_service(ProviderUnavailable("models", "503", retry_after_seconds=1.0), ANSWER)
    metered = await service.models.complete(ASKED, model=DESIGNER, service=SERVICE, caller=a_caller())
    first, second = await service.entries()
    assert (first.status, first.cost_usd, first.reason) == (UsageStatus.FAILED, Decimal(0), "provider-unavailable")
    assert second.status is UsageStatus.SETTLED
    assert first.operation_id == second.operation_id == metered.generation.operation_id
    assert metered.generation.attempts == 2


async def test_the_wait_that_the_provider_asks_for_is_kept_before_the_next_attempt() -> None:
    service = a_service(ProviderThrottled("models", "429", retry_after_seconds=1.5), ANSWER)
    await complete(service)
    assert service.clock.elapsed() == 1.5
    first, second = await service.entries()
    assert (second.at - first.at).total_seconds() == 1.5


async def test_each_attempt_gets_the_time_that_is_left_of_the_operation() -> None:
    service = a_service(ProviderUnavailable("models", "500", retry_after_seconds=1.5), ANSWER)
    await complete(service)
    assert [asked.timeout_seconds for asked in service.chat["openai"].asked] == [60, 58.5]
    first, second = await service.entries()
    assert first.deadline_at == second.deadline_at


def failing_after(service: Service, seconds: float) -> Callable[[Prompt], Completion]:
    def fail(_: Prompt) -> Completion:
        service.clock.advance(seconds)
        raise ProviderUnavailable("models", "500", retry_after_seconds=1.5)

    return fail


async def test_no_wait_begins_that_would_end_after_the_time_of_the_operation() -> None:
    service = a_service()
    service.chat["openai"] = ScriptedChatModel(failing_after(service, 58.5), ANSWER)
    with pytest.raises(ProviderUnavailable):
        await complete(service)
    assert service.clock.elapsed() == 58.5
    assert len(await service.entries()) == 1


async def test_no_attempt_begins_when_the_time_of_the_operation_is_over() -> None:
    service = a_service()
    service.chat["openai"] = ScriptedChatModel(failing_after(service, 60), ANSWER)
    with pytest.raises(DeadlineExceeded):
        await complete(service)
    assert [entry.reason for entry in await service.entries()] == ["provider-unavailable"]


async def test_time_that_passes_while_the_row_is_written_counts_and_then_nothing_is_sent() -> None:
    service = a_service(ANSWER)

    class SlowLedger(InMemoryUsageLedger):
        async def open(self, entry: UsageEntry, *, holds: Sequence[Hold] = ()) -> None:
            await super().open(entry, holds=holds)
            service.clock.advance(60)

    slow = replace(service, ledger=SlowLedger())
    with pytest.raises(DeadlineExceeded):
        await complete(slow)
    (entry,) = await slow.entries()
    assert (entry.status, entry.cost_usd, entry.reason) == (UsageStatus.FAILED, Decimal(0), "deadline-exceeded")
    assert slow.chat["openai"].asked == []


@pytest.mark.parametrize(
    "failure",
    [
        ProviderRejected("models", "401: wrong key"),
        ProviderThrottled("models", "429", retry_after_seconds=60.0),
    ],
)
async def test_what_cannot_get_better_soon_is_not_tried_again(failure: ProviderUnavailable) -> None:
    service = a_service(failure, ANSWER)
    with pytest.raises(type(failure)):
        await complete(service)
    (entry,) = await service.entries()
    assert entry.status is UsageStatus.FAILED
    assert entry.reason == failure.code


@pytest.mark.parametrize(
    "failure",
    [UnusableCompletion("no JSON"), DeadlineExceeded("60 s are over"), ProviderBrokeOff("models", "connection reset")],
)
async def test_what_the_provider_may_have_worked_for_is_charged_at_the_most_it_can_come_to(
    failure: DomainError,
) -> None:
    service = a_service(failure)
    with pytest.raises(type(failure)):
        await complete(service)
    (entry,) = await service.entries()
    assert (entry.status, entry.reason) == (UsageStatus.ESTIMATED, failure.code)
    assert entry.usage == TokenUsage(input_tokens=13 + 8 + 16, output_tokens=100, estimated=True)
    assert entry.cost_usd > 0


async def test_an_answer_that_cannot_be_used_and_says_what_it_took_is_charged_so() -> None:
    nonsense = UnusableAnswer("no choices", usage=TokenUsage(input_tokens=20, output_tokens=3))
    service = a_service(nonsense, nonsense)
    with pytest.raises(UnusableCompletion):
        await complete(service)
    await service.models.complete_or_empty(ASKED, model=DESIGNER, service=SERVICE, caller=a_caller())
    refused, empty = await service.entries()
    assert (refused.status, refused.usage, refused.reason) == (
        UsageStatus.SETTLED,
        nonsense.usage,
        "unusable-completion",
    )
    assert (empty.status, empty.usage) == (UsageStatus.SETTLED, nonsense.usage)


async def test_a_caller_that_leaves_pays_the_estimate() -> None:
    service = a_service()
    asked = asyncio.Event()

    class Endless(ScriptedChatModel):
        async def complete(self, prompt: Prompt, *, model: ModelConfig, timeout_seconds: float) -> Completion:
            asked.set()
            await asyncio.Event().wait()
            return await super().complete(prompt, model=model, timeout_seconds=timeout_seconds)

    service.chat["openai"] = Endless()
    call = asyncio.create_task(complete(service))
    await asked.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    (entry,) = await service.entries()
    assert (entry.status, entry.reason) == (UsageStatus.ESTIMATED, "abandoned")


def a_cap(limit: str, **changes: str) -> BudgetRule:
    return BudgetRule(
        name="cap", unit=BudgetUnit.USD, limit=Decimal(limit), period=BudgetPeriod.DAY, user_id=changes.get("user_id")
    )


async def test_a_call_that_does_not_fit_its_budget_is_refused_before_the_provider_hears_of_it() -> None:
    service = a_service(ANSWER, budgets=(a_cap("0.00001"),))
    with pytest.raises(BudgetExhausted) as refused:
        await complete(service)
    assert refused.value.facts["rule"] == "cap"
    assert service.chat["openai"].asked == []
    assert await service.entries() == []


async def test_after_a_call_the_hold_is_spend_to_the_last_digit() -> None:
    rule = a_cap("1")
    service = a_service(ANSWER, budgets=(rule,))
    await complete(service)
    (counter,) = await service.ledger.counters([rule], at=MOMENT)
    assert (counter.spent, counter.held) == (Decimal("0.00015"), Decimal(0))


async def test_another_users_budget_does_not_count() -> None:
    service = a_service(ANSWER, budgets=(a_cap("0.00001", user_id="jun@quant.kr"),))
    assert await complete(service) == ANSWER


async def test_what_a_dearer_default_would_have_cost_is_saved() -> None:
    cheap = replace(DESIGNER, model_id="gpt-4o", prices=(price("0.05"),))
    service = a_service(ANSWER)
    await complete(service, model=cheap)
    (entry,) = await service.entries()
    # At the default: 1,000 x 0.15 + 50 x 0.60 = 0.00018; here 1,000 x 0.05 + 50 x 0 = 0.00005.
    assert entry.saved_cost_usd == Decimal("0.00013")


def price(input_usd: str) -> TokenPrice:
    (base,) = DESIGNER.prices
    return replace(
        base,
        input_usd_per_mtok=Decimal(input_usd),
        output_usd_per_mtok=Decimal(0),
        cached_input_usd_per_mtok=None,
    )


async def test_a_model_without_a_price_is_not_called() -> None:
    service = a_service(ANSWER)
    with pytest.raises(UnpricedModel):
        await complete(service, model=replace(DESIGNER, prices=()))
    assert service.chat["openai"].asked == []


def test_the_first_default_that_a_provider_serves_is_chosen() -> None:
    hosted, local = a_service(), a_service(provider="local")
    assert hosted.models.choose(None, service=SERVICE, caller=a_caller()).model_id == "gpt-4o-mini"
    assert local.models.choose(None, service=SERVICE, caller=a_caller()).model_id == "small-writer"


@pytest.mark.parametrize(
    ("model_id", "error"),
    [("gpt-4oo", UnknownModel), ("o1-preview", ModelNotAllowed), ("hashed-words", ModelNotAllowed)],
)
def test_a_model_outside_of_catalogue_or_policy_is_refused(model_id: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        a_service().models.choose(model_id, service=SERVICE, caller=a_caller())


def test_retrieval_is_refused_for_a_model_that_does_not_support_it() -> None:
    service = a_service()
    catalogue = some_governance().catalogue
    models = tuple(replace(m, supports_rag=False) if m.model_id == "gpt-4o" else m for m in catalogue)
    service.governance.replace(replace(some_governance(), catalogue=replace(catalogue, models=models)))
    with pytest.raises(RetrievalNotSupported):
        service.models.choose("gpt-4o", service=SERVICE, caller=a_caller(), retrieval=True)


def test_a_key_narrows_services_and_models() -> None:
    service = a_service()
    narrow = replace(a_caller(), principal=a_principal(models=frozenset({"gpt-4o"})))
    with pytest.raises(ModelNotAllowed):
        service.models.choose("gpt-4o-mini", service=SERVICE, caller=narrow)
    other = replace(a_caller(), principal=a_principal(services=frozenset({"chatops"})))
    with pytest.raises(ServiceNotAllowed):
        service.models.choose(None, service=SERVICE, caller=other)
