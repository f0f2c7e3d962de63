"""What the transport really raises, before and after a request may have been received."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import aiohttp
import httpx2
import openai
import pytest

from adapters.openai.chat_model import OpenAIChatModel
from adapters.openai.client import openai_client
from adapters.openai.errors import of_stream, openai_failures
from domain.errors import DeadlineExceeded, DomainError, ProviderRejected, ProviderThrottled, ProviderUnavailable
from domain.provider_errors import ProviderBrokeOff
from tests.builders import a_model
from tests.contracts.model_builders import a_prompt
from tests.contracts.openai_fixtures import client, double, running_double
from tests.doubles.process import OpenAIDouble

__all__ = ["client", "double", "running_double"]

SOON = 20.0
REQUEST = httpx2.Request("POST", "http://127.0.0.1/v1/chat/completions")


@asynccontextmanager
async def a_chat_at(base_url: str, api_key: str = "sk-any") -> AsyncIterator[OpenAIChatModel]:
    made = openai_client(api_key=api_key, base_url=base_url)
    yield OpenAIChatModel(made)
    await made.close()


async def failures_of(chat: OpenAIChatModel, *, seconds: float = SOON) -> list[type[DomainError]]:
    """Of a whole answer, and of a streamed one."""
    with pytest.raises(DomainError) as whole:
        await chat.complete(a_prompt(), model=a_model(), timeout_seconds=seconds)
    with pytest.raises(DomainError) as streamed:
        _ = [chunk async for chunk in chat.stream(a_prompt(), model=a_model(), timeout_seconds=seconds)]
    return [type(whole.value), type(streamed.value)]


@contextmanager
def a_port(*, backlog: int | None = None) -> Iterator[int]:
    """A port of the loopback address that nobody listens at, or at which so many may wait and nobody is taken."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        if backlog is not None:
            held.listen(backlog)
        yield held.getsockname()[1]


async def test_where_nobody_listens_nothing_was_sent() -> None:
    with a_port() as port:
        async with a_chat_at(f"http://127.0.0.1:{port}/v1") as chat:
            assert await failures_of(chat) == [ProviderUnavailable] * 2


async def test_a_connection_that_does_not_come_about_before_the_deadline_has_sent_nothing() -> None:
    with a_port(backlog=0) as port, socket.socket() as first, socket.socket() as second:
        for waiting in (first, second):  # they fill the queue, so that the next one waits outside of it
            waiting.setblocking(False)  # noqa: FBT003  # the socket module's own signature
            waiting.connect_ex(("127.0.0.1", port))
        async with a_chat_at(f"http://127.0.0.1:{port}/v1") as chat:
            assert await failures_of(chat, seconds=0.5) == [ProviderUnavailable] * 2


async def test_a_server_that_does_not_speak_tls_was_sent_nothing(double: OpenAIDouble) -> None:
    async with a_chat_at(double.base_url.replace("http:", "https:")) as chat:
        assert await failures_of(chat) == [ProviderUnavailable] * 2


@pytest.mark.parametrize(
    ("mode", "kinds"),
    [
        ("error", [ProviderUnavailable, ProviderUnavailable]),
        ("throttle", [ProviderThrottled, ProviderThrottled]),
        ("down", [ProviderBrokeOff, ProviderBrokeOff]),
        ("cut", [ProviderBrokeOff, ProviderBrokeOff]),
        ("stall", [DeadlineExceeded, DeadlineExceeded]),
    ],
)
async def test_who_received_the_request_may_have_worked_unless_it_refused(
    double: OpenAIDouble, *, mode: str, kinds: list[type[DomainError]]
) -> None:
    async with a_chat_at(double.base_url, double.api_key) as chat:
        double.behave(mode)
        assert await failures_of(chat, seconds=0.5 if mode == "stall" else SOON) == kinds


async def test_a_stream_that_stops_in_the_middle_meets_its_deadline(double: OpenAIDouble) -> None:
    double.behave("hang")
    async with a_chat_at(double.base_url, double.api_key) as chat:
        stream = chat.stream(a_prompt(), model=a_model(), timeout_seconds=1)
        assert (await anext(stream)).text
        with pytest.raises(DeadlineExceeded):
            _ = [chunk async for chunk in stream]


async def test_a_server_that_hangs_up_on_what_it_was_sent_may_have_worked() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, a_chat_at(f"http://127.0.0.1:{port}/v1") as chat:
        assert await failures_of(chat) == [ProviderBrokeOff] * 2


def as_the_sdk_makes_it(below: Exception, above: httpx2.TransportError) -> openai.APIConnectionError:
    """With the transport's own failure below what it makes of it, which is what the SDK makes its own of."""
    late = isinstance(above, httpx2.TimeoutException)
    error = openai.APITimeoutError(REQUEST) if late else openai.APIConnectionError(request=REQUEST)
    above.__cause__, error.__cause__ = below, above
    return error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (as_the_sdk_makes_it(aiohttp.ConnectionTimeoutError(), httpx2.ConnectTimeout("")), ProviderUnavailable),
        (as_the_sdk_makes_it(aiohttp.ServerDisconnectedError(), httpx2.ConnectTimeout("")), ProviderBrokeOff),
        (as_the_sdk_makes_it(aiohttp.ClientOSError(104, "reset"), httpx2.ConnectTimeout("")), ProviderBrokeOff),
        (as_the_sdk_makes_it(aiohttp.ClientConnectionResetError(), httpx2.ConnectTimeout("")), ProviderBrokeOff),
        (as_the_sdk_makes_it(aiohttp.ClientPayloadError("cut"), httpx2.ReadError("")), ProviderBrokeOff),
        (httpx2.ConnectTimeout("another transport's"), ProviderUnavailable),
        (httpx2.RemoteProtocolError("another transport's"), ProviderBrokeOff),
    ],
)
def test_the_transports_own_word_counts(error: Exception, kind: type[DomainError]) -> None:
    with pytest.raises(DomainError) as caught, openai_failures():
        raise error
    assert type(caught.value) is kind


@pytest.mark.parametrize(
    ("code", "kind"), [("server_error", ProviderBrokeOff), ("rate_limit_exceeded", ProviderThrottled)]
)
def test_an_error_in_the_middle_of_a_stream_is_of_one_who_worked_unless_it_refuses(
    code: str, kind: type[DomainError]
) -> None:
    assert type(of_stream(code, "중간에 실패")) is kind


def test_who_broke_off_is_unavailable_to_the_caller() -> None:
    failure = ProviderBrokeOff("openai", "cut")
    assert isinstance(failure, ProviderUnavailable)
    assert failure.code == "provider-unavailable"
    assert not isinstance(failure, ProviderRejected)
