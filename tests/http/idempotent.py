"""Requests under a key, and what is seen of them."""

import httpx

from entrypoints.container import Container
from entrypoints.http.app import create_app
from tests.http.service import Caller, Json

BUILD, SEARCH = "/api/v1/strategy-builder", "/api/v1/backtests/search"
REPORTS, COMPARE = "/api/v1/narrative-reports", "/api/v1/chatops/strategies/compare"
SESSIONS, ENTRIES = "/api/v1/chatops/sessions", "/api/v1/gen-ai/usage/entries"
IDEA = {"request": "GOOG에서 RSI 14가 30 아래로 내려가면 사고 70 위로 오르면 파는 전략"}
OTHER_IDEA = {"request": "GOOG에서 RSI 21로 역추세 전략을 만들어줘"}
KEYED = {"Idempotency-Key": "order-2026-11-24"}


async def build(caller: Caller, body: object = IDEA, *, key: str | None = None) -> httpx.Response:
    given = KEYED if key is None else {"Idempotency-Key": key}
    return await caller.ask("POST", BUILD, body, headers=given)


async def acting(caller: Caller, user: str) -> httpx.Response:
    """The same request, for that user."""
    headers = {b"Authorization": f"Bearer {caller.key}".encode(), b"X-User-Id": user.encode()}
    keyed = {name.encode(): key.encode() for name, key in KEYED.items()}
    return await caller.http.post(BUILD, json=IDEA, headers=headers | keyed)


async def rows(caller: Caller) -> list[Json]:
    return list((await caller.get(f"{ENTRIES}?limit=500"))["entries"])


def replayed(answer: httpx.Response) -> bool:
    return "idempotent-replayed" in answer.headers


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, str(answer.json()["type"]).rpartition(":")[2]


def another_process(container: Container) -> httpx.AsyncClient:
    """Calls an application of its own over the same parts."""
    transport = httpx.ASGITransport(app=create_app(container), raise_app_exceptions=False)  # type: ignore[arg-type]  # httpx names ASGI's types otherwise
    return httpx.AsyncClient(transport=transport, base_url="http://quantrail")
