"""What each command asks of the service and prints of the answer."""

import argparse
import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from entrypoints.cli.output import (
    FOUND_COLUMNS,
    USAGE_COLUMNS,
    console,
    found_rows,
    print_conditions,
    print_json,
    progress,
    table,
    usage_rows,
)
from entrypoints.cli.reach import Failed, reach
from entrypoints.settings import Settings

LINES_A_REQUEST = 500
KEY_COLUMNS = ("key", "user", "roles", "name", "created", "expires", "revoked")


def _ask(
    settings: Settings,
    command: str,
    method: str,
    path: str,
    *,
    user: str | None = None,
    body: object = None,
    query: Mapping[str, str | None] | None = None,
) -> Any:  # noqa: ANN401  # whatever JSON the path answers with
    async def asked() -> Any:  # noqa: ANN401  # the same
        async with reach(settings, command) as api:
            return await api.ask(method, path, user=user, body=body, query=query)

    return asyncio.run(asked())


def search(settings: Settings, arguments: argparse.Namespace) -> None:
    """Prints the user's backtests that answer a question."""
    body = {"query": arguments.question, "top_k": arguments.top_k, "min_similarity": arguments.min_similarity}

    answer = _ask(settings, "search", "POST", "/api/v1/backtests/search", user=arguments.user, body=body)
    if arguments.json:
        print_json(answer)
        return
    out = console()
    out.print(table(f"“{arguments.question}”", FOUND_COLUMNS, found_rows(answer["results"])))
    _explain(answer)


def _explain(answer: Mapping[str, Any]) -> None:
    out = console()
    if not answer["results"]:
        out.print("no backtest answers this")
    print_conditions(answer)
    if answer["pending"]:
        out.print(f"{answer['pending']} backtests are not indexed yet", style="yellow")


def usage(settings: Settings, arguments: argparse.Namespace) -> None:
    """Prints requests, tokens and cost by service and model."""
    query = {"from": arguments.since, "to": arguments.until, "user": arguments.user, "group_by": arguments.group_by}

    answer = _ask(settings, "usage", "GET", "/api/v1/gen-ai/usage", query=query)
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

    answer = _ask(settings, "keys", "POST", "/api/v1/admin/keys", body=body)
    if arguments.json:
        print_json(answer)
        return
    console().print(f"key {answer['key_id']} of {answer['user_id']}, shown this once:\n{answer['key']}", markup=False)


def list_keys(settings: Settings, arguments: argparse.Namespace) -> None:
    """Prints every key but its secret."""
    answer = _ask(settings, "keys", "GET", "/api/v1/admin/keys")
    if arguments.json:
        print_json(answer)
        return
    names = ("key_id", "user_id", "roles", "name", "created_at", "expires_at", "revoked_at")
    rows = [[", ".join(k[n]) if n == "roles" else k[n] for n in names] for k in answer["keys"]]
    console().print(table("Keys", KEY_COLUMNS, rows))


def revoke_key(settings: Settings, arguments: argparse.Namespace) -> None:
    """Takes a key back."""
    answer = _ask(settings, "keys", "DELETE", f"/api/v1/admin/keys/{arguments.key_id}")
    if arguments.json:
        print_json(answer)
        return
    console().print(f"key {answer['key_id']} of {answer['user_id']} is revoked", markup=False)


def import_backtests(settings: Settings, arguments: argparse.Namespace) -> None:
    """Records every backtest of a file; reports on every line, and fails where one was not kept."""
    try:
        lines = Path(arguments.path).read_bytes().split(b"\n")
    except OSError as error:
        raise Failed(f"{arguments.path}: {error.strerror}") from error
    report = asyncio.run(_record(settings, arguments.user, lines))
    if arguments.json:
        print_json(report)
    else:
        out = console()
        out.print(
            f"{report['accepted']} stored, {report['duplicates']} there already, {len(report['rejected'])} refused"
        )
        for line in report["rejected"]:
            faults = "; ".join(f"{e['field']}: {e['message']}" if e["field"] else e["message"] for e in line["errors"])
            out.print(f"line {line['line']} ({line['backtest_id'] or 'no id'}): {faults}", markup=False, style="yellow")
    if report["rejected"]:
        total = sum(map(bool, map(bytes.strip, lines)))
        raise Failed(f"{len(report['rejected'])} of {total} lines were not kept")


async def _record(settings: Settings, user: str, lines: list[bytes]) -> dict[str, Any]:
    report: dict[str, Any] = {"accepted": 0, "duplicates": 0, "rejected": []}
    with progress("recording", len(lines)) as bar:
        async with reach(settings, "import") as api:
            for first in range(0, len(lines), LINES_A_REQUEST):
                chunk = lines[first : first + LINES_A_REQUEST]
                if not any(map(bytes.strip, chunk)):
                    continue
                part = await api.send_lines("/api/v1/backtests/batch", b"\n".join(chunk), user=user)
                report["accepted"] += part["accepted"]
                report["duplicates"] += part["duplicates"]
                report["rejected"] += [line | {"line": line["line"] + first} for line in part["rejected"]]
                bar.advance(0, len(chunk))  # type: ignore[arg-type]  # rich's TaskID is an int
    return report


def print_usage(groups: list[dict[str, Any]], total: dict[str, Any]) -> None:
    """The usage table by service and model, with its total."""
    console().print(table("Usage", USAGE_COLUMNS, usage_rows([*groups, total])))
