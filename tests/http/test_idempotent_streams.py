"""Streams under an `Idempotency-Key`: whole for whoever asks again, whatever their first reader did."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from domain.errors import DeadlineExceeded, ProviderUnavailable
from entrypoints.http.app import create_app
from entrypoints.http.idempotency import Idempotency
from entrypoints.http.recording import Drains
from tests.http.events import events_in
from tests.http.gated import Client, GatedChatModel, gated
from tests.http.service import Caller, Json, Service
from tests.http.test_conversations import SESSIONS, a_session, script

ANSWER = "RSI는 과매도를 봅니다. 낙폭을 함께 보세요."
QUESTION = {"question": "RSI를 어떻게 볼까?", "use_rag": False, "stream": True}
KEYED = {"Idempotency-Key": "chat-1"}
ENTRIES = "/api/v1/gen-ai/usage/entries?service=chatops"


@pytest.fixture
async def path(minji: Caller) -> str:
    return f"{SESSIONS}/{await a_session(minji)}/chat"


Bound = Callable[..., None]


@pytest.fixture
def bound(monkeypatch: pytest.MonkeyPatch) -> Bound:
    """Applications made from now on keep and drain no more than this."""

    def change(**bounds: Any) -> None:  # noqa: ANN401  # whatever the middleware is made of
        monkeypatch.setattr("entrypoints.http.app.Idempotency", partial(Idempotency, **bounds))

    return change


def client(running: Service, caller: Caller, path: str, *, keyed: bool = True) -> Client:
    headers = KEYED if keyed else {}
    return Client(create_app(running.container), caller, path=path, body=QUESTION, headers=headers)


async def turns(caller: Caller, path: str) -> list[Json]:
    return list((await caller.get(path.removesuffix("/chat")))["turns"])


async def rows(caller: Caller) -> list[Json]:
    return list((await caller.get(ENTRIES))["entries"])


async def left_after_the_first_sentence(running: Service, minji: Caller, path: str) -> tuple[Client, GatedChatModel]:
    model = gated(running, ANSWER)
    reader = client(running, minji, path)
    await reader.until_said("contexts")
    await model.reached.wait()
    reader.leave()
    await asyncio.sleep(0.01)
    return reader, model


async def test_a_stream_comes_again_event_by_event_and_is_paid_once(running: Service, minji: Caller, path: str) -> None:
    model = script(running, ANSWER)
    first = await minji.ask("POST", path, QUESTION, headers=KEYED)
    again = [await minji.ask("POST", path, QUESTION, headers=KEYED) for _ in range(3)]
    assert [event.name for event in events_in(first.text)] == ["contexts", "delta", "delta", "done"]
    for answer in again:
        assert answer.content == first.content
        assert answer.headers["idempotent-replayed"] == "true"
        for name in ("content-type", "cache-control", "x-accel-buffering"):
            assert answer.headers[name] == first.headers[name]
    assert "idempotent-replayed" not in first.headers
    (row,) = await rows(minji)
    assert row["operation_id"] == events_in(first.text)[-1].content["generation"]["operation_id"]
    assert len(model.asked) == len(await turns(minji, path)) == 1


async def test_the_same_question_whole_is_another_request(running: Service, minji: Caller, path: str) -> None:
    script(running, ANSWER)
    await minji.ask("POST", path, QUESTION, headers=KEYED)
    answer = await minji.ask("POST", path, QUESTION | {"stream": False}, headers=KEYED)
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("idempotency-key-reused")


async def test_events_go_out_while_the_answer_is_made(running: Service, minji: Caller, path: str) -> None:
    model = gated(running, "RSI는 과매도를 봅니다. 낙폭을 함께 보세요. 끝입니다.")
    reader = client(running, minji, path)
    await reader.until_said("contexts")
    await model.reached.wait()
    assert not model.gate.is_set()
    assert reader.status == 200
    model.gate.set()
    await reader.served
    assert [event.name for event in reader.events] == ["contexts", "delta", "delta", "delta", "done"]


async def test_who_asks_meanwhile_gets_the_whole_stream(running: Service, minji: Caller, path: str) -> None:
    model = gated(running, ANSWER)
    readers = [client(running, minji, path) for _ in range(5)]
    await model.reached.wait()
    model.gate.set()
    await asyncio.gather(*(reader.served for reader in readers))
    assert len({reader.body for reader in readers}) == 1
    assert sorted("idempotent-replayed" in reader.headers for reader in readers) == [False] + [True] * 4
    assert len(model.asked) == len(await turns(minji, path)) == 1


async def test_a_stream_that_its_reader_left_is_read_to_its_end_and_paid_once(
    running: Service, minji: Caller, path: str
) -> None:
    reader, model = await left_after_the_first_sentence(running, minji, path)
    heard = reader.body
    model.gate.set()
    await reader.served
    assert reader.body == heard
    again = await minji.ask("POST", path, QUESTION, headers=KEYED)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.content.startswith(heard)
    (turn,) = await turns(minji, path)
    assert events_in(again.text)[-1].content == turn
    assert turn["answer"] == ANSWER
    assert [row["status"] for row in await rows(minji)] == ["settled"]
    assert len(model.asked) == 1


async def test_who_asks_again_while_it_is_read_to_its_end_waits_for_it(
    running: Service, minji: Caller, path: str
) -> None:
    reader, model = await left_after_the_first_sentence(running, minji, path)
    returned = client(running, minji, path)
    await asyncio.sleep(0.01)
    assert returned.status is None
    model.gate.set()
    await asyncio.gather(reader.served, returned.served)
    assert [event.name for event in returned.events] == ["contexts", "delta", "delta", "done"]
    assert len(model.asked) == 1


@pytest.mark.parametrize(("most", "seconds"), [(0, 60.0), (1, 0.0)], ids=["too many", "too long"])
async def test_beyond_the_bounds_a_left_stream_ends_as_one_without_a_key(  # noqa: PLR0917  # fixtures
    running: Service, minji: Caller, path: str, bound: Bound, most: int, seconds: float
) -> None:
    bound(drains=Drains(most=most, seconds=seconds))
    reader, _ = await left_after_the_first_sentence(running, minji, path)
    await reader.served
    (row,) = await rows(minji)
    assert (row["status"], row["reason"]) == ("estimated", "abandoned")
    assert await turns(minji, path) == []
    script(running, ANSWER)
    again = await minji.ask("POST", path, QUESTION, headers=KEYED)
    assert "idempotent-replayed" not in again.headers
    assert events_in(again.text)[-1].name == "done"
    assert len(await rows(minji)) == 2


async def test_a_place_is_free_again_when_a_left_stream_has_ended(
    running: Service, minji: Caller, path: str, bound: Bound
) -> None:
    bound(drains=Drains(most=1))
    app = create_app(running.container)
    for number in range(3):
        model = gated(running, ANSWER)
        headers = {"Idempotency-Key": f"chat-{number}"}
        reader = Client(app, minji, path=path, body=QUESTION, headers=headers)
        await model.reached.wait()
        reader.leave()
        await asyncio.sleep(0.01)
        model.gate.set()
        await reader.served
    assert len(await turns(minji, path)) == 3


async def test_without_a_key_a_stream_ends_with_its_reader(running: Service, minji: Caller, path: str) -> None:
    model = gated(running, ANSWER)
    reader = client(running, minji, path, keyed=False)
    await model.reached.wait()
    reader.leave()
    await reader.served
    assert not model.gate.is_set()
    (row,) = await rows(minji)
    assert (row["status"], row["reason"]) == ("estimated", "abandoned")
    assert await turns(minji, path) == []


async def test_the_end_of_the_service_ends_what_nobody_reads_and_frees_its_key(
    running: Service, minji: Caller, path: str
) -> None:
    reader, _ = await left_after_the_first_sentence(running, minji, path)
    reader.served.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reader.served
    assert [row["status"] for row in await rows(minji)] == ["estimated"]
    script(running, ANSWER)
    again = await minji.ask("POST", path, QUESTION, headers=KEYED)
    assert "idempotent-replayed" not in again.headers
    assert events_in(again.text)[-1].name == "done"


async def test_a_stream_that_an_outage_ends_may_be_tried_again(running: Service, minji: Caller, path: str) -> None:
    script(running, ProviderUnavailable("models", "it is down", retry_after_seconds=60.0), ANSWER)
    first = await minji.ask("POST", path, QUESTION, headers=KEYED)
    assert [event.name for event in events_in(first.text)] == ["contexts", "error"]
    again = await minji.ask("POST", path, QUESTION, headers=KEYED)
    assert events_in(again.text)[-1].name == "done"


async def test_a_stream_that_ends_with_a_charged_failure_is_said_again(
    running: Service, minji: Caller, path: str
) -> None:
    model = script(running, DeadlineExceeded("too late"), ANSWER)
    first = await minji.ask("POST", path, QUESTION, headers=KEYED)
    assert events_in(first.text)[-1].content["status"] == 504
    again = await minji.ask("POST", path, QUESTION, headers=KEYED)
    assert (again.content, again.headers["idempotent-replayed"]) == (first.content, "true")
    assert len(model.asked) == len(await rows(minji)) == 1


async def test_a_stream_that_cannot_begin_may_be_sent_again(running: Service, minji: Caller, path: str) -> None:
    script(running, ANSWER)
    for _ in range(2):
        answer = await minji.ask("POST", path, QUESTION | {"question": " "}, headers=KEYED)
        assert (answer.status_code, "idempotent-replayed" in answer.headers) == (422, False)
    assert (await minji.ask("POST", path, QUESTION, headers=KEYED)).status_code == 200


async def test_a_stream_that_is_too_large_arrives_whole_and_is_not_kept(  # noqa: PLR0917  # fixtures
    running: Service, minji: Caller, path: str, bound: Bound, caplog: pytest.LogCaptureFixture
) -> None:
    bound(most_bytes=200)
    model = script(running, ANSWER, ANSWER)
    for number in (1, 2):
        reader = client(running, minji, path)
        await reader.served
        assert events_in(reader.body.decode())[-1].content["turn"] == number
    assert len(model.asked) == 2
    assert "answer_too_large_to_keep" in caplog.messages
