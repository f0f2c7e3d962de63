"""The provider misbehaves or is gone: what the caller reads, what the ledger keeps, and what comes of it afterwards."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path

import httpx
import pytest

from tests.cli.process import Serving, serving
from tests.doubles.process import OpenAIDouble, openai_double
from tests.e2e.hosted import (
    BUILD,
    BUILD_GROUNDED,
    SEARCH,
    Json,
    cards_in_chroma,
    cost_by_hand,
    entries,
    impatient,
    invoice_bill,
    keyed,
    ledger_bill,
    record_all,
    some_runs,
    until,
)
from tests.http.service import a_body

USER = "민지"
IDEA = "GOOG에서 RSI 14가 30 아래로 내려가면 사고 70 위로 오르면 파는 전략"
AFTER_RETURN_SECONDS = 10.0
PROBLEM = "application/problem+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """How the double misbehaves, and what is to come of it; a row of an attempt is its status and its reason."""

    mode: str
    settings: dict[str, object]
    status: int
    code: str
    rows: list[tuple[str, str]]
    retry_after: str | None = None


DOWN = ("failed", "provider-unavailable")
BROKEN = ("estimated", "provider-unavailable")
THROTTLED = ("failed", "provider-throttled")
FAILURES = {
    "500": Failure(
        mode="error", settings={}, status=503, code="provider-unavailable", rows=[DOWN] * 3, retry_after="1"
    ),
    "429 and a long wait": Failure(
        mode="throttle",
        settings={"retry_after": "7"},
        status=503,
        code="provider-throttled",
        rows=[THROTTLED],
        retry_after="7",
    ),
    "429 and a short wait": Failure(
        mode="throttle",
        settings={"retry_after": "1"},
        status=503,
        code="provider-throttled",
        rows=[THROTTLED] * 3,
        retry_after="1",
    ),
    "no money left": Failure(
        mode="throttle",
        settings={"code": "insufficient_quota"},
        status=503,
        code="provider-throttled",
        rows=[THROTTLED],
        retry_after="60",
    ),
    "garbage": Failure(
        mode="garbage",
        settings={},
        status=502,
        code="unusable-completion",
        rows=[("estimated", "unusable-completion")],
    ),
    "no choice": Failure(
        mode="no_choices",
        settings={},
        status=502,
        code="unusable-completion",
        rows=[("settled", "unusable-completion")],  # it says what it took
    ),
    "a cut connection": Failure(
        mode="cut", settings={}, status=503, code="provider-unavailable", rows=[BROKEN] * 3, retry_after="1"
    ),
    "a connection closed at once": Failure(
        mode="down", settings={}, status=503, code="provider-unavailable", rows=[BROKEN] * 3, retry_after="1"
    ),
    "silence": Failure(
        mode="stall", settings={}, status=504, code="deadline-exceeded", rows=[("estimated", "deadline-exceeded")]
    ),
    "a refused request": Failure(
        mode="error",
        settings={"status": 400},
        status=503,
        code="provider-rejected",
        rows=[("failed", "provider-rejected")],
        retry_after="60",
    ),
}
NONSENSE = {
    "garbage": "unusable-completion",
    "stall": "deadline-exceeded",
    "throttle": "provider-throttled",
    "cut": "provider-unavailable",
}


@pytest.fixture(scope="module")
def double(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenAIDouble]:
    with openai_double(tmp_path_factory.mktemp("double")) as running:
        yield running


@pytest.fixture(scope="module")
def running(double: OpenAIDouble, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A service that gives a strategy three seconds, tries and waits together, and no longer."""
    folder = tmp_path_factory.mktemp("service")
    with serving(folder / "data", **keyed(double), QUANTRAIL_CONFIG=impatient(folder, seconds=3)) as service:
        service.json("POST", BUILD, {"request": IDEA}, user=USER)  # what is loaded with the first call is loaded now
        yield service


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_of_the_provider_is_a_problem_that_says_so_and_a_row_for_each_attempt(
    running: Serving, double: OpenAIDouble, name: str
) -> None:
    failure, before, calls = FAILURES[name], len(entries(running)), len(double.calls())
    double.behave(failure.mode, **failure.settings)
    answer = running.ask("POST", BUILD, {"request": IDEA}, user=USER)
    double.behave()
    problem = _problem(answer, failure.status, failure.code)
    assert answer.headers.get("Retry-After") == failure.retry_after
    rows = entries(running)[: -before or None]
    assert [(row["status"], row["reason"]) for row in rows] == failure.rows
    assert sorted(row["attempt"] for row in rows) == list(range(1, len(failure.rows) + 1))
    assert {row["request_id"] for row in rows} == {problem["request_id"]}
    assert len({row["operation_id"] for row in rows}) == 1
    for row in rows:
        assert Decimal(row["cost_usd"]) == (0 if row["status"] == "failed" else cost_by_hand(row))
    billed = [call["usage"] for call in double.calls()[calls:] if call["usage"]]
    for row, usage in zip(rows, billed, strict=False):
        assert row["input_tokens"] >= usage["prompt_tokens"]
        assert row["output_tokens"] >= usage["completion_tokens"]
    assert running.ask("POST", BUILD, {"request": IDEA}, user=USER).status_code == 200


