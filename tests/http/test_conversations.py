import asyncio
import json

import pytest

from adapters.memory.chat_model import Scripted, ScriptedChatModel
from domain.errors import ProviderUnavailable
from tests.http.events import Event, events_in, named
from tests.http.service import Caller, Json, Service, a_body, a_macd_body

SESSIONS = "/api/v1/chatops/sessions"
GROUNDED = "[bt-2041]의 샤프는 0.61입니다."


def script(running: Service, *answers: Scripted) -> ScriptedChatModel:
    model = ScriptedChatModel(*answers)
    running.container.model_providers().chat["openai"] = model
    return model


async def a_session(caller: Caller, **body: object) -> str:
    opened = await caller.post(SESSIONS, body, 201)
    return str(opened["session_id"])


async def chat(caller: Caller, session_id: str, question: str = "RSI 전략은 어땠어?", **more: object) -> Json:
    return await caller.post(f"{SESSIONS}/{session_id}/chat", {"question": question, **more})


async def streamed(
    caller: Caller, session_id: str, question: str = "RSI 전략은 어땠어?", **more: object
) -> list[Event]:
    body = {"question": question, "stream": True, **more}
    answer = await caller.ask("POST", f"{SESSIONS}/{session_id}/chat", body)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/event-stream")
    return events_in(answer.text)


@pytest.fixture
async def recorded(minji: Caller) -> Caller:
    for body in (a_body(), a_macd_body()):
        await minji.record(body)
    await minji.until_indexed()
    return minji


async def test_a_question_is_answered_kept_and_accounted_for(running: Service, recorded: Caller) -> None:
    model = script(running, GROUNDED)
    session_id = await a_session(recorded, title="RSI 점검")
    answered = await chat(recorded, session_id)
    assert (answered["turn"], answered["answer"]) == (1, GROUNDED)
    assert [context["id"] for context in answered["contexts"]] == ["bt-2041"]
    generation = answered["generation"]
    assert (generation["service"], generation["model_id"]) == ("chatops", "gpt-4o")
    assert generation["prompt_version"] == "chatops@1"
    shown = await recorded.get(f"{SESSIONS}/{session_id}")
    assert (shown["title"], shown["turn_count"], shown["turns"]) == ("RSI 점검", 1, [answered])
    (listed,) = (await recorded.get(SESSIONS))["sessions"]
    assert (listed["session_id"], listed["turn_count"]) == (session_id, 1)
    (entry,) = (await recorded.get("/api/v1/gen-ai/usage/entries?service=chatops"))["entries"]
    assert (entry["operation_id"], entry["cost_usd"]) == (generation["operation_id"], generation["cost_usd"])
    assert "0.61" in model.asked[0].prompt.messages[-1].text


async def test_a_stream_tells_contexts_then_sentences_then_the_whole_turn(running: Service, recorded: Caller) -> None:
    script(running, f"{GROUNDED} 총수익률은 45.2%입니다.")
    session_id = await a_session(recorded)
    events = await streamed(recorded, session_id)
    assert [event.name for event in events] == ["contexts", "delta", "delta", "done"]
    assert [context["id"] for context in events[0].content["contexts"]] == ["bt-2041"]
    done = events[-1].content
    assert "".join(delta["text"] for delta in named(events, "delta")) == done["answer"]
    assert (await recorded.get(f"{SESSIONS}/{session_id}"))["turns"] == [done]


@pytest.mark.parametrize("form", ["whole", "stream"])
async def test_a_figure_from_nowhere_does_not_reach_the_reader(running: Service, recorded: Caller, form: str) -> None:
    script(running, f"{GROUNDED} 샤프를 9.87까지 올릴 수 있습니다. 낙폭도 보세요.")
    session_id = await a_session(recorded)
    if form == "stream":
        answered = (await streamed(recorded, session_id))[-1].content
    else:
        answered = await chat(recorded, session_id)
    assert "9.87" not in answered["answer"]
    assert "[bt-2041] RSI 과매도 반등 (GOOG): 총수익률 45.2%" in answered["answer"]
    assert answered["answer"].endswith("낙폭도 보세요.")
    assert any("from nowhere: 1 sentences" in note for note in answered["generation"]["notes"])


async def test_a_follow_up_keeps_the_conditions_and_the_words_before_it(running: Service, recorded: Caller) -> None:
    model = script(running, GROUNDED, "낙폭은 18.0%입니다.")
    session_id = await a_session(recorded)
    await chat(recorded, session_id, "GOOG 전략 보여줘")
    second = await chat(recorded, session_id, "그중에서 낙폭이 가장 작은 건?")
    assert [context["id"] for context in second["contexts"]] == ["bt-2041"]
    assert any(note.startswith("carried over: symbols in GOOG") for note in second["generation"]["notes"])
    assert "ordered by max_drawdown, lowest first" in second["generation"]["notes"]
    said = [message.text for message in model.asked[1].prompt.messages]
    assert said[1:3] == ["GOOG 전략 보여줘", GROUNDED]


async def test_without_retrieval_nothing_is_looked_for(running: Service, recorded: Caller) -> None:
    script(running, "RSI는 과매수와 과매도를 봅니다.")
    answered = await chat(recorded, await a_session(recorded), "RSI가 뭐야?", use_rag=False)
    assert (answered["contexts"], answered["answer"]) == ([], "RSI는 과매수와 과매도를 봅니다.")


