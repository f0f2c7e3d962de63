"""Requests that are passed on: what goes out, what comes back, and servers that mean no good."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

import pytest

from adapters.openai import events, relay
from adapters.openai.relay import OpenAIRelay, body_of
from domain.errors import DeadlineExceeded, DomainError, ProviderUnavailable, UnusableCompletion
from domain.provider_errors import ProviderBrokeOff
from domain.relay import RelayedChunk, RelayedRequest
from tests.builders import a_model

MODEL = a_model()
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
EVENT = b'data: {"choices":[{"index":0,"delta":{"content":"\xea\xb0\x80"}}]}\n\n'


def a_request(**members: object) -> RelayedRequest:
    whole = {"messages": [{"role": "user", "content": "안녕"}], **members}
    return RelayedRequest(
        members={name: json.dumps(value).encode() for name, value in whole.items()},
        model_id=MODEL.model_id,
        texts=("안녕",),
        max_output_tokens=40,
        stream=bool(members.get("stream")),
    )


def test_a_request_goes_out_as_it_came_but_for_what_rules_change() -> None:
    asked = a_request(model="any", max_tokens=9_000, seed=7, new={"가": [1.50, None]})
    sent = json.loads(body_of(asked, MODEL, stream=False))
    assert sent == {
        "messages": [{"role": "user", "content": "안녕"}], "model": MODEL.model_id, "seed": 7,
        "new": {"가": [1.5, None]}, MODEL.token_parameter: 40,
    }  # fmt: skip


def test_of_a_stream_usage_is_always_asked_and_other_options_stay() -> None:
    asked = a_request(stream=True, stream_options={"include_usage": False, "include_obfuscation": False})
    sent = json.loads(body_of(asked, MODEL, stream=True))
    assert sent["stream"] is True
    assert sent["stream_options"] == {"include_usage": True, "include_obfuscation": False}


@asynccontextmanager
async def a_relay(*answer: bytes, pause: float = 0.0, stay: bool = False) -> AsyncIterator[OpenAIRelay]:
    """To a server that answers every request with these bytes, and then closes or stays silent."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        try:
            for part in answer:
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(pause)
            if stay:
                await asyncio.sleep(5)
        except ConnectionError:
            return
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    made = OpenAIRelay(api_key="sk-any", base_url=f"http://127.0.0.1:{port}/v1")
    try:
        yield made
    finally:
        await made.close()
        server.close()
        await server.wait_closed()


def whole(body: bytes, *headers: bytes) -> bytes:
    return OK + b"".join(header + b"\r\n" for header in headers) + b"Content-Length: %d\r\n\r\n" % len(body) + body


async def failure_of(*answer: bytes, seconds: float = 5.0, stay: bool = False) -> DomainError:
    async with a_relay(*answer, stay=stay) as asked:
        with pytest.raises(DomainError) as caught:
            await asked.relay(a_request(), model=MODEL, timeout_seconds=seconds)
    return caught.value


async def streamed(*answer: bytes, pause: float = 0.0, seconds: float = 5.0, stay: bool = False) -> list[RelayedChunk]:
    async with a_relay(OK + b"\r\n", *answer, pause=pause, stay=stay) as asked:
        asking = asked.relay_stream(a_request(stream=True), model=MODEL, timeout_seconds=seconds)
        async with aclosing(asking) as chunks:
            return [chunk async for chunk in chunks]


async def test_an_answer_is_the_providers_to_the_byte() -> None:
    body = (
        b'{"choices":[{"message":{"content":"\xea\xb0\x80","tool_calls":[{"function":{"name":"f","arguments":"{}"}}]},'
    )
    body += b'"finish_reason":"tool_calls"}],  "usage":{"prompt_tokens":3,"completion_tokens":2}, "extra":[1.50]}'
    async with a_relay(whole(body)) as asked:
        answer = await asked.relay(a_request(), model=MODEL, timeout_seconds=5)
    assert (answer.body, answer.text) == (body, "가f{}")
    assert answer.usage is not None
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (3, 2)


@pytest.mark.parametrize(
    "answer",
    [
        whole(b"<html>"),
        whole(b'{"choices":[]}'),
        whole(b"\xff\xfe{}"),
        whole(b'{"choices":[{"message":{"content":NaN}}]}'),
        whole(gzip.compress(b'{"choices":[]}'), b"Content-Encoding: gzip"),
        whole(b'{"choices":[{"message":{"content":"x"}}],"usage":{"prompt_tokens":-3}}'),
    ],
)
async def test_what_is_no_answer_is_said_to_be_none(answer: bytes) -> None:
    assert isinstance(await failure_of(answer), UnusableCompletion)


async def test_headers_without_end_are_no_answer() -> None:
    failure = await failure_of(OK + b"X-Long: " + b"x" * 1_000_000 + b"\r\n\r\n{}")
    assert isinstance(failure, UnusableCompletion | ProviderUnavailable)


async def test_an_answer_without_end_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "MOST_ANSWER_BYTES", 10_000)
    failure = await failure_of(OK + b"\r\n", *[b"x" * 1_000] * 50, stay=True)
    assert isinstance(failure, UnusableCompletion)
    assert "longer than 10000 bytes" in failure.detail


async def test_a_server_that_says_nothing_is_left_at_the_deadline() -> None:
    assert isinstance(await failure_of(seconds=0.2, stay=True), DeadlineExceeded)
    assert isinstance(await failure_of(OK + b"Content-Length: 9\r\n\r\n{", seconds=0.2, stay=True), DeadlineExceeded)


async def test_a_connection_that_breaks_may_have_to_be_paid_for() -> None:
    assert isinstance(await failure_of(OK + b"Content-Length: 90\r\n\r\n{"), ProviderBrokeOff)
    assert isinstance(await failure_of(b""), ProviderBrokeOff)


async def test_a_stream_in_chunks_of_one_byte_is_the_same_stream() -> None:
    lines = EVENT + b'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
    chunks = await streamed(*(lines[i : i + 1] for i in range(len(lines))))
    assert [chunk.text for chunk in chunks] == ["가", ""]
    assert chunks[0].event == EVENT.removeprefix(b"data: ").strip()


@pytest.mark.parametrize(
    "broken", [b"data: {\n\n", b"data: \xff\xfe\n\n", b'data: {"error":{"message":"overloaded"}}\n\n']
)
async def test_a_stream_that_turns_to_nonsense_is_told(broken: bytes) -> None:
    with pytest.raises((UnusableCompletion, ProviderBrokeOff)):
        await streamed(EVENT, broken, b"data: [DONE]\n\n")


async def test_a_stream_that_stops_without_its_end_broke_off() -> None:
    with pytest.raises(ProviderBrokeOff):
        await streamed(EVENT)


async def test_a_stream_that_never_ends_is_left_at_the_deadline() -> None:
    with pytest.raises(DeadlineExceeded):
        await streamed(*[EVENT] * 200, pause=0.01, seconds=0.3)


async def test_a_line_without_end_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "LINE_LIMIT", 10_000)
    with pytest.raises(UnusableCompletion):
        await streamed(b"data: ", *[b"x" * 1_000] * 50, stay=True)
