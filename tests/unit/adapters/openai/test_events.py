from collections.abc import AsyncIterator

import pytest

from adapters.openai.events import LINE_LIMIT, event_payloads
from domain.errors import UnusableCompletion


async def in_chunks(text: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(text), size):
        yield text[start : start + size]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1_000])
async def test_events_are_the_same_however_they_are_cut(size: int) -> None:
    wire = 'data: {"a":"백테스트"}\n\n: a comment\r\nevent: x\ndata:{"b":"\u2028"}\r\n\r\ndata: [DONE]\n\n'.encode()

    payloads = [payload async for payload in event_payloads(in_chunks(wire, size))]

    assert payloads == ['{"a":"백테스트"}'.encode(), '{"b":"\u2028"}'.encode(), b"[DONE]"]


async def test_a_last_line_without_its_end_counts() -> None:
    assert [payload async for payload in event_payloads(in_chunks(b"data: 1", 3))] == [b"1"]


async def test_a_line_that_never_ends_is_given_up() -> None:
    with pytest.raises(UnusableCompletion):
        [payload async for payload in event_payloads(in_chunks(b"x" * (LINE_LIMIT + 10), LINE_LIMIT + 1))]