def test_a_failure_that_passes_is_overcome_within_the_call(running: Serving, double: OpenAIDouble) -> None:
    double.behave("error", times=2)
    built = running.json("POST", BUILD, {"request": IDEA}, user=USER)
    assert built["generation"]["attempts"] == 3
    rows = [row for row in entries(running) if row["operation_id"] == built["generation"]["operation_id"]]
    assert [row["status"] for row in rows] == ["settled", "failed", "failed"]


def test_a_refusal_of_the_model_is_a_502_and_paid_for_once(running: Serving, double: OpenAIDouble) -> None:
    before = len(double.calls())
    double.behave("refusal")
    answer = running.ask("POST", BUILD, {"request": IDEA}, user=USER)
    double.behave()
    problem = _problem(answer, 502, "unusable-completion")
    assert problem["detail"] == "gpt-4o-mini refused to answer this request"
    mine = [row for row in entries(running) if row["request_id"] == problem["request_id"]]
    assert [row["status"] for row in mine] == ["settled"]  # once: it is not asked again for what it refuses
    assert Decimal(problem["cost_usd"]) == Decimal(mine[0]["cost_usd"]) > 0
    assert ledger_bill(mine) == invoice_bill(double.calls()[before:])


def test_an_answer_without_usage_is_counted_here_and_marked_estimated(running: Serving, double: OpenAIDouble) -> None:
    double.behave("no_usage")
    built = running.json("POST", BUILD, {"request": IDEA}, user=USER)
    double.behave()
    assert built["generation"]["usage"]["estimated"]
    (row,) = [row for row in entries(running) if row["operation_id"] == built["generation"]["operation_id"]]
    billed = double.calls()[-1]["usage"]
    assert row["status"] == "estimated"
    assert row["output_tokens"] == billed["completion_tokens"]
    assert abs(row["input_tokens"] - billed["prompt_tokens"]) <= 0.01 * billed["prompt_tokens"]


def test_the_deadline_and_the_garbage_hold_nothing_of_a_budget_any_more(running: Serving) -> None:
    (budget,) = [b for b in running.json("GET", "/api/v1/gen-ai/budgets")["budgets"] if b["user"] == USER]
    assert Decimal(budget["held"]) == 0
    assert Decimal(budget["spent"]) == sum(Decimal(row["cost_usd"]) for row in entries(running))


def test_a_wrong_key_is_a_problem_that_does_not_show_the_key(tmp_path: Path) -> None:
    wrong = "sk-wrong-0123456789abcdefghij"
    with openai_double(tmp_path) as double:
        with serving(tmp_path / "data", **keyed(double, OPENAI_API_KEY=wrong)) as running:
            answer = running.ask("POST", BUILD, {"request": IDEA}, user=USER)
            problem = _problem(answer, 503, "provider-rejected")
            assert problem["provider_status"] == 401
            assert int(answer.headers["Retry-After"]) >= 60
            assert wrong not in answer.text
            (row,) = entries(running)
            assert (row["status"], row["reason"]) == ("failed", "provider-rejected")
            assert running.ask("POST", "/api/v1/backtests", a_body(), user=USER).status_code == 201
            by_words = running.ask("POST", SEARCH, {"query": "RSI 과매도 반등"}, user=USER)
            assert (by_words.status_code, by_words.json()["degraded"]) == (200, "words_only")
            assert wrong not in by_words.text
        assert wrong not in "".join(running.said)


