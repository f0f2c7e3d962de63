"""OpenAI's chat completions."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Final, TypeVar

import httpx2
from openai import AsyncOpenAI, AsyncStream

from adapters.openai.client import request_options
from adapters.openai.errors import PART, broken_off, of_stream, openai_failures
from adapters.openai.events import DONE, event_payloads
from adapters.openai.request import chat_request, takes_schema, texts_of
from adapters.openai.wire import CHAT_ANSWER, ChatAnswer, finish_reason, token_usage
from domain.catalogue import CachedTokens, ModelConfig
from domain.errors import UnusableCompletion
from domain.prompting import Completion, CompletionChunk, FinishReason, Prompt
from domain.provider_errors import UnusableAnswer
from domain.usage import TokenUsage

PATH: Final = "/chat/completions"
Item = TypeVar("Item")


class OpenAIChatModel:
    """Chat models behind OpenAI's interface. The client stays its maker's: it is not closed here."""

    def __init__(self, client: AsyncOpenAI) -> None:
        self._client = client

    async def complete(self, prompt: Prompt, *, model: ModelConfig, timeout_seconds: float) -> Completion:
        """The answer. A refusal is an answer that ended in `content_filter`: it is paid for like any other."""
        body = chat_request(prompt, model=model, stream=False)
        with openai_failures():
            async with asyncio.timeout(timeout_seconds):
                # The SDK's typed calls build and check a tree of objects on either side, which costs more than the
                # rest of the call; what it is kept for (transport, errors, credentials) is all in `post`.
                options = request_options(timeout_seconds)
                response = await self._client.post(PATH, cast_to=httpx2.Response, content=body, options=options)
            answer = completion(CHAT_ANSWER.decode(response.content), cached=model.cached_tokens)
        fenced = prompt.answer_schema is not None and not takes_schema(model)
        return Completion(
            text=unfenced(answer.text) if fenced else answer.text,
            usage=answer.usage,
            finish_reason=answer.finish_reason,
        )

    async def stream(
        self, prompt: Prompt, *, model: ModelConfig, timeout_seconds: float
    ) -> AsyncGenerator[CompletionChunk, None]:
        """The answer in pieces; whoever stops early closes the iterator, which closes the connection."""
        deadline = asyncio.get_running_loop().time() + timeout_seconds
        body = chat_request(prompt, model=model, stream=True)
        async with self._opened(body, timeout_seconds) as response, aclosing(_answers(response, deadline)) as answers:
            async for answer in answers:
                piece = _chunk(answer, model.cached_tokens)
                if piece != CompletionChunk():
                    yield piece

    def texts_sent(self, prompt: Prompt, *, model: ModelConfig) -> list[str]:
        """One text a message, and the schema as JSON where the model takes one."""
        return texts_of(prompt, model=model)

    @asynccontextmanager
    async def _opened(self, body: bytes, timeout_seconds: float) -> AsyncIterator[httpx2.Response]:
        options = request_options(timeout_seconds)
        with openai_failures():
            async with asyncio.timeout(timeout_seconds):
                events = await self._client.post(
                    PATH, cast_to=object, content=body, options=options, stream=True, stream_cls=AsyncStream[object]
                )
        try:
            yield events.response
        finally:
            await events.close()


def completion(answer: ChatAnswer, *, cached: CachedTokens) -> Completion:
    """The first choice as a completion. Raises: UnusableCompletion where there is none."""
    usage = token_usage(answer.usage, cached=cached)
    if not answer.choices or answer.choices[0].message is None:
        raise _no_completion(answer, usage)
    choice = answer.choices[0]
    words = choice.message
    if words is not None and words.refusal:
        return Completion(text=words.refusal, usage=usage, finish_reason=FinishReason.CONTENT_FILTER)
    return Completion(
        text=(words.content if words else None) or "",
        usage=usage,
        finish_reason=finish_reason(choice.finish_reason),
    )


def _no_completion(answer: ChatAnswer, usage: TokenUsage | None) -> UnusableCompletion:
    said = answer.error.message if answer.error else "it holds no choice"
    detail = f"the provider's answer is no completion: {said}"
    return UnusableCompletion(detail, part=PART) if usage is None else UnusableAnswer(detail, usage=usage, part=PART)


def unfenced(text: str) -> str:
    """The JSON inside a Markdown fence, which models without a schema mode like to put around it; else the text."""
    stripped = text.strip()
    if not (stripped.startswith("```") and stripped.endswith("```") and "\n" in stripped):
        return text
    return stripped.partition("\n")[2].removesuffix("```").strip()


def _chunk(answer: ChatAnswer, cached: CachedTokens) -> CompletionChunk:
    """A piece of a stream; the one with the usage has no choice. Raises: what an error in the stream stands for."""
    if answer.error is not None:
        code = answer.error.code
        raise of_stream(None if code is None else str(code), answer.error.message)
    usage = token_usage(answer.usage, cached=cached)
    if not answer.choices:
        return CompletionChunk(usage=usage)
    choice = answer.choices[0]
    ended = None if choice.finish_reason is None else finish_reason(choice.finish_reason)
    words = choice.delta
    if words is not None and words.refusal:
        return CompletionChunk(text=words.refusal, usage=usage, finish_reason=FinishReason.CONTENT_FILTER)
    return CompletionChunk(text=(words and words.content) or "", usage=usage, finish_reason=ended)


async def _answers(response: httpx2.Response, deadline: float) -> AsyncGenerator[ChatAnswer, None]:
    """Each event, read before the deadline. The time-out holds while reading only, not while the reader works.

    Raises: ProviderUnavailable where the stream stops without having said that it ends.
    """
    payloads = event_payloads(response.aiter_bytes())
    ended = False
    while (payload := await _next(payloads, deadline)) != DONE:
        if payload is None and not ended:
            raise broken_off()
        if payload is None:
            return
        with openai_failures():
            answer = CHAT_ANSWER.decode(payload)
        ended = ended or any(choice.finish_reason is not None for choice in answer.choices)
        yield answer


async def _next(payloads: AsyncIterator[bytes], deadline: float) -> bytes | None:
    with openai_failures():
        async with asyncio.timeout_at(deadline):
            return await anext(payloads, None)
