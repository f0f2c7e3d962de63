import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from decimal import Decimal

import pytest

from adapters.memory.chat_model import Asked, ScriptedChatModel
from application.streamed import Streamed
from domain.catalogue import ModelConfig
from domain.errors import BudgetExhausted, DeadlineExceeded, DomainError, ProviderUnavailable, StoreUnavailable
from domain.prompting import Completion, CompletionChunk, FinishReason, Message, MessageRole, Prompt
from domain.provider_errors import ProviderBrokeOff
from domain.usage import TokenUsage, UsageStatus
from tests.builders import MOMENT, a_caller, a_rule
from tests.unit.application.ledgers import TroubledLedger
from tests.unit.application.services import DEAR, DESIGNER, Service, a_service
from tests.unit.application.waiting import until

SERVICE = "chatops"
ASKED = Prompt(
    version="chatops@1",
    messages=(Message(role=MessageRole.USER, text="RSI 전략은 어땠어?"),),
    max_output_tokens=100,
)
USED = TokenUsage(input_tokens=1_000, cached_input_tokens=400, output_tokens=50)


class Streaming(ScriptedChatModel):
    """Streams these chunks; what is an error is raised, and what is None never comes."""

    def __init__(self, *streams: Sequence[CompletionChunk | DomainError | None]) -> None:
        super().__init__()
        self._streams = list(streams)
        self.closed = 0
        self.opened = 0

    async def stream(
        self, prompt: Prompt, *, model: ModelConfig, timeout_seconds: float
    ) -> AsyncGenerator[CompletionChunk, None]:
        self.asked.append(Asked(prompt=prompt, model=model, timeout_seconds=timeout_seconds))
        self.opened += 1
        try:
            for chunk in self._streams.pop(0):
                if isinstance(chunk, DomainError):
                    raise chunk
                if chunk is None:
                    await asyncio.Event().wait()
                else:
                    yield chunk
        finally:
            self.closed += 1


def said(*texts: str, usage: TokenUsage | None = None) -> list[CompletionChunk | DomainError | None]:
    words: list[CompletionChunk | DomainError | None] = [CompletionChunk(text=text) for text in texts]
    return [*words, CompletionChunk(usage=usage, finish_reason=FinishReason.STOP)]


def a_streaming_service(*streams: Sequence[CompletionChunk | DomainError | None]) -> tuple[Service, Streaming]:
    service, model = a_service(), Streaming(*streams)
    service.chat["openai"] = model
    return service, model


def stream(service: Service, model: ModelConfig = DEAR) -> AsyncGenerator[Streamed, None]:
    return service.models.stream(ASKED, model=model, service=SERVICE, caller=a_caller())


async def test_the_pieces_come_between_an_empty_one_and_the_generation() -> None:
    service, _ = a_streaming_service(said("낙폭을 ", "보세요.", usage=USED))
    first, *pieces, last = [piece async for piece in stream(service)]
    assert first == Streamed()
    assert [piece.text for piece in pieces] == ["낙폭을 ", "보세요."]
    assert last.generation is not None
    assert (last.generation.usage, last.generation.attempts) == (USED, 1)
    assert last.finish_reason is FinishReason.STOP
    (entry,) = await service.entries()
    assert (entry.status, entry.usage) == (UsageStatus.SETTLED, USED)
    assert entry.cost_usd == last.generation.cost_usd == Decimal("0.00015")


async def test_the_row_is_committed_before_the_provider_is_asked() -> None:
    service, model = a_streaming_service(said("네"))
    async with aclosing(stream(service)) as pieces:
        assert await anext(pieces) == Streamed()
        (entry,) = await service.entries()
        assert (entry.status, model.opened) == (UsageStatus.PENDING, 0)


async def test_a_usage_that_nobody_reports_is_counted_from_what_was_received() -> None:
    service, _ = a_streaming_service(said("좋은 ", "전략"))
    _ = [piece async for piece in stream(service)]
    (entry,) = await service.entries()
    assert (entry.status, entry.usage.estimated, entry.usage.output_tokens) == (UsageStatus.ESTIMATED, True, 4)
    assert entry.reason is None


async def test_who_leaves_early_closes_the_provider_and_pays_for_what_came() -> None:
    service, model = a_streaming_service([CompletionChunk(text="좋은 전략"), None])
    pieces = stream(service)
    await anext(pieces)
    await anext(pieces)
    await pieces.aclose()
    assert (model.opened, model.closed) == (1, 1)
    (entry,) = await service.entries()
    assert (entry.status, entry.reason, entry.usage.output_tokens) == (UsageStatus.ESTIMATED, "abandoned", 4)


async def test_who_is_cancelled_while_waiting_closes_the_provider_and_pays_for_what_came() -> None:
    service, model = a_streaming_service([CompletionChunk(text="좋은"), None])
    heard = asyncio.Event()

    async def listen() -> None:
        async with aclosing(stream(service)) as pieces:
            async for piece in pieces:
                if piece.text:
                    heard.set()

    task = asyncio.create_task(listen())
    await heard.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert model.closed == 1
    (entry,) = await service.entries()
    assert (entry.status, entry.reason, entry.usage.output_tokens) == (UsageStatus.ESTIMATED, "abandoned", 2)


