"""What `quantrail index` asks of the service and prints of the answer."""

import argparse
import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

from rich.progress import Progress, TaskID

from entrypoints.cli.commands import ask
from entrypoints.cli.output import console, print_json, print_table, progress, to_the_minute
from entrypoints.cli.reach import Api, Failed, reach
from entrypoints.settings import Settings

INDEX = "/api/v1/admin/index"
PATIENCE_SECONDS = 3_600.0
"""Every card of every user is compared."""
POLL_SECONDS = 0.5
SPACE_COLUMNS = ("part", "space=", "store", "dimensions>", "cards>", "since")
UNITS = ("bytes", "kB", "MB", "GB", "TB")
A_THOUSAND = 1_000


def show_status(settings: Settings, arguments: argparse.Namespace) -> None:
    """Prints the store, its spaces beside the archive, and what is being built."""
    status = ask(settings, "index", "GET", f"{INDEX}/status", timeout_seconds=PATIENCE_SECONDS)
    if arguments.json:
        print_json(status)
        return
    print_table("Index", SPACE_COLUMNS, _spaces(status))
    out = console()
    archive = status["archive"]
    counted = ", ".join(f"{archive[name]} {name}" for name in ("indexed", "pending", "failed", "removals"))
    out.print(f"archive: {archive['backtests']} backtests of {archive['users']} users: {counted}", markup=False)
    if status["size_bytes"] is not None:
        out.print(f"on disk: {_size(status['size_bytes'])}")
    if status["drift"] is not None:
        out.print(f"drift: {_drift(status['drift'])}")
    _print_build(status)
    _print_settings(status)


def rebuild(settings: Settings, arguments: argparse.Namespace) -> None:
    """Builds the index anew, and prints the space that answers then. Raises: Failed."""
    _build(settings, arguments, f"{INDEX}/rebuild", None)


def migrate(settings: Settings, arguments: argparse.Namespace) -> None:
    """Moves the index to another store, and prints what the settings have to say from now on. Raises: Failed."""
    _build(settings, arguments, f"{INDEX}/migrate", {"store": arguments.to, "url": arguments.url})


def stop(settings: Settings, arguments: argparse.Namespace) -> None:
    """Leaves off what is being built."""
    build = ask(settings, "index", "DELETE", f"{INDEX}/build")
    if arguments.json:
        print_json(build)
        return
    console().print(f"{build['space']} is no longer being built", markup=False)


def verify(settings: Settings, arguments: argparse.Namespace) -> None:
    """Prints what differs, by user. Raises: Failed where something does that is not being mended."""
    body = {"sample": arguments.sample, "repair": arguments.repair}
    found = ask(settings, "index", "POST", f"{INDEX}/verify", body=body, timeout_seconds=PATIENCE_SECONDS)
    if arguments.json:
        print_json(found)
    else:
        _print_findings(found)
    drift = found["drift"]
    left = drift["strangers"] if found["repaired"] else _differing(drift)
    if left:
        advice = "`quantrail index rebuild` leaves them behind" if found["repaired"] else "--repair mends it"
        raise Failed(f"the index differs from the archive in {_cards(left)}; {advice}")


def _build(settings: Settings, arguments: argparse.Namespace, path: str, body: object) -> None:
    status = asyncio.run(_built(settings, path, body, wait=not arguments.detach))
    if arguments.json:
        print_json(status)
        return
    _print_build(status)
    if status["building"] is None:
        serving = status["serving"]
        cards = "an unknown number of" if serving["cards"] is None else serving["cards"]
        console().print(f"{serving['space']} in {serving['store']} answers, with {cards} cards", markup=False)
        _print_settings(status)


