"""Every path with a key, over a double of OpenAI: what the ledger holds is the double's own list, to the token."""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from pathlib import Path

import httpx
import pytest

from tests.cli.process import Serving, serving
from tests.doubles.process import OpenAIDouble, openai_double
from tests.e2e.hosted import (
    BUCKETS,
    BUILD,
    BUILD_GROUNDED,
    ENTRIES,
    SEARCH,
    cost_by_hand,
    entries,
    invoice_bill,
    keyed,
    ledger_bill,
    record_all,
    shipped,
    some_runs,
    written,
)

KOREAN = "GOOG에서 RSI 14가 30 아래로 내려가면 사고 70 위로 오르면 파는 전략"
ENGLISH = "Buy AAPL when the MACD line crosses above its signal"
SECRET_IDEA = "비밀 아이디어 제비갈매기"
USERS = ("민지", "june@example.com")


@pytest.fixture(scope="module")
def double(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenAIDouble]:
    with openai_double(tmp_path_factory.mktemp("double")) as running:
        yield running


@pytest.fixture(scope="module")
def running(double: OpenAIDouble, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A service on which two users have done everything that costs."""
    folder = tmp_path_factory.mktemp("service")
    configuration = shipped()
    configuration["policies"]["strategy_builder"]["models"] = ["o1-preview"]
    with serving(folder / "data", **keyed(double), QUANTRAIL_CONFIG=written(folder, configuration)) as service:
        _do_everything(service)
        yield service


def _do_everything(service: Serving) -> None:
    for user in USERS:
        one, *batch = some_runs(40)
        record_all(service, [one], user=user)
        taken = service.json("POST", "/api/v1/backtests/batch", batch, user=user)
        assert (taken["accepted"], taken["duplicates"], taken["rejected"]) == (39, 0, [])
        service.until_indexed(user)
        service.found("RSI 과매도 반등", user=user)
        service.found("MACD trend following", user=user)
        for request in (KOREAN, ENGLISH):
            service.json("POST", BUILD, {"request": request}, user=user)
            service.json("POST", BUILD_GROUNDED, {"request": request, "top_k": 4}, user=user)
        for model_id in ("gpt-4o", "gpt-5-mini", "o4-mini", "gpt-5-mini", "o1-preview"):
            service.json("POST", BUILD, {"request": KOREAN, "model_id": model_id}, user=user)
        service.json("POST", BUILD_GROUNDED, {"request": ENGLISH, "model_id": "gpt-4o"}, user=user)


def test_the_ledger_is_the_doubles_own_list_to_the_token(running: Serving, double: OpenAIDouble) -> None:
    rows = entries(running)
    assert ledger_bill(rows) == invoice_bill(double.calls())
    assert len(rows) == len(double.calls())
    assert {row["status"] for row in rows} == {"settled"}


def test_every_bucket_of_tokens_was_met(running: Serving) -> None:
    rows = entries(running)
    for bucket in BUCKETS:
        assert any(row[bucket] for row in rows), bucket
    by_model = {row["model_id"] for row in rows}
    assert by_model == {
        *("gpt-4o-mini", "gpt-4o", "gpt-5-mini", "o4-mini", "o1-preview"), "text-embedding-3-small",
    }  # fmt: skip


def test_every_cost_is_the_price_list_times_the_tokens_to_the_last_digit(running: Serving) -> None:
    rows = entries(running)
    assert {row["entry_id"]: Decimal(row["cost_usd"]) for row in rows} == {
        row["entry_id"]: cost_by_hand(row) for row in rows
    }
    assert all("E" not in row["cost_usd"] for row in rows)
    (version,) = {row["price_version"] for row in rows if row["model_id"] == "gpt-4o"}
    assert re.fullmatch(r"genai-prices@[\d.]+@2024-10-02#[0-9a-f]{8}", version)


def test_what_an_answer_says_of_its_cost_is_what_its_rows_say(running: Serving) -> None:
    rows = entries(running)
    for user in USERS:
        for built in running.json("GET", "/api/v1/strategies?limit=50", user=user)["strategies"]:
            generation = built["generation"]
            mine = [row for row in rows if row["operation_id"] == generation["operation_id"]]
            assert len(mine) == generation["attempts"]
            assert {row["user_id"] for row in mine} == {user}
            assert sum(Decimal(row["cost_usd"]) for row in mine) == Decimal(generation["cost_usd"])
            for bucket in BUCKETS:
                assert sum(row[bucket] for row in mine) == generation["usage"][bucket]


def test_the_attempts_of_an_operation_are_numbered_through(running: Serving) -> None:
    numbered = [(row["operation_id"], row["attempt"]) for row in entries(running)]
    assert len(set(numbered)) == len(numbered)
    highest = {operation: max(n for other, n in numbered if other == operation) for operation, _ in numbered}
    assert sum(highest.values()) == len(numbered)


def test_the_bound_on_an_answer_is_sent_upstream_and_named(running: Serving, double: OpenAIDouble) -> None:
    sent = [body for body in double.requests() if "messages" in body]
    bounds = {body.get("max_completion_tokens") for body in sent}
    built = running.json("GET", "/api/v1/strategies?limit=50", user=USERS[0])["strategies"]
    # The policy's for whoever designs, and 120 for the name and the sentence that o1-preview was asked for.
    assert {one["generation"]["max_output_tokens"] for one in built} == bounds == {4_000, 120}


def test_the_summary_and_the_budgets_are_the_sums_of_the_rows(running: Serving) -> None:
    rows = sorted(entries(running), key=lambda row: str(row["user_id"]))
    grouped = {user: list(mine) for user, mine in groupby(rows, key=lambda row: str(row["user_id"]))}
    assert grouped.keys() == set(USERS)
    sums = running.json("GET", "/api/v1/gen-ai/usage?group_by=user")
    for group in sums["groups"]:
        mine = grouped[group["user"]]
        assert group["attempts"] == len(mine)
        assert group["requests"] == len({row["operation_id"] for row in mine})
        assert Decimal(group["cost_usd"]) == sum(Decimal(row["cost_usd"]) for row in mine)
        for bucket in BUCKETS:
            assert group[bucket] == sum(row[bucket] for row in mine)
    budgets = {budget["user"]: budget for budget in running.json("GET", "/api/v1/gen-ai/budgets")["budgets"]}
    for user, mine in grouped.items():
        budget = budgets[user]
        assert Decimal(budget["spent"]) == sum(Decimal(row["cost_usd"]) for row in mine)
        assert Decimal(budget["held"]) == 0
        assert Decimal(budget["left"]) == Decimal(budget["limit"]) - Decimal(budget["spent"])


def test_each_text_was_embedded_once_and_paid_by_its_user(running: Serving, double: OpenAIDouble) -> None:
    texts = [tuple(body["input"]) for body in double.requests() if "input" in body]
    cards = [text for batch in texts for text in batch if "bt " in text]
    assert len(cards) == 2 * 40  # the same 40 texts for each of two users: nothing is shared between them
    assert len(set(cards)) == 40
    paid = entries(running, "&service=memory")
    assert {row["user_id"] for row in paid} == set(USERS)
    assert all(row["prompt_version"] is None and row["output_tokens"] == 0 for row in paid)


def test_questions_in_two_languages_find_their_families(running: Serving) -> None:
    for user in USERS:
        korean = running.json("POST", SEARCH, {"query": "RSI 과매도 반등", "top_k": 5}, user=user)["results"]
        english = running.json("POST", SEARCH, {"query": "MACD trend", "top_k": 5}, user=user)["results"]
        assert {one["backtest"]["strategy"]["indicators"][0] for one in korean} == {"rsi"}
        assert {one["backtest"]["strategy"]["indicators"][0] for one in english} == {"macd"}
        assert [one["rank"] for one in korean] == [1, 2, 3, 4, 5]


def test_a_grounded_strategy_names_the_contexts_that_the_model_was_given(
    running: Serving, double: OpenAIDouble
) -> None:
    built = running.json("POST", BUILD_GROUNDED, {"request": KOREAN, "top_k": 3}, user=USERS[0])
    assert built["generation"]["model_id"] == "gpt-4o-mini"
    assert len(built["contexts"]) == 3
    sent = "".join(message["content"] for message in double.requests()[-1]["messages"])
    assert all(context["id"] in sent and context["text"] in sent for context in built["contexts"])
    assert built["strategy"]["indicators"][0]["kind"] == "rsi"
    assert running.json("GET", f"/api/v1/strategies/{built['strategy_id']}", user=USERS[0]) == built
    assert running.ask("GET", f"/api/v1/strategies/{built['strategy_id']}", user=USERS[1]).status_code == 404


def test_the_lists_of_models_say_what_a_key_makes_available(running: Serving) -> None:
    listed = running.json("GET", "/api/v1/gen-ai/models")["models"]
    assert {model["provider"] for model in listed if model["available"]} == {"openai"}
    policy = running.json("GET", "/api/v1/gen-ai/models/strategy_builder")
    assert policy["default_model"] == "gpt-4o-mini"
    assert "o1-preview" in {model["model_id"] for model in policy["models"]}
    assert running.json("GET", "/api/v1/gen-ai/models/memory")["default_model"] == "text-embedding-3-small"
    ready = running.json("GET", "/health/ready")
    assert "openai" in str(ready)


def test_a_key_of_a_user_works_until_it_is_taken_back(running: Serving) -> None:
    order = {"user_id": USERS[0], "roles": ["user"], "services": ["strategy_builder", "memory"], "models": ["gpt-4o"]}
    issued = running.json("POST", "/api/v1/admin/keys", order)
    headers = {"Authorization": f"Bearer {issued['key']}"}

    def ask(model_id: str) -> httpx.Response:
        body = {"request": KOREAN, "model_id": model_id}
        return httpx.post(running.url + BUILD, json=body, headers=headers, timeout=60, trust_env=False)

    answer = ask("gpt-4o")
    assert answer.status_code == 200
    assert answer.json()["generation"]["model_id"] == "gpt-4o"
    assert ask("gpt-4o-mini").status_code == 403
    own = httpx.get(f"{running.url}{ENTRIES}?limit=500", headers=headers, timeout=60, trust_env=False).json()["entries"]
    assert {row["user_id"] for row in own} == {USERS[0]}
    running.json("DELETE", f"/api/v1/admin/keys/{issued['key_id']}")
    assert ask("gpt-4o").status_code == 401


def test_a_request_id_of_the_caller_is_in_the_row(running: Serving) -> None:
    headers = {b"Authorization": b"Bearer qt_an_admin_key_for_tests", b"X-Request-Id": b"trace-42"}
    headers[b"X-User-Id"] = USERS[0].encode()
    answer = httpx.post(running.url + BUILD, json={"request": ENGLISH}, headers=headers, timeout=60, trust_env=False)
    assert answer.headers["x-request-id"] == "trace-42"
    assert any(row["request_id"] == "trace-42" for row in entries(running))


def test_neither_key_nor_idea_is_in_what_the_service_writes(tmp_path: Path) -> None:
    with openai_double(tmp_path) as double:
        with serving(tmp_path / "data", **keyed(double)) as service:
            service.json("POST", BUILD, {"request": f"{SECRET_IDEA} RSI 전략"}, user=USERS[0])
            for mode in ("error", "throttle", "garbage", "cut", "down", "refusal"):
                double.behave(mode)
                failed = service.ask("POST", BUILD, {"request": f"{SECRET_IDEA} RSI 전략"}, user=USERS[0])
                assert failed.status_code >= 500
                assert double.api_key not in failed.text
                assert SECRET_IDEA not in failed.text
        written_down = "".join(service.said)
        assert double.api_key not in written_down
        assert SECRET_IDEA not in written_down
        assert "Traceback" not in written_down
        kept = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
        assert not any(double.api_key.encode() in path.read_bytes() for path in kept)
