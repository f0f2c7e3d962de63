"""Reports by the local models, over HTTP: weak prose, and not one figure without a source."""

from pathlib import Path

import pytest

from domain.language import Language, language_of
from entrypoints.cli.demo_steps import bundled_backtests
from tests.http.service import service

LOCAL = {"QUANTRAIL_LLM": "local", "QUANTRAIL_EMBEDDINGS": "local"}
RUNS = 16


@pytest.mark.parametrize(("language", "user"), [(Language.KOREAN, "minji"), (Language.ENGLISH, "alex")])
async def test_the_local_models_write_a_report_whose_figures_are_all_from_the_users_runs(
    tmp_path: Path, language: Language, user: str
) -> None:
    runs = bundled_backtests(120)[user][:RUNS]
    async with service(tmp_path, **LOCAL) as running:
        caller = await running.user(user)
        await caller.post("/api/v1/backtests/batch", runs)
        await caller.until_indexed()
        report = await caller.post("/api/v1/narrative-reports", {"backtest_id": "bt-0002"})
    print(report["markdown"], report["generation"]["notes"])  # noqa: T201  # what a reader would see is worth seeing
    assert report["language"] == language
    assert all(language_of(section["text"].replace("단순", "")) is language for section in report["sections"])
    by_id = {run["backtest_id"]: run for run in runs}
    for figure in report["figures"]:
        if figure["metric"] in by_id["bt-0002"]["metrics"]:
            assert figure["value"] == by_id["bt-0002"]["metrics"][figure["metric"]]
        assert figure["text"] in report["markdown"]
    assert len(report["sections"]) == 6
    assert len(report["figures"]) > 20
    if language is Language.KOREAN:
        assert report["generation"]["attempts"] == 0
    else:
        assert report["generation"]["attempts"] == 1
        assert report["generation"]["usage"]["output_tokens"] <= 100
