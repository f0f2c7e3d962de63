"""Two hundred conversations at once over one process: nothing lost, doubled or in a foreign session."""

import asyncio
from pathlib import Path

import httpx

from tests.cli.process import ADMIN_KEY, Serving, serving
from tests.doubles.process import openai_double
from tests.e2e.hosted import Json, keyed
from tests.http.events import events_in, named

CONVERSATIONS, TURNS, USERS = 200, 3, 20
SESSIONS = "/api/v1/chatops/sessions"
TIMEOUT_SECONDS = 60.0


def question(conversation: int, turn: int) -> str:
    return f"대화 {conversation}의 질문 {turn}: RSI를 어떻게 볼까?"


def headers(conversation: int) -> dict[bytes, bytes]:
    user = f"연구원-{conversation % USERS}"
    return {b"Authorization": f"Bearer {ADMIN_KEY}".encode(), b"X-User-Id": user.encode()}


async def talk(http: httpx.AsyncClient, conversation: int) -> tuple[str, list[Json]]:
    """A whole conversation, every second one as events: its session and what its turns were said to be."""
    mine = headers(conversation)
    opened = await http.post(SESSIONS, json={"title": f"대화 {conversation}"}, headers=mine)
    assert opened.status_code == 201, opened.text
    session_id, heard = str(opened.json()["session_id"]), []
    for turn in range(1, TURNS + 1):
        stream = conversation % 2 == 0
        body = {"question": question(conversation, turn), "use_rag": False, "stream": stream}
        answer = await http.post(f"{SESSIONS}/{session_id}/chat", json=body, headers=mine)
        assert answer.status_code == 200, answer.text
        heard.append(named(events_in(answer.text), "done")[0] if stream else answer.json())
    return session_id, heard


async def all_at_once(running: Serving) -> list[tuple[str, list[Json]]]:
    # Every connection is kept and used again, also after it idled: the service must not close it meanwhile.
    limits = httpx.Limits(max_connections=CONVERSATIONS, max_keepalive_connections=CONVERSATIONS)
    async with httpx.AsyncClient(base_url=running.url, timeout=TIMEOUT_SECONDS, limits=limits, trust_env=False) as http:
        return list(await asyncio.gather(*(talk(http, conversation) for conversation in range(CONVERSATIONS))))


async def shown(running: Serving, session_ids: list[str]) -> list[Json]:
    async with httpx.AsyncClient(base_url=running.url, timeout=TIMEOUT_SECONDS, trust_env=False) as http:
        answers = [await http.get(f"{SESSIONS}/{each}", headers=headers(i)) for i, each in enumerate(session_ids)]
    assert {answer.status_code for answer in answers} == {200}
    return [answer.json() for answer in answers]


def as_they_were_held(sessions: list[Json], talked: list[tuple[str, list[Json]]]) -> None:
    for conversation, (session, (session_id, heard)) in enumerate(zip(sessions, talked, strict=True)):
        assert session["session_id"] == session_id
        assert session["turns"] == heard
        assert [turn["turn"] for turn in session["turns"]] == list(range(1, TURNS + 1))
        asked = [question(conversation, turn) for turn in range(1, TURNS + 1)]
        assert [turn["question"] for turn in session["turns"]] == asked


def listed(running: Serving) -> int:
    users = [f"연구원-{i}" for i in range(USERS)]
    return sum(len(running.json("GET", f"{SESSIONS}?limit=500", user=user)["sessions"]) for user in users)


def test_two_hundred_conversations_at_once_keep_every_turn_where_it_belongs(tmp_path: Path) -> None:
    with openai_double(tmp_path) as double:
        changes = keyed(double, QUANTRAIL_EMBEDDINGS="memory")
        with serving(tmp_path / "data", **changes) as first:
            talked = asyncio.run(all_at_once(first))
            session_ids = [session_id for session_id, _ in talked]
            assert len(set(session_ids)) == CONVERSATIONS
            as_they_were_held(asyncio.run(shown(first, session_ids)), talked)
            usage = first.json("GET", "/api/v1/gen-ai/usage?group_by=status")
            assert [(group["status"], group["attempts"]) for group in usage["groups"]] == [
                ("settled", CONVERSATIONS * TURNS)
            ]
        with serving(tmp_path / "data", **changes) as second:
            as_they_were_held(asyncio.run(shown(second, session_ids)), talked)
            assert listed(second) == CONVERSATIONS
        assert len(double.calls()) == CONVERSATIONS * TURNS
