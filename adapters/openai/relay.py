"""OpenAI's interface spoken on the wire itself: what comes in goes out, with the fields changed that rules change.

The SDK's own path costs more than all that is done for a call here; what it is kept for elsewhere is not needed for
requests that are passed on as they are.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Final

import aiohttp
import msgspec

from adapters.openai.client import CONNECT_TIMEOUT_SECONDS, CONNECTING_SHARE, DEFAULT_BASE_URL
from adapters.openai.errors import PART, broken_off, of_answer, of_stream, openai_failures
from adapters.openai.events import DONE, event_payloads
from adapters.openai.relayed_wire import RELAYED, RelayedWire
from adapters.openai.wire import finish_reason, token_usage
from domain.catalogue import ModelConfig
from domain.errors import UnusableCompletion
from domain.relay import RelayedAnswer, RelayedChunk, RelayedRequest

PATH: Final = "/chat/completions"
MOST_ANSWER_BYTES: Final = 64 * 1024 * 1024
MOST_ERROR_BYTES: Final = 256 * 1024
CONNECTIONS: Final = 1_000
IDLE_SECONDS: Final = 30.0
BOUNDS: Final = ("max_tokens", "max_completion_tokens")


class OpenAIRelay:
    """One server and key, with connections that are kept warm. Whoever made it closes it."""

    def __init__(self, *, api_key: str, base_url: str | None = None) -> None:
        self._url = (base_url or DEFAULT_BASE_URL).rstrip("/") + PATH
        self._headers = {
            "Authorization": f"Bearer {api_key}",
            "Content-Type": "application/json",
            # What was compressed could be any size, and nothing is gained on the way to a model.
            "Accept-Encoding": "identity",
        }
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """No connection is open any more."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def relay(self, request: RelayedRequest, *, model: ModelConfig, timeout_seconds: float) -> RelayedAnswer:
        """The provider's answer, unchanged."""
        deadline = asyncio.get_running_loop().time() + timeout_seconds
        async with self._answered(body_of(request, model, stream=False), timeout_seconds, deadline) as response:
            with openai_failures():
                async with asyncio.timeout_at(deadline):
                    body = await _whole(response, MOST_ANSWER_BYTES)
                answer = RELAYED.decode(body)
        if not answer.choices:
            raise UnusableCompletion("the provider's answer holds no choice", part=PART)
        return RelayedAnswer(
            body=body,
            usage=token_usage(answer.usage, cached=model.cached_tokens),
            text=answer.text,
            finish_reason=finish_reason(answer.choices[0].finish_reason),
        )

    async def relay_stream(
        self, request: RelayedRequest, *, model: ModelConfig, timeout_seconds: float
    ) -> AsyncGenerator[RelayedChunk, None]:
        """The provider's events, unchanged and in order."""
        deadline = asyncio.get_running_loop().time() + timeout_seconds
        async with self._answered(body_of(request, model, stream=True), timeout_seconds, deadline) as response:
            payloads = event_payloads(_chunks(response, deadline))
            async with aclosing(_pieces(payloads, request, model)) as pieces:
                async for piece in pieces:
                    yield piece

    @asynccontextmanager
    async def _answered(
        self, body: bytes, timeout_seconds: float, deadline: float
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """The answer once its head is there. Raises: what an error status stands for."""
        connecting = min(CONNECTING_SHARE * timeout_seconds, CONNECT_TIMEOUT_SECONDS)
        timeout = aiohttp.ClientTimeout(total=None, connect=connecting, sock_connect=connecting)
        with openai_failures():
            async with asyncio.timeout_at(deadline):
                response = await self._open().post(self._url, data=body, headers=self._headers, timeout=timeout)
        try:
            if response.status >= 400:  # noqa: PLR2004  # where errors begin
                with openai_failures():
                    async with asyncio.timeout_at(deadline):
                        said = await _whole(response, MOST_ERROR_BYTES)
                raise of_answer(response.status, response.headers, said, self._headers["Authorization"])
            if response.headers.get("Content-Encoding", "identity") != "identity":
                raise UnusableCompletion("the provider's answer is compressed, which nobody asked for", part=PART)
            yield response
        finally:
            # One that was read to its end is kept for the next request; any other ends with its connection.
            response.release() if response.content.at_eof() else response.close()

    def _open(self) -> aiohttp.ClientSession:
        """Made with the first request: it belongs to the loop that it runs on."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=IDLE_SECONDS)
            self._session = aiohttp.ClientSession(
                connector=connector, auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session


def body_of(request: RelayedRequest, model: ModelConfig, *, stream: bool) -> bytes:
    """The request as it goes out: every member as it came but the model, the bound and what a stream tells of usage."""
    members = {name: value for name, value in request.members.items() if name not in BOUNDS}
    members["model"] = msgspec.json.encode(model.model_id)
    if request.max_output_tokens is not None:
        members[model.token_parameter] = b"%d" % request.max_output_tokens
    if stream:
        asked = members.get("stream_options", b"null")
        options = {**(msgspec.json.decode(asked, type=dict[str, msgspec.Raw] | None) or {}), "include_usage": True}
        members |= {"stream": b"true", "stream_options": msgspec.json.encode(options)}
    return b"{" + b",".join(msgspec.json.encode(name) + b":" + value for name, value in members.items()) + b"}"


async def _whole(response: aiohttp.ClientResponse, most_bytes: int) -> bytes:
    parts, size = list[bytes](), 0
    async for part in response.content.iter_any():
        size += len(part)
        if size > most_bytes:
            raise UnusableCompletion(f"the provider's answer is longer than {most_bytes} bytes", part=PART)
        parts.append(part)
    return b"".join(parts)


async def _chunks(response: aiohttp.ClientResponse, deadline: float) -> AsyncIterator[bytes]:
    """What comes, read before the deadline; the time-out holds while reading only, not while the reader works."""
    while True:
        with openai_failures():
            async with asyncio.timeout_at(deadline):
                chunk = await response.content.readany()
        if not chunk:
            return
        yield chunk


async def _pieces(
    payloads: AsyncIterator[bytes], request: RelayedRequest, model: ModelConfig
) -> AsyncGenerator[RelayedChunk, None]:
    """Each event. Raises: ProviderBrokeOff where the stream stops without having said that it ends."""
    ended = False
    async for payload in payloads:
        if payload == DONE:
            return
        with openai_failures():
            event = RELAYED.decode(payload)
        if event.error is not None:
            raise of_stream(None if event.error.code is None else str(event.error.code), event.error.message)
        ended = ended or any(choice.finish_reason is not None for choice in event.choices)
        yield _chunk(payload, event, request, model)
    if not ended:
        raise broken_off()


def _chunk(payload: bytes, event: RelayedWire, request: RelayedRequest, model: ModelConfig) -> RelayedChunk:
    reason = next((choice.finish_reason for choice in event.choices if choice.finish_reason is not None), None)
    hidden = not event.choices and event.usage is not None and not request.usage_wanted
    return RelayedChunk(
        text=event.text,
        usage=token_usage(event.usage, cached=model.cached_tokens),
        finish_reason=None if reason is None else finish_reason(reason),
        event=b"" if hidden else payload,
    )
