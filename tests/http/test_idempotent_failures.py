"""What is kept of answers that are no success, or that nobody waited for, and what is not."""

import asyncio
from functools import partial
from typing import NoReturn

import pytest

from application.ports.answer_book import FirstAnswer
from domain.errors import DeadlineExceeded, ProviderUnavailable, StoreUnavailable
from entrypoints.http.app import create_app
from entrypoints.http.idempotency import Idempotency
from tests.http.gated import Client, gated
from tests.http.idempotent import (
    BUILD,
    IDEA,
    KEYED,
    REPORTS,
    another_process,
    build,
    problem,
    replayed,
    rows,
)
from tests.http.service import Caller, Service
from tests.http.test_conversations import script
from tests.http.test_strategies import VALID


async def test_what_was_refused_before_anything_was_paid_may_be_sent_again_under_its_key(
    running: Service, minji: Caller
) -> None:
    model = script(running, VALID)
    for body, status in (
        ({"request": " "}, 422),
        ({"request": 7}, 400),
        (IDEA | {"model_id": "o1-preview"}, 403),
        (IDEA | {"model_id": "gpt-9"}, 422),
    ):
        for _ in range(2):
            answer = await build(minji, body)
            assert (answer.status_code, replayed(answer)) == (status, False)
    assert (await build(minji)).status_code == 200
    assert len(model.asked) == 1
    assert (
        await minji.ask("POST", REPORTS, {"backtest_id": "bt-1"}, headers={"Idempotency-Key": "r-1"})
    ).status_code == 404


async def test_an_outage_is_not_said_again(running: Service, minji: Caller) -> None:
    down = ProviderUnavailable("models", "it is down", retry_after_seconds=60.0)
    model = script(running, down, VALID)
    assert (await build(minji)).status_code == 503
    answer = await build(minji)
    assert (answer.status_code, replayed(answer), len(model.asked)) == (200, False, 2)


async def test_those_who_wait_for_an_outage_hear_of_it_and_do_not_call_too(running: Service, minji: Caller) -> None:
    model = gated(running, lambda _: fail(ProviderUnavailable("models", "it is down", retry_after_seconds=60.0)))
    model.gate.set()
    answers = await asyncio.gather(*(build(minji) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {503}
    assert len(model.asked) == 1


def fail(failure: Exception) -> NoReturn:
    raise failure


async def test_an_answer_that_cannot_be_used_was_paid_for_and_is_said_again(running: Service, minji: Caller) -> None:
    wrong = VALID.replace('"right": 30', '"right": 300')
    model = script(running, wrong, wrong, wrong, VALID)
    first, again = await build(minji), await build(minji)
    assert problem(first) == (502, "unusable-completion")
    assert (again.status_code, again.content, replayed(again)) == (502, first.content, True)
    assert again.headers["content-type"] == "application/problem+json"
    assert len(model.asked) == len(await rows(minji)) == 3
    assert (await build(minji, key="a new one")).status_code == 400
    assert (await build(minji, key="a-new-one")).status_code == 200


async def test_a_deadline_that_was_charged_is_said_again(running: Service, minji: Caller) -> None:
    model = script(running, DeadlineExceeded("too late"), VALID)
    first, again = await build(minji), await build(minji)
    assert (first.status_code, again.status_code, replayed(again)) == (504, 504, True)
    assert len(model.asked) == 1


async def test_a_bug_before_anything_was_paid_may_be_tried_again(running: Service, minji: Caller) -> None:
    model = script(running, VALID)
    providers_of = running.container.model_providers().chat
    del providers_of["openai"]
    assert (await build(minji)).status_code == 503
    providers_of["openai"] = model
    assert (await build(minji)).status_code == 200


async def test_a_book_that_is_down_lets_nothing_be_paid(
    running: Service, minji: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = script(running, VALID)
    book = running.container.stores().answers

    async def down(*_: object, **__: object) -> FirstAnswer:
        raise StoreUnavailable("database", "it is down")

    monkeypatch.setattr(book, "claim", down)
    assert problem(await build(minji)) == (503, "store-unavailable")
    assert model.asked == []
    monkeypatch.undo()
    assert (await build(minji)).status_code == 200


async def test_an_answer_that_cannot_be_kept_is_given_nevertheless(
    running: Service, minji: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    script(running, VALID)
    book = running.container.stores().answers

    async def down(*_: object, **__: object) -> bool:
        raise StoreUnavailable("database", "it is down")

    monkeypatch.setattr(book, "keep", down)
    assert (await build(minji)).status_code == 200
    assert "answer_neither_kept_nor_released" in caplog.messages


async def test_an_answer_that_is_too_large_says_that_it_is_not_kept(
    running: Service, minji: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("entrypoints.http.app.Idempotency", partial(Idempotency, most_bytes=100))
    model = script(running, VALID, VALID)
    async with another_process(running.container) as http:
        first, second = [await build(Caller(http=http, key=minji.key)) for _ in range(2)]
    assert (first.status_code, first.headers["idempotent-kept"]) == (200, "false")
    assert (replayed(second), len(model.asked)) == (False, 2)
    assert "answer_too_large_to_keep" in caplog.messages


async def test_a_client_that_leaves_pays_once_and_finds_its_answer(running: Service, minji: Caller) -> None:
    model = gated(running, VALID)
    client = Client(create_app(running.container), minji, path=BUILD, body=IDEA, headers=KEYED)
    await model.reached.wait()
    client.leave()
    await asyncio.sleep(0)
    model.gate.set()
    await client.served
    assert client.status is None
    again = await build(minji)
    assert (again.status_code, replayed(again)) == (200, True)
    assert len(model.asked) == len(await rows(minji)) == 1


async def test_the_end_of_the_service_frees_the_key(running: Service, minji: Caller) -> None:
    model = gated(running, VALID)
    client = Client(create_app(running.container), minji, path=BUILD, body=IDEA, headers=KEYED)
    await model.reached.wait()
    client.served.cancel()
    with pytest.raises(asyncio.CancelledError):
        await client.served
    script(running, VALID)
    answer = await build(minji)
    assert (answer.status_code, replayed(answer)) == (200, False)
    assert [row["status"] for row in await rows(minji)] == ["settled", "estimated"]
