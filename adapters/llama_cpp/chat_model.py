"""SmolLM2-135M-Instruct: it writes a little English prose, and nothing else well."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from typing import Final

from adapters.llama_cpp.engine import CONTEXT_TOKENS, PART, Engine, Event, Job
from adapters.llama_cpp.schema import grammar_schema
from domain.catalogue import ModelConfig
from domain.errors import DeadlineExceeded, DomainError, ProviderRejected, ProviderUnavailable, UnusableCompletion
from domain.prompting import Completion, CompletionChunk, FinishReason, Prompt
from domain.usage import TokenUsage

DEFAULT_OUTPUT_TOKENS: Final = 256
DEFAULT_TEMPERATURE: Final = 0.0
CLOSING_SECONDS: Final = 5.0
_FINISH_REASONS: Final = {"stop": FinishReason.STOP, "length": FinishReason.LENGTH}


class LlamaCppChatModel:
    """The local chat model, loaded with the first call. Calls wait for each other. `aclose` gives the memory back.

    Raises: ConfigurationError where it is not installed.
    """

    def __init__(self) -> None:
        self._engine = Engine()

    async def complete(self, prompt: Prompt, *, model: ModelConfig, timeout_seconds: float) -> Completion:
        """The whole answer; waiting for its turn counts against the time."""
        text, usage, reason = "", None, None
        async with aclosing(self.stream(prompt, model=model, timeout_seconds=timeout_seconds)) as chunks:
            async for chunk in chunks:
                text += chunk.text
                usage, reason = chunk.usage or usage, chunk.finish_reason or reason
        if reason is None:
            raise UnusableCompletion("the local model ended without an answer", part=PART)
        return Completion(text=text, usage=usage, finish_reason=reason)

    async def stream(
        self, prompt: Prompt, *, model: ModelConfig, timeout_seconds: float
    ) -> AsyncGenerator[CompletionChunk, None]:
        """The answer in pieces; closing the iterator ends it at the next token."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_seconds
        heard: asyncio.Queue[Event | Exception | None] = asyncio.Queue()
        job = Job(request=chat_request(prompt, model=model), tell=_teller(loop, heard))
        self._engine.submit(job)
        try:
            while (event := await _next(heard, deadline)) is not None:
                chunk = _chunk(event)
                if chunk != CompletionChunk():
                    yield chunk
        finally:
            job.stop.set()

    async def aclose(self) -> None:
        """The thread is told to end, and waited for a little."""
        self._engine.close()
        await asyncio.to_thread(self._engine.join, CLOSING_SECONDS)


def chat_request(prompt: Prompt, *, model: ModelConfig) -> Event:
    """OpenAI's request, as llama.cpp takes it. Without a limit the model would write for ever."""
    wanted = prompt.max_output_tokens or model.max_output_tokens or DEFAULT_OUTPUT_TOKENS
    request: Event = {
        "messages": [
            {"role": said.role.value, "content": said.text.encode("utf-8", "replace").decode()}
            for said in prompt.messages
        ],
        "max_tokens": min(wanted, CONTEXT_TOKENS),
        "temperature": DEFAULT_TEMPERATURE if prompt.temperature is None else prompt.temperature,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if prompt.answer_schema is not None:
        schema = grammar_schema(prompt.answer_schema.schema)
        request["response_format"] = {
            "type": "json_schema",
            "json_schema": {"name": prompt.answer_schema.name, "schema": schema},
        }
    return request


def _teller(
    loop: asyncio.AbstractEventLoop, heard: "asyncio.Queue[Event | Exception | None]"
) -> Callable[[Event | Exception | None], None]:
    def tell(event: Event | Exception | None) -> None:
        # The loop may close between any two tokens: nobody waits then.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(heard.put_nowait, event)

    return tell


async def _next(heard: "asyncio.Queue[Event | Exception | None]", deadline: float) -> Event | None:
    try:
        async with asyncio.timeout_at(deadline):
            event = await heard.get()
    except TimeoutError as error:
        raise DeadlineExceeded("the local model did not answer in time", part=PART) from error
    if isinstance(event, DomainError):
        raise event
    if isinstance(event, ValueError):
        raise ProviderRejected(PART, f"the local model rejects the request: {event}") from event
    if isinstance(event, Exception):
        raise ProviderUnavailable(PART, f"the local model failed: {event}") from event
    return event


def _chunk(event: Event) -> CompletionChunk:
    if "error" in event:
        said = event["error"]
        raise ProviderRejected(PART, f"the local model rejects the request: {said.get('message')}")
    usage = _usage(event["usage"]) if "usage" in event else None
    if not event.get("choices"):
        return CompletionChunk(usage=usage)
    choice = event["choices"][0]
    reason = choice.get("finish_reason")
    ended = None if reason is None else _FINISH_REASONS.get(reason, FinishReason.OTHER)
    return CompletionChunk(text=choice["delta"].get("content") or "", usage=usage, finish_reason=ended)


def _usage(said: Event) -> TokenUsage:
    cached = (said.get("prompt_tokens_details") or {}).get("cached_tokens", 0)
    read, written = said["prompt_tokens"], said["completion_tokens"]
    return TokenUsage(input_tokens=read, cached_input_tokens=min(cached, read), output_tokens=written)
