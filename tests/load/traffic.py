"""Many callers at once, each of whose questions can be found again on the invoice and in the ledger."""

import asyncio
import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from typing import Any, Final

import httpx

from tests.cli.process import ADMIN_KEY
from tests.doubles.behaviour import WORDS
from tests.doubles.billing import tokens_of
from tests.doubles.markers import a_marker

TIMEOUT_SECONDS: Final = 60.0
SESSIONS: Final = "/api/v1/chatops/sessions"
LONGEST_WORDS: Final = 120
BEGINNING_AT_ONCE: Final = 16
PATIENCE_SECONDS: Final = 1.0
MOST_TRIES: Final = 30


class Kind(StrEnum):
    """How a question reaches a provider."""

    DESIGN = "a strategy, whole"
    TALK = "a conversation, whole"
    STREAM = "a conversation, as a stream"
    SEARCH = "a search, which is an embedding"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One request to come."""

    kind: Kind
    user: str
    text: str
    marker: str
    model_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What came of a request; no status where the connection broke."""

    question: Question
    status: int | None = None
    text: str = ""
    at: float = field(default_factory=time.time)

    @property
    def problem(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.text)
        return document

    @property
    def was_turned_away(self) -> bool:
        return self.status == 503 and self.problem["type"].endswith(":store-unavailable")

    @property
    def is_whole(self) -> bool:
        """Whether the caller was told of the end of what was asked."""
        ended = self.question.kind is not Kind.STREAM or "\nevent: done\n" in self.text
        return self.status == 200 and ended


@dataclass(kw_only=True)
class Crowd:
    """Questions by chance and a seed: of every kind and length, by every user."""

    users: Sequence[str]
    seed: int
    kinds: Sequence[Kind] = tuple(Kind)
    talking: Sequence[str | None] = (None, "gpt-4o-mini", "gpt-5-mini")
    longest: int = LONGEST_WORDS
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311  # what is asked, not a secret

    def question(self, *, user: str | None = None, kind: Kind | None = None) -> Question:
        kind = kind or self.chance.choice(self.kinds)
        words = " ".join(self.chance.choices(WORDS, k=self.chance.randint(1, self.longest)))
        marker = a_marker()
        return Question(
            kind=kind,
            user=user or self.chance.choice(self.users),
            text=f"RSI 전략 {marker} {words}",
            marker=marker,
            model_id=self.chance.choice(self.talking) if kind in (Kind.TALK, Kind.STREAM) else None,
        )


class Asker:
    """Asks one service, or several in turn."""

    def __init__(self, http: httpx.AsyncClient, *urls: str) -> None:
        self._http = http
        self._urls = urls
        self._turn = count()
        self.sessions: dict[str, list[str]] = {}
        self.turned_away = 0

    async def ask(self, question: Question) -> Asked:
        """Whatever comes of it. A conversation of its own is begun where none was begun before."""
        url, headers = self._urls[next(self._turn) % len(self._urls)], _headers(question)
        try:
            path, body = await self._request(url, question, headers)
            answer = await self._http.post(url + path, json=body, headers=headers)
        except httpx.TransportError:
            return Asked(question=question)
        return Asked(question=question, status=answer.status_code, text=answer.text)

    async def ask_until_decided(self, question: Question) -> Asked:
        """As `ask`, and again a while later where the database had no time: it is not what is asked about here."""
        for _ in range(MOST_TRIES):
            asked = await self.ask(question)
            if not asked.was_turned_away:
                return asked
            self.turned_away += 1
            await asyncio.sleep(PATIENCE_SECONDS)
        raise TimeoutError(f"the database has no time for {question}")

    async def leave(self, question: Question, *, heard: float) -> None:
        """A stream is read until so many tokens of its answer have come, and left."""
        url, headers = self._urls[next(self._turn) % len(self._urls)], _headers(question)
        path, body = await self._request(url, question, headers)
        async with self._http.stream("POST", url + path, json=body, headers=headers) as answer:
            answer.raise_for_status()
            words = ""
            async for line in answer.aiter_lines():
                words += _said(line)
                if len(tokens_of(words, "gpt-4o")) >= heard:
                    return

    async def record(self, run: dict[str, Any], *, user: str) -> int | None:
        """The status of the answer; none where the connection broke."""
        try:
            url = self._urls[next(self._turn) % len(self._urls)]
            return (await self._http.post(f"{url}/api/v1/backtests", json=run, headers=_auth(user))).status_code
        except httpx.TransportError:
            return None

    async def begin_for(self, questions: Sequence[Question]) -> None:
        """Every conversation of these is begun before any of them is asked."""
        turn = asyncio.Semaphore(BEGINNING_AT_ONCE)

        async def begin(question: Question, url: str) -> None:
            async with turn:
                session = await self._begun(url, _auth(question.user))
            self.sessions.setdefault(question.user, []).append(session)

        talks = [question for question in questions if question.kind in (Kind.TALK, Kind.STREAM)]
        await asyncio.gather(*(begin(one, self._urls[i % len(self._urls)]) for i, one in enumerate(talks)))

    async def _request(
        self, url: str, question: Question, headers: dict[bytes, bytes]
    ) -> tuple[str, dict[str, object]]:
        match question.kind:
            case Kind.DESIGN:
                return "/api/v1/strategy-builder", {"request": question.text}
            case Kind.SEARCH:
                return "/api/v1/backtests/search", {"query": question.text}
            case Kind.TALK | Kind.STREAM:
                ready = self.sessions.get(question.user)
                session = ready.pop() if ready else await self._begun(url, headers)
                body: dict[str, object] = {"question": question.text, "use_rag": False}
                body |= {"model_id": question.model_id, "stream": question.kind is Kind.STREAM}
                return f"{SESSIONS}/{session}/chat", body

    async def _begun(self, url: str, headers: dict[bytes, bytes]) -> str:
        for _ in range(MOST_TRIES):
            answer = await self._http.post(url + SESSIONS, json={}, headers=headers)
            if answer.status_code != 503:
                return str(answer.raise_for_status().json()["session_id"])
            await asyncio.sleep(PATIENCE_SECONDS)
        raise TimeoutError("no conversation can be begun")


def a_crowds_client(*, connections: int) -> httpx.AsyncClient:
    # No connection twice: one that idled may be closed by the server at the very moment it is used again.
    limits = httpx.Limits(max_connections=connections, max_keepalive_connections=0)
    return httpx.AsyncClient(timeout=TIMEOUT_SECONDS, limits=limits, trust_env=False)


def _auth(user: str) -> dict[bytes, bytes]:
    return {b"Authorization": f"Bearer {ADMIN_KEY}".encode(), b"X-User-Id": user.encode()}


def _headers(question: Question) -> dict[bytes, bytes]:
    return _auth(question.user) | {b"X-Request-Id": question.marker.encode()}


def _said(line: str) -> str:
    """The words in a line of events; only a `delta` has any."""
    return str(json.loads(line.removeprefix("data: ")).get("text", "")) if line.startswith("data: ") else ""