def test_recording_goes_on_without_the_embedding_service_and_all_is_indexed_once_after_its_return(
    tmp_path: Path,
) -> None:
    with openai_double(tmp_path) as double, serving(tmp_path / "data", **keyed(double)) as running:
        record_all(running, some_runs(2, prefix="before"), user=USER)
        running.until_indexed(USER)
        double.stop()
        for user in (USER, "june"):
            record_all(running, some_runs(20, prefix="while down"), user=user)
            taken = running.json("POST", "/api/v1/backtests/batch", some_runs(30, prefix="batch"), user=user)
            assert taken["accepted"] == 30
        for _ in range(2):
            answer = running.ask("POST", SEARCH, {"query": "RSI 과매도 반등"}, user=USER)
            assert (answer.status_code, answer.json()["degraded"]) == (200, "words_only")
            assert len(answer.json()["results"]) == 5
        assert _states(running, USER) == {"indexed": 2, "pending": 50}
        double.start()
        until(
            lambda: _states(running, USER) == {"indexed": 52} and _states(running, "june") == {"indexed": 50},
            seconds=AFTER_RETURN_SECONDS,
        )
        passages = Counter(text for body in double.requests() for text in body["input"])
        assert sorted(passages.values()) == [2] * 50  # by each of the two users once
        assert sorted(running.found("RSI MACD", user=USER, top_k=100)) == sorted(
            run["backtest_id"]
            for run in (
                *some_runs(2, prefix="before"),
                *some_runs(20, prefix="while down"),
                *some_runs(30, prefix="batch"),
            )
        )
        assert ledger_bill(row for row in entries(running) if row["status"] != "failed") == invoice_bill(double.calls())
    assert cards_in_chroma(tmp_path / "data") == [50, 52]


def test_a_provider_that_is_gone_is_a_503_and_a_row_that_says_so(tmp_path: Path) -> None:
    with openai_double(tmp_path) as double, serving(tmp_path / "data", **keyed(double)) as running:
        record_all(running, [a_body()], user=USER)
        running.until_indexed(USER)
        double.stop()
        for path in (BUILD, BUILD_GROUNDED):
            answer = running.ask("POST", path, {"request": IDEA}, user=USER)
            problem = _problem(answer, 503, "provider-unavailable")
            assert int(answer.headers["Retry-After"]) >= 1
            assert problem["part"] == "openai"
            mine = [row for row in entries(running) if row["request_id"] == problem["request_id"]]
            assert {(row["status"], row["reason"]) for row in mine} == {("failed", "provider-unavailable")}
            assert {row["cost_usd"] for row in mine} == {"0"}
        assert running.json("GET", "/api/v1/strategies", user=USER)["strategies"] == []
        double.start()
        built = running.json("POST", BUILD_GROUNDED, {"request": IDEA}, user=USER)
        assert [context["id"] for context in built["contexts"]] == ["bt-2041"]


def test_an_embedding_service_that_answers_nonsense_loses_nothing(tmp_path: Path) -> None:
    with openai_double(tmp_path) as double:
        config = impatient(tmp_path)
        with serving(tmp_path / "data", **keyed(double), QUANTRAIL_CONFIG=config) as running:
            for mode, reason in NONSENSE.items():
                double.behave(mode, path="/embeddings")
                record_all(running, some_runs(3, prefix=mode), user=USER)
                until(partial(_indexing_failed, running, reason), seconds=AFTER_RETURN_SECONDS)
                answer = running.json("POST", SEARCH, {"query": "RSI 과매도 반등"}, user=USER)
                assert answer["degraded"] == "words_only"
                assert answer["results"] != []
            double.behave()
            until(lambda: _states(running, USER) == {"indexed": 12}, seconds=AFTER_RETURN_SECONDS)
            assert len(running.found("RSI MACD", user=USER, top_k=50)) == 12
    assert cards_in_chroma(tmp_path / "data") == [12]


def _problem(answer: httpx.Response, status: int, code: str) -> Json:
    """The problem document, which is a whole one and tells no secrets."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    problem = answer.json()
    assert problem["type"] == f"urn:quantrail:problem:{code}"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert IDEA not in answer.text
    assert "sk-" not in answer.text
    return problem


def _states(running: Serving, user: str) -> dict[str, int]:
    runs = running.json("GET", "/api/v1/backtests?limit=500", user=user)["backtests"]
    return dict(Counter(run["indexing"] for run in runs))


def _indexing_failed(running: Serving, reason: str) -> bool:
    rows = entries(running, "&service=memory")
    return any(row["reason"] == reason and row["request_id"].startswith("index-") for row in rows)
