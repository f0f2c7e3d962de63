"""Requests as quants write them, over HTTP, to the local models: what comes back must be valid and on request."""

from pathlib import Path

import pytest

from domain.language import Language, language_of
from entrypoints.cli.demo_steps import bundled_backtests
from tests.http.service import Caller, Service, service
from tests.strategy_requests import ASKED_FOR, FRESH, the_requests

PLAIN, WITH_RETRIEVAL = "/api/v1/strategy-builder", "/api/v1/strategy-builder/generate-with-rag"
LOCAL = {"QUANTRAIL_LLM": "local", "QUANTRAIL_EMBEDDINGS": "local"}
RUNS = "/api/v1/backtests"
USERS = {Language.KOREAN: "minji", Language.ENGLISH: "alex"}
DEMO_BACKTESTS = 120
INDEXING_SECONDS = 120.0
LEAST_OF_20 = {ASKED_FOR: 18, FRESH: 20}
"""What the acceptance asks for; and what the fresh ones reached, so that nothing takes it away again."""


async def the_researchers(running: Service) -> dict[Language, Caller]:
    """The demo's users: minji asks in Korean, alex in English."""
    return {language: await running.user(user) for language, user in USERS.items()}


async def with_their_runs(callers: dict[Language, Caller]) -> None:
    runs = bundled_backtests(DEMO_BACKTESTS)
    for language, caller in callers.items():
        await caller.post(f"{RUNS}/batch", runs[USERS[language]])
    for caller in callers.values():
        await caller.until_indexed(seconds=INDEXING_SECONDS)


def told(name: str, failed: dict[str, list[str]], total: int) -> str:
    rows = [f"  {request}: {'; '.join(failings)}" for request, failings in failed.items()]
    return "\n".join([f"{name}: {total - len(failed)} of {total} valid and on request", *rows])


@pytest.mark.parametrize(("name", "path"), [(ASKED_FOR, PLAIN), (ASKED_FOR, WITH_RETRIEVAL), (FRESH, PLAIN)])
async def test_the_local_models_answer_the_requests_with_valid_strategies_on_request(
    tmp_path: Path, name: str, path: str
) -> None:
    requests = the_requests(name)
    failed: dict[str, list[str]] = {}
    async with service(tmp_path, **LOCAL) as running:
        callers = await the_researchers(running)
        if path == WITH_RETRIEVAL:
            await with_their_runs(callers)
        for wanted in requests:
            answer = await callers[language_of(wanted.request)].post(path, {"request": wanted.request})
            assert bool(answer["contexts"]) == (path == WITH_RETRIEVAL)
            if failings := wanted.failings(answer):
                failed[wanted.request] = failings
    report = told(f"{name} at {path}", failed, len(requests))
    print(report)  # noqa: T201  # the rate is worth seeing also where it is high enough
    assert len(requests) - len(failed) >= LEAST_OF_20[name], report