async def _built(settings: Settings, path: str, body: object, *, wait: bool) -> Any:  # noqa: ANN401  # the path's JSON
    """The status once the build has ended, or at once. Raises: Failed, where another space answers in the end."""
    async with reach(settings, "index") as api:
        build = await api.ask("POST", path, body=body)
        status = await _status(api)
        if not wait:
            return status
        with progress(f"building {build['space']}", status["archive"]["backtests"]) as bar:
            while status["building"] is not None and status["building"]["space"] == build["space"]:
                _advance(bar, status["building"])
                await asyncio.sleep(POLL_SECONDS)
                status = await _status(api)
    if status["serving"]["space"] != build["space"]:
        raise Failed(f"{build['space']} was not built to its end: somebody stopped it, or it was replaced")
    return status


async def _status(api: Api) -> Any:  # noqa: ANN401  # the path's JSON
    return await api.ask("GET", f"{INDEX}/status", query={"drift": "false"})


def _advance(bar: Progress, build: Mapping[str, Any]) -> None:
    waits = f" (waits: {build['error']})" if build["error"] else ""
    done = build["built"] + build["failed"]
    bar.update(TaskID(0), completed=done, total=build["total"], description=f"building {build['space']}{waits}")


def _spaces(status: Mapping[str, Any]) -> Iterator[tuple[object, ...]]:
    serving, building = status["serving"], status["building"]
    named = [("answers", serving), ("being built", building), *(("left", space) for space in status["retired"])]
    for part, space in named:
        if space is not None:
            dimensions, since = space.get("dimensions"), to_the_minute(space["since"])
            yield (part, space["space"], space["store"], dimensions, space["cards"], since)


def _print_build(status: Mapping[str, Any]) -> None:
    build = status["building"]
    if build is None:
        return
    done = f"{build['built']} of {build['total']}"
    refused = f", {build['failed']} refused" if build["failed"] else ""
    waits = f", waits: {build['error']}" if build["error"] else ""
    out = console()
    out.print(
        f"building {build['space']} in {build['store']} ({build['reason']}): {done}{refused}{waits}", markup=False
    )


def _print_settings(status: Mapping[str, Any]) -> None:
    serving = status["serving"]
    if serving is None or status["named_by_settings"]:
        return
    out = console()
    out.print("before the next start, set:", style="yellow")
    out.print(f"  QUANTRAIL_VECTOR_STORE={serving['store']}", markup=False)
    if serving["url"] is not None:
        out.print(f"  QUANTRAIL_VECTOR_STORE_URL={serving['url']}", markup=False)
    out.print("with the settings of now, a start would build the index anew where they point to", style="yellow")


def _print_findings(found: Mapping[str, Any]) -> None:
    out = console()
    drift = found["drift"]
    out.print(f"{found['space']}: {drift['checked']} cards compared, {drift['sampled']} vectors", markup=False)
    for user in found["users"]:
        for kind in ("missing", "surplus", "altered"):
            if user[kind]:
                out.print(f"{kind} of {user['user_id']}: {', '.join(user[kind])}", markup=False, soft_wrap=True)
    out.print(f"drift: {_drift(drift)}")
    if found["repaired"]:
        out.print("what is missing is indexed again, and what is surplus removed, from now on")


def _drift(drift: Mapping[str, int]) -> str:
    if not _differing(drift):
        return "none"
    told = ", ".join(f"{drift[kind]} {kind}" for kind in ("missing", "surplus", "altered") if drift[kind])
    strangers = f"{_cards(drift['strangers'])} of users whom the archive does not know" if drift["strangers"] else ""
    return ", ".join(filter(None, (told, strangers)))


def _differing(drift: Mapping[str, int]) -> int:
    return sum(drift[kind] for kind in ("missing", "surplus", "altered", "strangers"))


def _cards(count: int) -> str:
    return "one card" if count == 1 else f"{count} cards"


def _size(size: float) -> str:
    unit = 0
    while size >= A_THOUSAND and unit < len(UNITS) - 1:
        size, unit = size / A_THOUSAND, unit + 1
    return f"{size:.1f} {UNITS[unit]}" if unit else f"{size:.0f} {UNITS[unit]}"
