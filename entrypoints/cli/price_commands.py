"""What `quantrail prices` asks of the service and prints of the answer."""

import argparse
import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

from entrypoints.cli.output import console, print_json, table
from entrypoints.cli.reach import reach
from entrypoints.settings import Settings

COLUMNS = ("model", "bucket", "valid from", "now>", "new>", "")


def show_differences(settings: Settings, arguments: argparse.Namespace) -> None:
    """Prints what the installed data set would change."""
    _print(asyncio.run(_asked(settings, "GET", "diff")), as_json=arguments.json)


def apply_prices(settings: Settings, arguments: argparse.Namespace) -> None:
    """Takes the data set's prices and prints what changed."""
    body = {"accept": arguments.accept, "models": arguments.model}
    _print(asyncio.run(_asked(settings, "POST", "apply", body)), as_json=arguments.json)


async def _asked(settings: Settings, method: str, action: str, body: object = None) -> Any:  # noqa: ANN401  # the path's JSON
    async with reach(settings, "prices") as api:
        return await api.ask(method, f"/api/v1/admin/prices/{action}", body=body)


def _print(review: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(review)
        return
    out = console()
    done = "Taken from" if review["applied"] else "Other prices in"
    if review["changes"]:
        out.print(table(f"{done} {review['source']}, USD per million tokens", COLUMNS, _rows(review["changes"])))
    same = len(review["compared"]) - len({change["model_id"] for change in review["changes"]})
    confirmed = ", confirmed today" if review["applied"] else ""
    out.print(f"{same} models have the prices of {review['source']}{confirmed}", markup=False)
    for told, names in (("declared free", review["free"]), ("unknown to the data set", review["unknown"])):
        if names:
            out.print(f"{told}, left as they are: {', '.join(names)}", markup=False)
    for model_id, why in review["unusable"].items():
        out.print(f"{model_id}, left as it is: {why}", markup=False, style="yellow")


def _rows(changes: list[dict[str, Any]]) -> Iterator[tuple[object, ...]]:
    for change in changes:
        marked = "more than three times: needs --accept" if change["needs_accept"] else ""
        named = (change["model_id"], change["bucket"].removesuffix("_usd_per_mtok"), change["valid_from"])
        yield (*named, change["current"], change["new"], marked)
