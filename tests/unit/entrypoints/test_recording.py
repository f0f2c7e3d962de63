import asyncio
from typing import Any

from litestar.types import Message

from application.ports.answer_book import FirstAnswer
from entrypoints.http.recording import Drains, Recording

START: Any = {
    "type": "http.response.start",
    "status": 200,
    "headers": [
        (b"Content-Type", b"text/event-stream"), (b"cache-control", b"no-store"), (b"content-length", b"12"),
        (b"set-cookie", b"secret"), (b"retry-after", b"5"), (b"x-quantrail-part", b"1"),
    ],
}  # fmt: skip


class Reader:
    """Takes what is sent, or nothing while the gate is shut."""

    def __init__(self, *, open_: bool = True) -> None:
        self.gate = asyncio.Event()
        self.heard: list[Message] = []
        if open_:
            self.gate.set()

    async def send(self, message: Message) -> None:
        await self.gate.wait()
        self.heard.append(message)

    @property
    def text(self) -> bytes:
        return b"".join(message["body"] for message in self.heard if message["type"] == "http.response.body")


def a_start() -> Any:  # noqa: ANN401  # one of ASGI's many messages
    return {**START, "headers": list(START["headers"])}


def piece(text: bytes, *, last: bool = False) -> Any:  # noqa: ANN401  # the same
    return {"type": "http.response.body", "body": text, "more_body": not last}


def a_recording(*, most_bytes: int = 1_000, drains: Drains | None = None) -> Recording:
    return Recording(drains or Drains(), most_bytes=most_bytes)


async def record(recording: Recording, *pieces: bytes) -> None:
    await recording.send(a_start())
    for text in pieces:
        await recording.send(piece(text))
    await recording.send(piece(b"", last=True))


async def several_turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_an_answer_is_remembered_with_the_headers_that_belong_to_it() -> None:
    recording = a_recording()
    await record(recording, "낙".encode(), "폭".encode())
    kept = {"content-type": "text/event-stream", "cache-control": "no-store", "x-quantrail-part": "1"}
    assert recording.answer == FirstAnswer(status=200, headers=kept, body="낙폭".encode())


async def test_what_has_not_ended_is_no_answer() -> None:
    recording = a_recording()
    assert (recording.answer, recording.status) == (None, 0)
    await recording.send(a_start())
    await recording.send(piece(b"half"))
    assert (recording.answer, recording.status) == (None, 200)


async def test_pieces_go_out_as_they_come_and_the_end_when_all_is_done() -> None:
    recording, reader = a_recording(), Reader()
    passing = asyncio.create_task(recording.pass_on(reader.send))
    await recording.send(a_start())
    await several_turns()
    assert reader.heard == []
    await recording.send(piece(b"one"))
    await several_turns()
    assert reader.heard == [a_start(), piece(b"one")]
    await recording.send(piece(b"two", last=True))
    await several_turns()
    assert reader.text == b"one"
    recording.close()
    await passing
    assert reader.heard[-1] == piece(b"two", last=True)


async def test_a_slow_reader_does_not_slow_down_the_work() -> None:
    recording, reader = a_recording(), Reader(open_=False)
    passing = asyncio.create_task(recording.pass_on(reader.send))
    await record(recording, *[b"x"] * 500)
    recording.close()
    assert recording.answer is not None
    assert reader.heard == []
    reader.gate.set()
    await passing
    assert reader.text == b"x" * 500


async def test_what_is_too_large_to_be_kept_waits_for_its_reader() -> None:
    recording, reader = a_recording(most_bytes=10), Reader(open_=False)
    passing = asyncio.create_task(recording.pass_on(reader.send))
    recorded = asyncio.create_task(record(recording, *[b"12345"] * 10))
    await several_turns()
    assert recording.too_large
    assert not recorded.done()
    reader.gate.set()
    await recorded
    recording.close()
    await passing
    assert (reader.text, recording.answer) == (b"12345" * 10, None)


async def test_exactly_as_much_as_can_be_kept_is_kept() -> None:
    recording = a_recording(most_bytes=10)
    await record(recording, b"12345", b"67890")
    assert recording.answer is not None


async def test_an_answer_in_one_piece_says_that_it_is_too_large() -> None:
    recording, reader = a_recording(most_bytes=10), Reader()
    await recording.send(a_start())
    await recording.send(piece(b"x" * 11, last=True))
    recording.close()
    await recording.pass_on(reader.send)
    start: Any = reader.heard[0]
    assert start["headers"][-1] == (b"idempotent-kept", b"false")


async def test_a_reader_who_breaks_off_has_left() -> None:
    recording = a_recording(drains=Drains(most=0))

    async def broken(_: Message) -> None:
        raise BrokenPipeError

    passing = asyncio.create_task(recording.pass_on(broken))
    await record(recording, b"one", b"two")
    assert (await recording.receive())["type"] == "http.disconnect"
    recording.close()
    await passing
    assert recording.answer is not None


async def test_a_stream_is_to_end_when_its_reader_has_left_and_there_is_no_place() -> None:
    drains = Drains(most=1)
    first, second = a_recording(drains=drains), a_recording(drains=drains)
    asked = [asyncio.create_task(recording.receive()) for recording in (first, second)]
    await several_turns()
    assert not any(task.done() for task in asked)
    for recording in (first, second):
        await recording.watch(_gone)
    await several_turns()
    assert [task.done() for task in asked] == [False, True]
    await record(first, b"one")
    assert (await asked[0])["type"] == "http.disconnect"
    third = a_recording(drains=drains)
    await third.watch(_gone)
    again = asyncio.create_task(third.receive())
    await several_turns()
    assert not again.done()
    again.cancel()


async def test_what_nobody_reads_and_cannot_be_kept_is_to_end() -> None:
    recording = a_recording(most_bytes=3)
    asked = asyncio.create_task(recording.receive())
    await recording.watch(_gone)
    await recording.send(a_start())
    await recording.send(piece(b"one"))
    await several_turns()
    assert not asked.done()
    await recording.send(piece(b"two"))
    await asked


async def test_a_stream_that_has_ended_waits_for_nobody() -> None:
    recording = a_recording()
    asked = asyncio.create_task(recording.receive())
    await record(recording, b"one")
    assert (await asked)["type"] == "http.disconnect"


async def _gone() -> Any:  # noqa: ANN401  # one of ASGI's many messages
    return {"type": "http.disconnect"}
