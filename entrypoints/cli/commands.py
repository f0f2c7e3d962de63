"""What each command asks of the service and prints of the answer."""

import argparse
import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from domain.paging import MAX_PAGE_SIZE
from entrypoints.cli.output import (
    FOUND_COLUMNS,
    USAGE_COLUMNS,
    console,
    found_rows,
    print_conditions,
    print_json,
    print_table,
    table,
    to_the_minute,
    usage_rows,
)
from entrypoints.cli.reach import TIMEOUT_SECONDS, reach
from entrypoints.settings import Settings

ENTRY_COLUMNS = ("row=", "at=", "user", "service", "model", "status", "input>", "output>", "cost USD>", "why")
ENTRIES = 20
KEY_COLUMNS = ("key=", "user", "roles", "name", "created", "expires", "revoked")


def ask(
    settings: Settings,
    command: str,
    method: str,
    path: str,
    *,
    user: str | None = None,
    body: object = None,
    query: Mapping[str, str | None] | None = None,
    timeout_seconds: float = TIMEOUT_SECONDS,
) -> Any:  # noqa: ANN401  # whatever JSON the path answers with
    """The JSON of the answer. Raises: Failed."""

    async def asked() -> Any:  # noqa: ANN401  # the same
        async with reach(settings, command) as api:
            return await api.ask(method, path, user=user, body=body, query=query, timeout_seconds=timeout_seconds)

    return asyncio.run(asked())


def search(settings: Settings, arguments: argparse.Namespace) -> None:
    """Prints the user's backtests that answer a question."""
    body = {"query": arguments.question, "top_k": arguments.top_k, "min_similarity": arguments.min_similarity}

    answer = ask(settings, "search", "POST", "/api/v1/backtests/search", user=arguments.user, body=body)
    if arguments.json:
        print_json(answer)
        return
    out = console()
    if answer["results"]:
        out.print(table(f"“{arguments.question}”", FOUND_COLUMNS, found_rows(answer["results"])))
    _explain(answer)


def _explain(answer: Mapping[str, Any]) -> None:
    out = console()
    if not answer["results"]:
        out.print("no backtest answers this")
    print_conditions(answer)
    if answer["pending"]:
        out.print(f"not indexed yet, and found by conditions only: {answer['pending']}", style="yellow")


def usage(settings: Settings, arguments: argparse.Namespace) -> None:
    """Prints requests, tokens and cost by service and model, or the rows themselves."""
    wanted = {
        "from": arguments.since, "to": arguments.until, "user": arguments.user, "service": arguments.service,
        "model": arguments.model, "status": arguments.status,
    }  # fmt: skip
    if arguments.entries:
        _print_entries(_entries(settings, wanted, arguments.limit or ENTRIES), as_json=arguments.json)
        return
    query = {**wanted, "group_by": arguments.group_by}
    answer = ask(settings, "usage", "GET", "/api/v1/gen-ai/usage", query=query)
    if arguments.json:
        print_json(answer)
        return
    dimensions = answer["group_by"]
    sums = ("requests", "attempts", "input_tokens", "output_tokens", "cost_usd", "saved_cost_usd")
    groups = answer["groups"][: arguments.limit]
    rows = [[*(g[d] for d in dimensions), *(g[s] for s in sums)] for g in groups]
    rows.append([*("all" for _ in dimensions), *(answer["total"][s] for s in sums)])
    print_table("Usage", (*dimensions, *USAGE_COLUMNS[2:]), rows)
    if len(groups) < len(answer["groups"]):
        console().print(f"of {len(answer['groups'])} groups {len(groups)}; all are in the last line")


def _entries(settings: Settings, wanted: Mapping[str, str | None], limit: int) -> dict[str, Any]:
    """The newest rows, so many at most, over as many pages as it takes."""

    async def asked() -> dict[str, Any]:
        rows: list[Any] = []
        cursor: str | None = None
        async with reach(settings, "usage") as api:
            while True:
                query = {**wanted, "limit": str(min(limit - len(rows), MAX_PAGE_SIZE)), "cursor": cursor}
                page = await api.ask("GET", "/api/v1/gen-ai/usage/entries", query=query)
                rows += page["entries"]
                cursor = page["next_cursor"]
                if cursor is None or len(rows) >= limit:
                    return {"entries": rows, "more": cursor is not None}

    return asyncio.run(asked())


def _print_entries(answer: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(answer)
        return
    names = ("entry_id", "at", "user_id", "service", "model_id", "status", "input_tokens", "output_tokens", "cost_usd")
    rows = [[to_the_minute(row[n]) if n == "at" else row[n] for n in (*names, "reason")] for row in answer["entries"]]
    print_table("Rows, newest first", ENTRY_COLUMNS, rows)
    if answer["more"]:
        console().print("there are more: raise --limit")


def create_key(settings: Settings, arguments: argparse.Namespace) -> None:
    """Makes a key and prints it, this once."""
    body = {
        "user_id": arguments.user, "roles": arguments.role or ["user"], "services": arguments.service,
        "models": arguments.model, "expires_at": arguments.expires_at, "name": arguments.name,
    }  # fmt: skip

    answer = ask(settings, "keys", "POST", "/api/v1/admin/keys", body=body)
    if arguments.json:
        print_json(answer)
        return
    console().print(f"key {answer['key_id']} of {answer['user_id']}, shown this once:\n{answer['key']}", markup=False)


def list_keys(settings: Settings, arguments: argparse.Namespace) -> None:
    """Prints every key but its secret."""
    answer = ask(settings, "keys", "GET", "/api/v1/admin/keys")
    if arguments.json:
        print_json(answer)
        return
    names, times = ("key_id", "user_id", "roles", "name"), ("created_at", "expires_at", "revoked_at")
    rows = [
        [*(", ".join(k[n]) if n == "roles" else k[n] for n in names), *(to_the_minute(k[t]) for t in times)]
        for k in answer["keys"]
    ]
    print_table("Keys", KEY_COLUMNS, rows)


def revoke_key(settings: Settings, arguments: argparse.Namespace) -> None:
    """Takes a key back."""
    answer = ask(settings, "keys", "DELETE", f"/api/v1/admin/keys/{quote(arguments.key_id, safe='')}")
    if arguments.json:
        print_json(answer)
        return
    console().print(f"key {answer['key_id']} of {answer['user_id']} is revoked", markup=False)


def print_usage(groups: list[dict[str, Any]], total: dict[str, Any]) -> None:
    """The usage table by service and model, with its total."""
    console().print(table("Usage", USAGE_COLUMNS, usage_rows([*groups, total])))
