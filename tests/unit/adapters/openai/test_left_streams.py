"""A client that leaves: what its row says, against what the double was asked and what had been written by then."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest
from openai import AsyncOpenAI

from adapters.openai.chat_model import OpenAIChatModel
from adapters.system.clock import SystemClock
from adapters.tokens.tokenizer import BpeTokenizer
from application.bookkeeping import Book
from application.meter import Meter
from application.metering import MeteredChatModel
from application.streamed import Streamed
from domain.prompting import Prompt
from domain.usage import UsageEntry, UsageStatus
from tests.builders import a_caller
from tests.contracts.model_builders import a_prompt
from tests.contracts.openai_fixtures import client, double, running_double
from tests.doubles import billing
from tests.doubles.process import OpenAIDouble
from tests.unit.application.services import DEAR, Service, a_service

__all__ = ["client", "double", "running_double"]

ANSWER = "RSI는 과매도를 봅니다. Buy weakness, sell strength, one position at a time. " * 20
ASKED = a_prompt(
    "\n".join(f"bt-{i}: GOOG RSI({i}) 역추세, 샤프 0.{i}, 최대낙폭 18%" for i in range(40)),
    instructions="근거가 있는 숫자만 쓰고, 한국어로 답하세요.",
    most=2_000,
)


@pytest.fixture
def service() -> Service:
    return a_service()


@pytest.fixture
def models(service: Service, client: AsyncOpenAI) -> MeteredChatModel:
    clock = SystemClock()
    book = Book(ledger=service.ledger, clock=clock)
    meter = Meter(governance=service.governance, book=book, clock=clock, ids=service.ids)
    providers = {"openai": OpenAIChatModel(client)}
    return MeteredChatModel(meter=meter, limits=service.limits, providers=providers, tokenizer=BpeTokenizer())


def stream(models: MeteredChatModel, prompt: Prompt = ASKED) -> AsyncGenerator[Streamed, None]:
    return models.stream(prompt, model=DEAR, service="chatops", caller=a_caller())


async def the_row(service: Service) -> UsageEntry:
    (entry,) = await service.entries()
    return entry


async def until_asked(double: OpenAIDouble, before: int) -> None:
    async with asyncio.timeout(10):
        while len(await asyncio.to_thread(double.requests)) == before:  # noqa: ASYNC110  # another process
            await asyncio.sleep(0.01)


async def noted(double: OpenAIDouble, note: str) -> None:
    """Returns once the double has seen that the client left."""
    async with asyncio.timeout(10):
        while note not in (await asyncio.to_thread(double.notes))[-2:]:  # noqa: ASYNC110  # another process
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
async def test_who_leaves_in_the_middle_is_charged_for_what_was_read_and_what_was_heard(
    models: MeteredChatModel, service: Service, double: OpenAIDouble, share: float
) -> None:
    double.behave(delay=0.001, answers=[ANSWER])
    pieces, heard = stream(models), ""
    async for piece in pieces:
        heard += piece.text
        if len(heard) >= share * len(ANSWER):
            break
    await pieces.aclose()
    entry = await the_row(service)
    assert (entry.status, entry.reason) == (UsageStatus.ESTIMATED, "abandoned")
    asked = double.calls()[-1]["usage"]["prompt_tokens"]
    assert abs(entry.usage.input_tokens - asked) <= 0.02 * asked
    assert entry.usage.output_tokens == len(billing.tokens_of(heard, DEAR.model_id))
    await noted(double, "client left")


async def test_who_leaves_before_the_first_word_is_charged_for_what_was_read(
    models: MeteredChatModel, service: Service, double: OpenAIDouble
) -> None:
    double.behave("stall")
    before, pieces = len(double.requests()), stream(models)
    assert await anext(pieces) == Streamed()
    waiting = asyncio.ensure_future(anext(pieces))
    await until_asked(double, before)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    entry = await the_row(service)
    billed = len(billing.prompt_tokens(double.requests()[-1]))
    assert abs(entry.usage.input_tokens - billed) <= 0.02 * billed
    assert entry.usage.output_tokens == 0
    await noted(double, "stalled, client left")


async def test_who_stays_to_the_end_is_charged_what_the_provider_reports(
    models: MeteredChatModel, service: Service, double: OpenAIDouble
) -> None:
    double.behave(answers=[ANSWER])
    *_, last = [piece async for piece in stream(models)]
    entry, billed = await the_row(service), double.calls()[-1]["usage"]
    assert (entry.usage.input_tokens, entry.usage.output_tokens) == (
        billed["prompt_tokens"],
        billed["completion_tokens"],
    )
    assert last.generation is not None
    assert last.generation.cost_usd == entry.cost_usd


async def test_the_bound_that_is_named_is_the_one_that_was_sent_and_ends_the_answer(
    models: MeteredChatModel, double: OpenAIDouble
) -> None:
    double.behave(answers=[ANSWER])
    *_, last = [piece async for piece in stream(models, replace(ASKED, max_output_tokens=7))]
    assert last.generation is not None
    assert last.generation.max_output_tokens == double.requests()[-1]["max_completion_tokens"] == 7
    assert last.generation.usage.output_tokens == 7
    assert last.generation.notes == ("the model's answer was cut off at its limit of 7 output tokens",)