async def test_who_leaves_before_the_first_word_pays_for_the_question() -> None:
    service, model = a_streaming_service([None])
    pieces = stream(service)
    await anext(pieces)
    waiting = asyncio.ensure_future(anext(pieces))
    await until(lambda: model.opened == 1)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    (entry,) = await service.entries()
    assert (entry.status, entry.usage.output_tokens, entry.reason) == (UsageStatus.ESTIMATED, 0, "abandoned")
    assert entry.usage.input_tokens == 8 + 4 + 3  # the words, around the message, around the whole
    assert entry.cost_usd > 0


async def test_who_leaves_before_the_provider_was_asked_pays_nothing() -> None:
    service, model = a_streaming_service(said("never"))
    pieces = stream(service)
    await anext(pieces)
    await pieces.aclose()
    (entry,) = await service.entries()
    assert (entry.status, entry.cost_usd, entry.reason) == (UsageStatus.FAILED, Decimal(0), "abandoned")
    assert model.opened == 0


async def test_a_stream_that_breaks_is_settled_with_what_came_and_not_tried_again() -> None:
    broken = ProviderUnavailable("models", "the stream broke", retry_after_seconds=0.1)
    service, model = a_streaming_service([CompletionChunk(text="좋은"), broken], said("never"))
    with pytest.raises(ProviderUnavailable):
        _ = [piece async for piece in stream(service)]
    assert model.opened == 1
    (entry,) = await service.entries()
    assert (entry.status, entry.reason) == (UsageStatus.ESTIMATED, "provider-unavailable")
    assert entry.usage.output_tokens == 2


async def test_what_breaks_before_its_first_word_is_tried_again_and_each_attempt_is_a_row() -> None:
    service, _ = a_streaming_service(
        [ProviderUnavailable("models", "503", retry_after_seconds=0.1)], said("네", usage=USED)
    )
    pieces = [piece async for piece in stream(service)]
    assert [piece.text for piece in pieces] == ["", "네", ""]
    assert pieces[-1].generation is not None
    assert pieces[-1].generation.attempts == 2
    first, second = await service.entries()
    assert (first.status, first.cost_usd) == (UsageStatus.FAILED, Decimal(0))
    assert second.status is UsageStatus.SETTLED
    assert first.operation_id == second.operation_id


async def test_what_ran_out_of_time_before_its_first_word_is_charged_for_the_question() -> None:
    service, _ = a_streaming_service([DeadlineExceeded("60 s are over")])
    with pytest.raises(DeadlineExceeded):
        _ = [piece async for piece in stream(service)]
    (entry,) = await service.entries()
    assert (entry.status, entry.reason) == (UsageStatus.ESTIMATED, "deadline-exceeded")
    assert (entry.usage.input_tokens, entry.usage.output_tokens) == (15, 0)


async def test_a_model_that_cannot_stream_answers_in_one_piece() -> None:
    service = a_service(Completion(text="한 번에 다 말합니다.", usage=USED))
    pieces = [piece async for piece in stream(service, DESIGNER)]
    assert [piece.text for piece in pieces] == ["", "한 번에 다 말합니다.", ""]
    (entry,) = await service.entries()
    assert (entry.status, entry.usage) == (UsageStatus.SETTLED, USED)


async def test_a_stream_that_does_not_fit_its_budget_is_refused_before_the_provider_hears_of_it() -> None:
    service, model = a_streaming_service(said("네"))
    rules = service.governance.current()
    cap = a_rule(limit=Decimal("0.000001"))
    service.governance.replace(type(rules)(catalogue=rules.catalogue, policies=rules.policies, budgets=(cap,)))
    with pytest.raises(BudgetExhausted):
        await anext(stream(service))
    assert model.opened == 0
    assert await service.entries() == []


async def test_after_a_stream_that_was_left_nothing_is_held() -> None:
    service, _ = a_streaming_service([CompletionChunk(text="좋은"), None])
    rules, cap = service.governance.current(), a_rule()
    service.governance.replace(type(rules)(catalogue=rules.catalogue, policies=rules.policies, budgets=(cap,)))
    pieces = stream(service)
    await anext(pieces)
    await anext(pieces)
    await pieces.aclose()
    (counter,) = await service.ledger.counters([cap], at=MOMENT)
    assert (counter.held, counter.spent) == (Decimal(0), await service.spent())


def a_troubled_stream(
    ledger: TroubledLedger, *streams: Sequence[CompletionChunk | DomainError | None]
) -> tuple[Service, Streaming]:
    service, model = a_streaming_service(*streams)
    return replace(service, ledger=ledger), model


async def test_a_stream_whose_row_cannot_be_written_is_not_asked_for() -> None:
    service, model = a_troubled_stream(TroubledLedger(opening=[True]), said("네"))
    with pytest.raises(StoreUnavailable):
        await anext(stream(service))
    await service.book.close()
    assert model.opened == 0
    assert await service.entries() == []


