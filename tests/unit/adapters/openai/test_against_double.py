"""The adapters against a server that misbehaves, and their figures against its invoice."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from openai import AsyncOpenAI

from adapters.openai.chat_model import OpenAIChatModel
from adapters.openai.client import openai_client
from adapters.openai.embedder import OpenAIEmbedder
from domain.catalogue import ModelCapability, ModelConfig, SystemRole
from domain.embedding import MOST_TEXTS, TextKind
from domain.errors import (
    DeadlineExceeded,
    DomainError,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
    UnusableCompletion,
)
from domain.prompting import AnswerSchema, FinishReason, Prompt
from domain.provider_errors import ProviderBrokeOff, UnusableAnswer
from domain.strategy_schema import strategy_schema
from domain.usage import TokenUsage
from tests.builders import a_model
from tests.contracts.model_builders import CARD, a_prompt, an_embedding_model
from tests.contracts.openai_fixtures import client, double, running_double
from tests.doubles.invoice import SENDING
from tests.doubles.process import OpenAIDouble, openai_double

__all__ = ["client", "double", "running_double"]

SOON = 20.0
O_MODEL = a_model(
    model_id="o1-preview",
    capabilities=frozenset({ModelCapability.CHAT, ModelCapability.REASONING}),
    system_role=SystemRole.NONE,
    takes_temperature=False,
)
LONG = "Backtests of a systematic strategy, one line each. 백테스트 한 줄씩. " * 90


@pytest.fixture
def chat(client: AsyncOpenAI) -> OpenAIChatModel:
    return OpenAIChatModel(client)


async def failure_of(chat: OpenAIChatModel, *, model: ModelConfig | None = None, seconds: float = SOON) -> DomainError:
    with pytest.raises(DomainError) as caught:
        await chat.complete(a_prompt(), model=model or a_model(), timeout_seconds=seconds)
    return caught.value


async def streamed_failure_of(chat: OpenAIChatModel, *, seconds: float = SOON) -> DomainError:
    with pytest.raises(DomainError) as caught:
        _ = [chunk async for chunk in chat.stream(a_prompt(), model=a_model(), timeout_seconds=seconds)]
    return caught.value


def billed(double: OpenAIDouble) -> TokenUsage:
    usage = double.calls()[-1]["usage"]
    details = usage.get("prompt_tokens_details") or {}
    return TokenUsage(
        input_tokens=usage["prompt_tokens"],
        cached_input_tokens=details.get("cached_tokens", 0),
        cache_write_tokens=details.get("cache_write_tokens", 0),
        output_tokens=usage.get("completion_tokens", 0),
        reasoning_tokens=(usage.get("completion_tokens_details") or {}).get("reasoning_tokens", 0),
    )


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("error", ProviderUnavailable),
        ("throttle", ProviderThrottled),
        ("down", ProviderBrokeOff),
        ("garbage", UnusableCompletion),
        ("cut", ProviderBrokeOff),
        ("no_choices", UnusableAnswer),
    ],
)
async def test_each_misbehaviour_is_its_error(
    chat: OpenAIChatModel, double: OpenAIDouble, *, mode: str, kind: type[DomainError]
) -> None:
    double.behave(mode)

    assert type(await failure_of(chat)) is kind


@pytest.mark.parametrize(
    ("mode", "kind"), [("error", ProviderUnavailable), ("down", ProviderBrokeOff), ("cut", ProviderBrokeOff)]
)
async def test_a_stream_that_fails_raises_as_a_whole_answer_does(
    chat: OpenAIChatModel, double: OpenAIDouble, *, mode: str, kind: type[DomainError]
) -> None:
    double.behave(mode)

    assert type(await streamed_failure_of(chat)) is kind


async def test_a_provider_that_stalls_meets_the_deadline(chat: OpenAIChatModel, double: OpenAIDouble) -> None:
    double.behave("stall")

    assert type(await failure_of(chat, seconds=0.2)) is DeadlineExceeded
    assert type(await streamed_failure_of(chat, seconds=0.2)) is DeadlineExceeded


async def test_a_failed_call_is_one_request(chat: OpenAIChatModel, double: OpenAIDouble) -> None:
    double.behave("error", status=503, retry_after="2")
    before = len(double.calls())

    failure = await failure_of(chat)

    assert len(double.calls()) == before + 1
    assert isinstance(failure, ProviderUnavailable)
    assert failure.retry_after_seconds == 2


async def test_a_wrong_key_is_rejected_and_not_repeated(double: OpenAIDouble) -> None:
    wrong = openai_client(api_key="sk-wrong-and-secret", base_url=double.base_url)
    failure = await failure_of(OpenAIChatModel(wrong))
    await wrong.close()

    assert type(failure) is ProviderRejected
    assert "wrong-and-secret" not in f"{failure} {failure.facts}"


async def test_a_model_the_provider_lacks_is_rejected(chat: OpenAIChatModel) -> None:
    assert type(await failure_of(chat, model=a_model(model_id="gemini-9"))) is ProviderRejected


@pytest.mark.parametrize(("mode", "reason"), [("refusal", "content_filter"), ("filter", "content_filter")])
async def test_a_refusal_is_an_answer_that_is_paid_for(
    chat: OpenAIChatModel, double: OpenAIDouble, *, mode: str, reason: str
) -> None:
    double.behave(mode)

    answer = await chat.complete(a_prompt(most=50), model=a_model(), timeout_seconds=SOON)

    assert answer.finish_reason is FinishReason(reason)
    assert answer.text
    assert answer.usage == billed(double)


async def test_usage_that_is_not_reported_is_none(chat: OpenAIChatModel, double: OpenAIDouble) -> None:
    double.behave("no_usage")

    answer = await chat.complete(a_prompt(), model=a_model(), timeout_seconds=SOON)
    chunks = [chunk async for chunk in chat.stream(a_prompt(), model=a_model(), timeout_seconds=SOON)]

    assert answer.usage is None
    assert {chunk.usage for chunk in chunks} == {None}


@pytest.mark.parametrize(
    ("model", "prompt"),
    [
        (a_model(), a_prompt("구글 RSI 전략을 설명해 주세요.", most=None)),
        (a_model(), a_prompt("RSI on GOOG as JSON", schema=CARD, most=200)),
        (a_model(model_id="gpt-4-turbo", encoding="cl100k_base", token_parameter="max_tokens"), a_prompt()),
        (O_MODEL, a_prompt(most=2_000)),
    ],
)
async def test_the_figures_are_those_of_the_invoice(
    chat: OpenAIChatModel, double: OpenAIDouble, *, model: ModelConfig, prompt: Prompt
) -> None:
    answer = await chat.complete(prompt, model=model, timeout_seconds=SOON)
    whole = billed(double)
    chunks = [chunk async for chunk in chat.stream(prompt, model=model, timeout_seconds=SOON)]

    assert answer.usage == whole
    assert [chunk.usage for chunk in chunks if chunk.usage] == [billed(double)]
    assert "".join(chunk.text for chunk in chunks) == answer.text


async def test_reasoning_is_part_of_the_output(chat: OpenAIChatModel) -> None:
    answer = await chat.complete(a_prompt(most=2_000), model=O_MODEL, timeout_seconds=SOON)

    assert answer.usage is not None
    assert 0 < answer.usage.reasoning_tokens < answer.usage.output_tokens


async def test_a_prefix_that_was_sent_before_is_cached_in_whole_steps(
    chat: OpenAIChatModel, double: OpenAIDouble
) -> None:
    first = await chat.complete(a_prompt("One?", instructions=LONG), model=a_model(), timeout_seconds=SOON)
    second = await chat.complete(a_prompt("Two?", instructions=LONG), model=a_model(), timeout_seconds=SOON)

    assert first.usage is not None
    assert second.usage is not None
    assert first.usage.cached_input_tokens == 0
    assert second.usage.cached_input_tokens >= 1_024
    assert second.usage.cached_input_tokens % 128 == 0
    assert second.usage == billed(double)


async def test_cache_writes_are_a_bucket_of_their_own(chat: OpenAIChatModel, double: OpenAIDouble) -> None:
    model = a_model(model_id="gpt-5-mini", takes_temperature=False)

    answer = await chat.complete(a_prompt(instructions=LONG, most=900), model=model, timeout_seconds=SOON)

    assert answer.usage is not None
    assert answer.usage.cache_write_tokens >= 1_024
    assert answer.usage == billed(double)


async def test_a_strategy_comes_back_by_its_schema(chat: OpenAIChatModel) -> None:
    schema = AnswerSchema(name="strategy", schema=strategy_schema())
    prompt = a_prompt("AAPL을 MACD 12/26/9로", schema=schema, most=None)

    answer = await chat.complete(prompt, model=a_model(), timeout_seconds=SOON)

    strategy = json.loads(answer.text)
    assert strategy["symbols"] == ["AAPL"]
    assert strategy["indicators"][0]["params"] == {"fast": 12, "slow": 26, "signal": 9}


async def test_a_fenced_answer_of_a_model_without_schemas_is_unwrapped(
    chat: OpenAIChatModel, double: OpenAIDouble
) -> None:
    double.behave(answers=['```json\n{"name": "가"}\n```'])

    answer = await chat.complete(a_prompt(schema=CARD, most=2_000), model=O_MODEL, timeout_seconds=SOON)

    assert answer.text == '{"name": "가"}'


async def test_closing_a_stream_ends_the_request_upstream(chat: OpenAIChatModel, double: OpenAIDouble) -> None:
    double.behave(delay=0.05, answers=["word " * 2_000])
    stream = chat.stream(a_prompt(most=None), model=a_model(), timeout_seconds=SOON)
    await anext(stream)

    await stream.aclose()

    assert await _eventually_last_note(double) == "client left"


async def _eventually_last_note(double: OpenAIDouble) -> str:
    for _ in range(100):
        if (note := double.notes()[-1]) != SENDING:
            return note
        await asyncio.sleep(0.05)
    return SENDING


async def test_embeddings_are_on_the_invoice(client: AsyncOpenAI, double: OpenAIDouble) -> None:
    embedder = OpenAIEmbedder(client)

    embedded = await embedder.embed(
        ["구글 RSI", "GOOG RSI"], kind=TextKind.PASSAGE, model=an_embedding_model(), timeout_seconds=SOON
    )

    assert embedded.usage == billed(double)


async def test_a_call_is_one_request_however_long_the_list(client: AsyncOpenAI, double: OpenAIDouble) -> None:
    before = len(double.calls())
    embedded = await OpenAIEmbedder(client).embed(
        [f"run {i}" for i in range(MOST_TEXTS)],
        kind=TextKind.PASSAGE,
        model=an_embedding_model(),
        timeout_seconds=SOON,
    )
    [call] = double.calls()[before:]
    assert embedded.usage is not None
    assert (len(embedded.vectors), embedded.usage.input_tokens) == (MOST_TEXTS, call["usage"]["prompt_tokens"])


async def test_no_texts_are_no_request(client: AsyncOpenAI, double: OpenAIDouble) -> None:
    before = len(double.calls())
    embedded = await OpenAIEmbedder(client).embed(
        [], kind=TextKind.PASSAGE, model=an_embedding_model(), timeout_seconds=SOON
    )
    assert (embedded.vectors, len(double.calls()) - before) == ((), 0)


@pytest.mark.parametrize("mode", ["error", "down", "garbage", "throttle"])
async def test_an_embedding_that_fails_raises(client: AsyncOpenAI, double: OpenAIDouble, mode: str) -> None:
    double.behave(mode, path="embeddings")

    with pytest.raises((ProviderUnavailable, UnusableCompletion)):
        await OpenAIEmbedder(client).embed(
            ["GOOG"], kind=TextKind.QUERY, model=an_embedding_model(), timeout_seconds=SOON
        )


async def test_an_embedding_of_another_size_is_refused(client: AsyncOpenAI) -> None:
    model = an_embedding_model("text-embedding-ada-002", dimensions=64)

    with pytest.raises(UnusableCompletion, match="1536"):
        await OpenAIEmbedder(client).embed(["GOOG"], kind=TextKind.QUERY, model=model, timeout_seconds=SOON)


@pytest.fixture
async def outage(tmp_path: Path) -> AsyncIterator[tuple[OpenAIDouble, OpenAIChatModel]]:
    with openai_double(tmp_path) as double:
        made = openai_client(api_key=double.api_key, base_url=double.base_url)
        yield double, OpenAIChatModel(made)
        await made.close()


async def test_after_an_outage_the_same_client_works_again(outage: tuple[OpenAIDouble, OpenAIChatModel]) -> None:
    double, chat = outage
    await chat.complete(a_prompt(), model=a_model(), timeout_seconds=SOON)

    double.stop()
    await asyncio.sleep(0.05)  # the end of the old connection is heard of
    failure = await failure_of(chat)
    double.start()
    answer = await chat.complete(a_prompt(), model=a_model(), timeout_seconds=SOON)

    assert type(failure) is ProviderUnavailable
    assert answer.text
    assert len(double.calls()) == 2
