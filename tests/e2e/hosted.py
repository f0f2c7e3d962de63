"""The service with a key for the OpenAI double, and the double's own record to hold it against."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, cast

import yaml
from chromadb import PersistentClient
from chromadb.api.client import Client
from chromadb.config import Settings

from tests.cli.process import Serving
from tests.doubles.prices import SHIPPED, price_of
from tests.doubles.process import OpenAIDouble
from tests.http.service import a_body, a_macd_body

Json = Any  # whatever a path answers with
BUCKETS: Final = ("input_tokens", "cached_input_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens")
BUILD: Final = "/api/v1/strategy-builder"
BUILD_GROUNDED: Final = f"{BUILD}/generate-with-rag"
SEARCH: Final = "/api/v1/backtests/search"
ENTRIES: Final = "/api/v1/gen-ai/usage/entries"
Bill = Counter[tuple[str, tuple[int, ...]]]


def keyed(double: OpenAIDouble, **changes: str) -> dict[str, str]:
    """The environment of somebody who has a key and says nothing else about models."""
    hosted = {"OPENAI_API_KEY": double.api_key, "OPENAI_BASE_URL": double.base_url}
    return hosted | {"QUANTRAIL_LLM": "auto", "QUANTRAIL_EMBEDDINGS": "auto"} | changes


def shipped() -> Json:
    """The configuration that is shipped, to be changed."""
    return yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))


def written(folder: Path, configuration: Json) -> str:
    """The path of a file that says so."""
    path = folder / "quantrail.yaml"
    path.write_text(yaml.safe_dump(configuration), encoding="utf-8")
    return str(path)


def impatient(folder: Path, *, seconds: float = 1) -> str:
    """A configuration under which strategies and embeddings have little time."""
    configuration = shipped()
    for service in ("strategy_builder", "memory"):
        configuration["policies"][service]["timeout_seconds"] = seconds
    return written(folder, configuration)


def some_runs(count: int, *, prefix: str = "bt") -> list[Json]:
    """Backtests no two of which have the same card."""
    bodies = (a_body, a_macd_body)
    made = [bodies[i % 2](backtest_id=f"{prefix}-{i}") for i in range(count)]
    for i, body in enumerate(made):
        body["strategy"] = body["strategy"] | {"name": f"{body['strategy']['name']} {prefix} {i}"}
    return made


def record_all(running: Serving, runs: Iterable[Json], *, user: str) -> None:
    for body in runs:
        assert running.ask("POST", "/api/v1/backtests", body, user=user).status_code == 201


def entries(running: Serving, query: str = "") -> list[Json]:
    """Every row of the ledger, of all users, newest first, over as many pages as it takes."""
    rows: list[Json] = []
    cursor = ""
    while True:
        page = running.json("GET", f"{ENTRIES}?limit=7{cursor}{query}")
        rows += page["entries"]
        if page["next_cursor"] is None:
            return rows
        cursor = f"&cursor={page['next_cursor']}"


def ledger_bill(rows: Iterable[Json]) -> Bill:
    """What the ledger says that it was charged for: how often which model used so much."""
    return Counter((row["model_id"], tuple(row[bucket] for bucket in BUCKETS)) for row in rows)


def invoice_bill(calls: Iterable[Json]) -> Bill:
    """What the double says that it charges for."""
    return Counter((call["model"], _buckets(call["usage"])) for call in calls if call["usage"])


def _buckets(usage: Mapping[str, Any]) -> tuple[int, ...]:
    prompt, answer = usage.get("prompt_tokens_details", {}), usage.get("completion_tokens_details", {})
    return (
        usage["prompt_tokens"], prompt.get("cached_tokens", 0), prompt.get("cache_write_tokens", 0),
        usage.get("completion_tokens", 0), answer.get("reasoning_tokens", 0),
    )  # fmt: skip


def cost_by_hand(row: Json) -> Decimal:
    """What the row's tokens cost by the shipped file's prices, reckoned apart from the product."""
    price = price_of(row["model_id"], datetime.fromisoformat(row["at"]).date())
    assert price is not None
    told = {"cached_tokens": row["cached_input_tokens"], "cache_write_tokens": row["cache_write_tokens"]}
    usage = {"prompt_tokens": row["input_tokens"], "prompt_tokens_details": told}
    return price.of(usage | {"completion_tokens": row["output_tokens"]})


def until(condition: Callable[[], bool], *, seconds: float) -> None:
    """Returns as soon as it holds. Raises: TimeoutError."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"it did not come about within {seconds} s")
        time.sleep(0.02)


def cards_in_chroma(folder: Path) -> list[int]:
    """How many cards each collection holds, read with the store's own library once the service has gone."""
    opened = PersistentClient(path=str(folder / "chroma"), settings=Settings(anonymized_telemetry=False))
    client = cast("Client", opened)  # it is declared as the interface, which cannot be closed
    try:
        return sorted(collection.count() for collection in client.list_collections())
    finally:
        client.close()
