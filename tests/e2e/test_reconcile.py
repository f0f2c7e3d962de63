"""The invoice of the double of OpenAI, its own record of what it served, held against the ledger of a service."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cli.process import Serving, quantrail, serving
from tests.doubles.process import OpenAIDouble, openai_double
from tests.e2e.hosted import BUILD, BUILD_GROUNDED, entries, keyed, record_all, some_runs, until

Json = Any
USERS = ("민지", "june@example.com")
IDEAS = (
    "GOOG에서 RSI 14가 30 아래로 내려가면 사고 70 위로 오르면 파는 전략",
    "Buy AAPL when the MACD line crosses above its signal",
    "볼린저 밴드 하단에서 사고 상단에서 파는 전략을 만들어 줘",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """A data folder whose service has made calls, and the double that served them."""

    folder: Path
    service: Serving
    double: OpenAIDouble

    def reconcile(self, calls: list[Json], *more: str) -> tuple[int, Json, list[str]]:
        """Exit code, result and complaints of the command on an invoice of these calls."""
        path = self.folder.parent / "11월 청구서.jsonl"
        path.write_text("".join(json.dumps(call, ensure_ascii=False) + "\n" for call in calls), encoding="utf-8")
        done = quantrail(self.folder, "ledger", "reconcile", str(path), "--json", *more)
        assert done.stdout, done.stderr
        return done.returncode, json.loads(done.stdout), done.stderr.splitlines()


@pytest.fixture(scope="module")
def billed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Billed]:
    folder = tmp_path_factory.mktemp("billed")
    with openai_double(folder) as double, serving(folder / "data", **keyed(double)) as service:
        for user in USERS:
            record_all(service, some_runs(3), user=user)
            service.until_indexed(user)
            for idea in IDEAS:
                service.json("POST", BUILD, {"request": idea}, user=user)
                service.json("POST", BUILD, {"request": idea, "model_id": "gpt-5-mini"}, user=user)
            service.json("POST", BUILD_GROUNDED, {"request": IDEAS[0]}, user=user)
        double.behave("error", times=1, path="chat")
        service.ask("POST", BUILD, {"request": IDEAS[0]}, user=USERS[0])
        double.behave()
        yield Billed(folder=folder / "data", service=service, double=double)


def suspects(result: Json) -> list[tuple[list[str], Json]]:
    return [(row["doubts"], row["entry"]) for account in result["accounts"] for row in account["rows"]]


def strays(result: Json) -> list[Json]:
    return [call for account in result["accounts"] for call in account["calls"]]


def paid(calls: list[Json]) -> list[int]:
    """The places of calls that are charged for, chat first: those differ in their tokens."""
    places = [place for place, call in enumerate(calls) if call["usage"]]
    return sorted(places, key=lambda place: "embeddings" in calls[place]["path"])


def test_the_ledger_is_what_the_provider_says(billed: Billed) -> None:
    code, result, complaints = billed.reconcile(billed.double.calls())
    assert (code, complaints) == (0, [])
    assert result["within_tolerance"] is True
    assert {account["model"] for account in result["accounts"]} == {
        *("gpt-4o-mini", "gpt-5-mini", "text-embedding-3-small"),
    }  # fmt: skip
    for account in result["accounts"]:
        assert account["ledger"]["calls"] == account["invoice"]["calls"] > 0
        assert account["ledger"]["input_tokens"] == account["invoice"]["input_tokens"]
        assert (account["rows"], account["calls"]) == ([], [])
    assert sum(account["uncertain"]["failed"] for account in result["accounts"]) == 1
    [file] = result["files"]
    assert (file["errors"], file["lines_stating_nothing"]) == ([], 1)


def test_the_row_of_any_call_that_is_taken_from_the_invoice_is_listed_alone(billed: Billed) -> None:
    calls = billed.double.calls()
    rows = {row["entry_id"]: row for row in entries(billed.service)}
    for place in (paid(calls)[0], paid(calls)[3], paid(calls)[-1]):
        code, result, complaints = billed.reconcile(calls[:place] + calls[place + 1 :])
        gone = calls[place]
        [(doubts, entry)] = suspects(result)
        assert (code, doubts, strays(result)) == (1, ["no_partner"], [])
        assert entry == rows[entry["entry_id"]]
        assert (entry["model_id"], entry["input_tokens"]) == (gone["model"], gone["usage"]["prompt_tokens"])
        # The double writes a call down while its row is open: of all rows that look like it, the last before it.
        alike = [row for row in rows.values() if _looks(row) == _looks(entry) and row["at"] <= gone["at"]]
        assert entry == max(alike, key=lambda row: str(row["at"]))
        assert complaints
        assert all(f"{gone['at'][:10]} {gone['model']}: " in complaint for complaint in complaints)


def test_a_call_that_is_changed_on_the_invoice_is_listed_with_its_row(billed: Billed) -> None:
    calls = billed.double.calls()
    place = paid(calls)[1]
    usage = calls[place]["usage"]
    more = usage | {"prompt_tokens": usage["prompt_tokens"] + 5_000}
    changed = [*calls[:place], calls[place] | {"usage": more, "model": "gpt-5-mini-2025-08-07"}, *calls[place + 1 :]]
    changed[place]["model"] = f"{calls[place]['model']}-2025-08-07"
    code, result, complaints = billed.reconcile(changed)
    [(doubts, entry)], [stray] = suspects(result), strays(result)
    assert (code, doubts, entry["input_tokens"]) == (1, ["no_partner"], usage["prompt_tokens"])
    assert (stray["request_id"], stray["stated"]["input_tokens"]) == (calls[place]["request_id"], more["prompt_tokens"])
    assert result["names"][changed[place]["model"]] == calls[place]["model"]
    assert len(complaints) == 1
    assert "input_tokens: the ledger has" in complaints[0]


def test_a_call_that_is_on_the_invoice_twice_is_listed_by_its_id(billed: Billed) -> None:
    calls = billed.double.calls()
    place = paid(calls)[0]
    again = calls[place] | {"request_id": "req_두 번째"}
    code, result, _ = billed.reconcile([*calls, again])
    assert code == 1
    [stray] = strays(result)
    assert stray["request_id"] in (calls[place]["request_id"], "req_두 번째")
    assert all(doubts == ["failed"] for doubts, _ in suspects(result))


def test_a_call_that_nobody_saw_end_is_the_first_suspect_and_can_be_listed_by_itself(billed: Billed) -> None:
    billed.double.behave("no_usage", times=1, path="chat")
    billed.service.json("POST", BUILD, {"request": IDEAS[2]}, user=USERS[1])
    billed.double.behave()
    until(lambda: any(row["status"] == "estimated" for row in entries(billed.service)), seconds=20)
    day = billed.double.calls()[-1]["at"][:10]
    sums = [{"day": day, "model": "gpt-4o-mini", "input_tokens": 1, "output_tokens": 1}]
    code, result, _ = billed.reconcile(sums)
    [account] = [each for each in result["accounts"] if each["model"] == "gpt-4o-mini"]
    assert code == 1
    assert account["uncertain"]["estimated"] == 1
    first = account["rows"][0]
    assert first["doubts"][0] == "estimated"
    listed = quantrail(billed.folder, "usage", "--entries", "--status", "estimated", "--json")
    assert [row["entry_id"] for row in json.loads(listed.stdout)["entries"]] == [first["entry"]["entry_id"]]


def _looks(row: Json) -> tuple[object, ...]:
    return row["model_id"], row["input_tokens"], row["output_tokens"]
