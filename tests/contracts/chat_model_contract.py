import asyncio
import json
from typing import Protocol

import pytest

from application.ports.chat_model import ChatModel, StreamingChatModel
from domain.catalogue import ModelConfig
from domain.errors import DeadlineExceeded
from domain.prompting import CompletionChunk, FinishReason, Prompt
from tests.contracts.model_builders import CARD, a_prompt

PATIENCE_SECONDS = 60.0


class StreamedChatModel(ChatModel, StreamingChatModel, Protocol):
    """Both powers in one adapter, as all of ours have them."""


class ChatModelContract:
    """What every adapter of ChatModel promises. A subclass has the fixtures `chat_model` and `model`."""

    async def test_an_answer_has_words_and_says_what_it_used(self, chat_model: ChatModel, model: ModelConfig) -> None:
        answer = await chat_model.complete(a_prompt(), model=model, timeout_seconds=PATIENCE_SECONDS)

        assert answer.text.strip()
        assert answer.usage is not None
        assert answer.usage.input_tokens > 0
        assert 0 < answer.usage.output_tokens <= 24

    async def test_an_answer_is_cut_at_its_limit_and_says_so(self, chat_model: ChatModel, model: ModelConfig) -> None:
        answer = await chat_model.complete(a_prompt(most=3), model=model, timeout_seconds=PATIENCE_SECONDS)

        assert answer.finish_reason is FinishReason.LENGTH
        assert answer.usage is not None
        assert answer.usage.output_tokens == 3

    async def test_an_answer_follows_its_schema(self, chat_model: ChatModel, model: ModelConfig) -> None:
        prompt = a_prompt("Name a trade. Answer as JSON.", schema=CARD, most=80)

        answer = await chat_model.complete(prompt, model=model, timeout_seconds=PATIENCE_SECONDS)

        card = json.loads(answer.text)
        assert set(card) == {"name", "direction", "length"}
        assert card["direction"] in ("long", "short")
        assert 2 <= card["length"] <= 50
        assert answer.finish_reason is FinishReason.STOP

    async def test_a_question_in_korean_is_answered(self, chat_model: ChatModel, model: ModelConfig) -> None:
        prompt = a_prompt("구글의 RSI 전략을 한 문장으로 설명해 주세요.", instructions="한국어로 답하세요.", most=8)

        answer = await chat_model.complete(prompt, model=model, timeout_seconds=PATIENCE_SECONDS)

        assert answer.text.strip()

    async def test_without_time_the_deadline_has_passed(self, chat_model: ChatModel, model: ModelConfig) -> None:
        with pytest.raises(DeadlineExceeded):
            await chat_model.complete(a_prompt(), model=model, timeout_seconds=0)

    async def test_calls_at_once_are_all_answered(self, chat_model: ChatModel, model: ModelConfig) -> None:
        prompts = [a_prompt(f"Say {word}.", most=4) for word in ("long", "short", "flat")]

        answers = await asyncio.gather(
            *(chat_model.complete(prompt, model=model, timeout_seconds=PATIENCE_SECONDS) for prompt in prompts)
        )

        assert all(answer.text.strip() for answer in answers)


class StreamingChatModelContract:
    """What every adapter of StreamingChatModel promises; the same fixtures."""

    async def test_the_pieces_are_the_answer(self, chat_model: StreamedChatModel, model: ModelConfig) -> None:
        chunks = await _read(chat_model, a_prompt(), model)

        assert "".join(chunk.text for chunk in chunks).strip()
        assert len(chunks) > 2

    async def test_the_last_pieces_say_what_was_used_and_why_it_ended(
        self, chat_model: StreamedChatModel, model: ModelConfig
    ) -> None:
        chunks = await _read(chat_model, a_prompt(most=5), model)

        reported = [chunk.usage for chunk in chunks if chunk.usage is not None]
        assert [usage.output_tokens for usage in reported] == [5]
        assert [chunk.finish_reason for chunk in chunks if chunk.finish_reason] == [FinishReason.LENGTH]
        assert chunks[-1].usage == reported[0]

    async def test_whoever_leaves_early_leaves_the_model_free(
        self, chat_model: StreamedChatModel, model: ModelConfig
    ) -> None:
        stream = chat_model.stream(a_prompt(most=1_000), model=model, timeout_seconds=PATIENCE_SECONDS)
        first = await anext(stream)
        await stream.aclose()

        answer = await chat_model.complete(a_prompt(most=3), model=model, timeout_seconds=PATIENCE_SECONDS)

        assert first.usage is None
        assert answer.text

    async def test_a_stream_without_time_has_passed_its_deadline(
        self, chat_model: StreamedChatModel, model: ModelConfig
    ) -> None:
        with pytest.raises(DeadlineExceeded):
            await anext(chat_model.stream(a_prompt(), model=model, timeout_seconds=0))


async def _read(chat_model: StreamingChatModel, prompt: Prompt, model: ModelConfig) -> list[CompletionChunk]:
    stream = chat_model.stream(prompt, model=model, timeout_seconds=PATIENCE_SECONDS)
    return [chunk async for chunk in stream]
