"""The whole service in this process, over the in-memory adapters, asked over HTTP."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from entrypoints.container import Container, build_container
from entrypoints.http.app import alive, create_app
from entrypoints.settings import Settings

IN_MEMORY = {
    "QUANTRAIL_DATABASE_URL": "memory:",
    "QUANTRAIL_VECTOR_STORE": "memory",
    "QUANTRAIL_LLM": "scripted",
    "QUANTRAIL_EMBEDDINGS": "memory",
}
INDEXING_SECONDS = 10.0
Json = Any  # whatever a path answers with


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody with a key."""

    http: httpx.AsyncClient
    key: str

    async def ask(
        self, method: str, path: str, body: object = None, *, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        authorization = {"Authorization": f"Bearer {self.key}", **(headers or {})}
        return await self.http.request(method, path, json=body, headers=authorization)

    async def get(self, path: str, status: int = 200) -> Json:
        return self._checked(await self.ask("GET", path), status)

    async def post(self, path: str, body: object, status: int = 200) -> Json:
        return self._checked(await self.ask("POST", path, body), status)

    def _checked(self, answer: httpx.Response, status: int) -> Json:
        assert answer.status_code == status, answer.text
        return answer.json()

    async def record(self, body: object) -> None:
        await self.post("/api/v1/backtests", body, 201)

    async def search(self, query: str, **more: object) -> Json:
        return await self.post("/api/v1/backtests/search", {"query": query, **more})

    async def found(self, query: str, **more: object) -> list[str]:
        answer = await self.search(query, **more)
        return [found["backtest"]["backtest_id"] for found in answer["results"]]

    async def until_indexed(self, *, seconds: float = INDEXING_SECONDS) -> None:
        listing = "/api/v1/backtests?limit=500"
        async with asyncio.timeout(seconds):
            while any(run["indexing"] == "pending" for run in (await self.get(listing))["backtests"]):  # noqa: ASYNC110  # no event says it
                await asyncio.sleep(0.01)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A running service, its admin, and what its adapters hold."""

    http: httpx.AsyncClient
    admin: Caller
    container: Container

    async def user(self, user_id: str, *roles: str, **more: object) -> Caller:
        """Somebody with a key of their own."""
        body = {"user_id": user_id, "roles": list(roles) or ["user"], **more}
        issued = await self.admin.post("/api/v1/admin/keys", body, 201)
        return Caller(http=self.http, key=issued["key"])


@asynccontextmanager
async def service(folder: Path, **environment: str) -> AsyncIterator[Service]:
    """The service with these settings beside those of the in-memory one."""
    settings = Settings.of({"QUANTRAIL_DATA_DIR": str(folder), **IN_MEMORY, **environment})
    container = build_container(settings)
    transport = httpx.ASGITransport(app=create_app(container), raise_app_exceptions=False)  # type: ignore[arg-type]  # httpx names ASGI's types otherwise
    async with alive(container), httpx.AsyncClient(transport=transport, base_url="http://quantrail") as http:
        key = await container.key_use.admit_first_admin()(None)
        yield Service(http=http, admin=Caller(http=http, key=key or ""), container=container)


def a_body(**changes: object) -> dict[str, Any]:
    """A backtest as a platform sends it."""
    body: dict[str, Any] = {
        "backtest_id": "bt-2041",
        "strategy": {
            "name": "RSI 과매도 반등", "type": "mean_reversion", "indicators": ["rsi"],
            "parameters": {"length": 14, "oversold": 30, "overbought": 70},
            "description": "RSI(14)가 30 아래에서 사서 70 위에서 파는 역추세 전략",
        },
        "symbols": ["GOOG"], "timeframe": "1d", "start": "2004-08-19", "end": "2013-03-01",
        "initial_capital": 10000, "final_equity": 14520.0,
        "metrics": {"total_return": 0.452, "sharpe_ratio": 0.61, "max_drawdown": 0.18, "trade_count": 48},
        "completed_at": "2026-11-20T09:30:00Z",
    }  # fmt: skip
    return body | changes


def a_macd_body(**changes: object) -> dict[str, Any]:
    """Another backtest, of another family."""
    strategy = {
        "name": "MACD 추세추종", "type": "trend_following", "indicators": ["macd"],
        "parameters": {"fast": 12, "slow": 26, "signal": 9}, "description": "MACD가 시그널을 상향 돌파하면 매수",
    }  # fmt: skip
    metrics = {"total_return": -0.1, "sharpe_ratio": -0.2, "max_drawdown": 0.4, "trade_count": 20}
    return (
        a_body(backtest_id="bt-2042", strategy=strategy, symbols=["AAPL"], metrics=metrics, final_equity=9000.0)
        | changes
    )