async def test_a_stream_is_heard_to_its_end_though_the_database_is_away_and_settled_when_it_is_back() -> None:
    service, _ = a_troubled_stream(TroubledLedger(settling=[True, True]), said("낙폭을 ", "보세요.", usage=USED))
    pieces = [piece async for piece in stream(service)]
    assert pieces[-1].generation is not None
    assert pieces[-1].generation.usage == USED
    await service.book.close()
    assert [entry.status for entry in await service.entries()] == [UsageStatus.SETTLED]


async def test_who_leaves_a_stream_while_the_database_is_away_closes_the_provider_at_once_and_pays_later() -> None:
    service, model = a_troubled_stream(TroubledLedger(settling=[True]), [CompletionChunk(text="좋은 전략"), None])
    pieces = stream(service)
    await anext(pieces)
    await anext(pieces)
    await pieces.aclose()
    assert model.closed == 1
    await service.book.close()
    (entry,) = await service.entries()
    assert (entry.status, entry.reason, entry.usage.output_tokens) == (UsageStatus.ESTIMATED, "abandoned", 4)


async def test_a_provider_that_does_not_let_go_does_not_keep_the_row_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("application.meter.CLOSING_SECONDS", 0.01)

    class Clinging(Streaming):
        async def stream(
            self, prompt: Prompt, *, model: ModelConfig, timeout_seconds: float
        ) -> AsyncGenerator[CompletionChunk, None]:
            try:
                async with aclosing(super().stream(prompt, model=model, timeout_seconds=timeout_seconds)) as chunks:
                    async for chunk in chunks:
                        yield chunk
            finally:
                await asyncio.Event().wait()

    service = a_service()
    service.chat["openai"] = Clinging([CompletionChunk(text="좋은"), None])
    pieces = stream(service)
    await anext(pieces)
    await anext(pieces)
    await pieces.aclose()
    (entry,) = await service.entries()
    assert (entry.status, entry.reason) == (UsageStatus.ESTIMATED, "abandoned")


async def test_a_stream_that_was_reported_and_then_broke_is_charged_as_reported() -> None:
    broken = ProviderBrokeOff("models", "the stream broke", retry_after_seconds=0.1)
    service, _ = a_streaming_service([CompletionChunk(text="좋은", usage=USED), broken])
    with pytest.raises(ProviderBrokeOff):
        _ = [piece async for piece in stream(service)]
    (entry,) = await service.entries()
    assert (entry.status, entry.usage, entry.reason) == (UsageStatus.SETTLED, USED, "provider-unavailable")


async def test_a_stream_that_broke_before_its_first_word_is_charged_for_the_question_and_tried_again() -> None:
    broken = ProviderBrokeOff("models", "cut", retry_after_seconds=0.1)
    service, _ = a_streaming_service([broken], said("네", usage=USED))
    pieces = [piece async for piece in stream(service)]
    first, second = await service.entries()
    assert (first.status, first.usage.output_tokens) == (UsageStatus.ESTIMATED, 0)
    assert first.cost_usd > 0
    assert pieces[-1].generation is not None
    assert pieces[-1].generation.cost_usd == first.cost_usd + second.cost_usd
    assert (first.attempt, second.attempt, pieces[-1].generation.attempts) == (1, 2, 2)


async def test_an_answer_in_one_piece_that_breaks_is_charged_at_the_most_it_can_come_to() -> None:
    service = a_service(ProviderBrokeOff("models", "cut", retry_after_seconds=60))
    with pytest.raises(ProviderBrokeOff):
        _ = [piece async for piece in stream(service, DESIGNER)]
    (entry,) = await service.entries()
    assert (entry.status, entry.usage.output_tokens) == (UsageStatus.ESTIMATED, 100)


async def test_a_stream_that_is_refused_or_filtered_says_so() -> None:
    service, _ = a_streaming_service(
        [CompletionChunk(text="좋은"), CompletionChunk(usage=USED, finish_reason=FinishReason.CONTENT_FILTER)]
    )
    *_, last = [piece async for piece in stream(service)]
    assert last.generation is not None
    assert last.generation.notes == ("the model refused, or its provider's content filter ended the answer",)


async def test_a_stream_that_ends_at_its_bound_says_so() -> None:
    service, _ = a_streaming_service(
        [CompletionChunk(text="좋은"), CompletionChunk(usage=USED, finish_reason=FinishReason.LENGTH)]
    )
    *_, last = [piece async for piece in stream(service)]
    assert last.generation is not None
    assert last.generation.max_output_tokens == 100
    assert last.generation.notes == ("the model's answer was cut off at its limit of 100 output tokens",)


async def test_a_reader_who_comes_back_after_the_time_finds_nothing_was_sent() -> None:
    service, model = a_streaming_service(said("네"))
    pieces = stream(service)
    await anext(pieces)
    service.clock.advance(60)
    with pytest.raises(DeadlineExceeded):
        await anext(pieces)
    (entry,) = await service.entries()
    assert (model.opened, entry.status, entry.cost_usd) == (0, UsageStatus.FAILED, Decimal(0))