async def test_what_belongs_to_somebody_else_is_not_found(recorded: Caller, alex: Caller) -> None:
    session_id = await a_session(recorded)
    for path in (session_id, f"{session_id}/export"):
        await alex.get(f"{SESSIONS}/{path}", 404)
    for stream in (False, True):
        body = {"question": "RSI?", "stream": stream}
        assert (await alex.ask("POST", f"{SESSIONS}/{session_id}/chat", body)).status_code == 404
    assert (await alex.ask("DELETE", f"{SESSIONS}/{session_id}")).status_code == 404
    assert (await alex.get(SESSIONS))["sessions"] == []
    assert (await recorded.get(f"{SESSIONS}/{session_id}"))["turns"] == []


async def test_a_deleted_session_is_gone(minji: Caller) -> None:
    session_id = await a_session(minji)
    assert (await minji.ask("DELETE", f"{SESSIONS}/{session_id}")).status_code == 204
    await minji.get(f"{SESSIONS}/{session_id}", 404)


async def test_a_session_opens_without_a_body(minji: Caller) -> None:
    answer = await minji.http.post(SESSIONS, headers={"Authorization": f"Bearer {minji.key}"})
    assert answer.status_code == 201, answer.text


async def test_sessions_are_listed_a_page_at_a_time(minji: Caller) -> None:
    opened = [await a_session(minji) for _ in range(3)]
    first = await minji.get(f"{SESSIONS}?limit=2")
    rest = await minji.get(f"{SESSIONS}?limit=2&cursor={first['next_cursor']}")
    assert [one["session_id"] for one in first["sessions"] + rest["sessions"]] == opened[::-1]
    assert rest["next_cursor"] is None


async def test_a_session_is_exported_to_read_and_to_process(running: Service, recorded: Caller) -> None:
    script(running, GROUNDED)
    session_id = await a_session(recorded, title="RSI 점검")
    answered = await chat(recorded, session_id)
    markdown = await recorded.ask("GET", f"{SESSIONS}/{session_id}/export")
    assert markdown.headers["content-type"] == "text/markdown; charset=utf-8"
    assert markdown.text.startswith("# RSI 점검\n")
    assert GROUNDED in markdown.text
    exported = await recorded.get(f"{SESSIONS}/{session_id}/export?format=json")
    assert exported["turns"][0]["answer"] == answered["answer"]
    assert exported["turns"][0]["generation"]["cost_usd"] == answered["generation"]["cost_usd"]
    await recorded.get(f"{SESSIONS}/{session_id}/export?format=pdf", 400)


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"question": " "}, 422, "question"),
        ({"question": "가" * 4_001}, 422, "question"),
        ({"question": "a\0b"}, 422, "question"),
        ({}, 400, "question"),
        ({"question": "RSI?", "language": "fr"}, 400, "language"),
        ({"question": "RSI?", "stream": "yes"}, 400, "stream"),
        ({"question": "RSI?", "model_id": "gpt-9"}, 422, "model_id"),
        ({"question": "RSI?", "model_id": "gpt-4-turbo", "stream": True}, 422, "model_id"),
    ],
)
async def test_a_chat_that_cannot_be_is_refused_by_name(
    minji: Caller, body: dict[str, object], status: int, field: str
) -> None:
    session_id = await a_session(minji)
    problem = await minji.post(f"{SESSIONS}/{session_id}/chat", body, status)
    assert [fault["field"] for fault in problem["errors"]] == [field]
    assert (await minji.get(f"{SESSIONS}/{session_id}"))["turns"] == []


async def test_a_title_that_cannot_be_is_refused(minji: Caller) -> None:
    for title in ("", "가" * 201, "a\0b"):
        problem = await minji.post(SESSIONS, {"title": title}, 422)
        assert problem["errors"][0]["field"] == "title"


async def test_a_provider_that_is_down_is_an_error_in_the_stream_and_a_row(running: Service, minji: Caller) -> None:
    script(running, ProviderUnavailable("models", "it is down", retry_after_seconds=60.0))
    session_id = await a_session(minji)
    events = await streamed(minji, session_id)
    assert [event.name for event in events] == ["contexts", "error"]
    problem = events[-1].content
    assert (problem["status"], problem["type"]) == (503, "urn:quantrail:problem:provider-unavailable")
    assert problem["request_id"]
    (entry,) = (await minji.get("/api/v1/gen-ai/usage/entries?service=chatops"))["entries"]
    assert entry["status"] == "failed"
    assert (await minji.get(f"{SESSIONS}/{session_id}"))["turns"] == []


async def test_chats_at_once_in_one_session_take_turns(running: Service, minji: Caller) -> None:
    script(running, *(f"답 {word}." for word in "가나다라"))
    session_id = await a_session(minji)
    answers = await asyncio.gather(*(chat(minji, session_id, f"질문 {word}", use_rag=False) for word in "가나다라"))
    assert sorted(answer["turn"] for answer in answers) == [1, 2, 3, 4]
    turns = (await minji.get(f"{SESSIONS}/{session_id}"))["turns"]
    assert turns == sorted(answers, key=lambda answer: answer["turn"])


async def test_a_queue_that_is_full_is_a_conflict(minji: Caller) -> None:
    session_id = await a_session(minji)
    asked = [
        minji.ask("POST", f"{SESSIONS}/{session_id}/chat", {"question": "질문", "use_rag": False, "stream": i % 2 == 0})
        for i in range(8)
    ]
    answers = await asyncio.gather(*asked)
    refused = [answer for answer in answers if answer.status_code == 409]
    assert refused
    assert all(json.loads(answer.text)["type"].endswith("conversation-busy") for answer in refused)
    assert all(answer.headers["retry-after"] for answer in refused)
    turns = (await minji.get(f"{SESSIONS}/{session_id}"))["turns"]
    assert [turn["turn"] for turn in turns] == list(range(1, 9 - len(refused)))
