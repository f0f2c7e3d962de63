"""What each command asks of the service and prints of the answer."""

import argparse
import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from entrypoints.cli.output import (
    FOUND_COLUMNS,
    USAGE_COLUMNS,
    console,
    found_rows,
    print_conditions,
    print_json,
    table,
    usage_rows,
)
from entrypoints.cli.reach import TIMEOUT_SECONDS, reach
from entrypoints.settings import Settings

KEY_COLUMNS = ("key", "user", "roles", "name", "created", "expires", "revoked")


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
    """Prints requests, tokens and cost by service and model."""
    query = {"from": arguments.since, "to": arguments.until, "user": arguments.user, "group_by": arguments.group_by}

    answer = ask(settings, "usage", "GET", "/api/v1/gen-ai/usage", query=query)
    if arguments.json:
        print_json(answer)
        return
    dimensions = answer["group_by"]
    sums = ("requests", "attempts", "input_tokens", "output_tokens", "cost_usd", "saved_cost_usd")
    rows = [[*(g[d] for d in dimensions), *(g[s] for s in sums)] for g in answer["groups"]]
    rows.append([*("all" for _ in dimensions), *(answer["total"][s] for s in sums)])
    console().print(table("Usage", (*dimensions, *USAGE_COLUMNS[2:]), rows))


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
    names = ("key_id", "user_id", "roles", "name", "created_at", "expires_at", "revoked_at")
    rows = [[", ".join(k[n]) if n == "roles" else k[n] for n in names] for k in answer["keys"]]
    console().print(table("Keys", KEY_COLUMNS, rows))


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
