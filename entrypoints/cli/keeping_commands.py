"""What `quantrail index prune`, `backup` and `restore` ask for and print."""

import argparse
import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from domain.backup import BackupContents
from entrypoints.cli.backup_files import NewBackup
from entrypoints.cli.commands import ask
from entrypoints.cli.output import console, print_json, progress
from entrypoints.cli.reach import Failed, reach
from entrypoints.ownership import FolderOwned, owning
from entrypoints.settings import Settings

PATIENCE_SECONDS = 3_600.0
BACKUP = "/api/v1/admin/index/backup"


def prune(settings: Settings, arguments: argparse.Namespace) -> None:
    """Prints what would go, or removes it and prints how much that was."""
    body = {"older_than_days": arguments.older_than, "keep": arguments.keep, "apply": arguments.apply}
    path = "/api/v1/admin/index/prune"
    answer = ask(settings, "index", "POST", path, body=body, timeout_seconds=PATIENCE_SECONDS)
    if arguments.json:
        print_json(answer)
        return
    runs, users = answer["backtests"], answer["users"]
    if answer["applied"]:
        console().print(f"removed {runs} backtests of {users} users")
    else:
        console().print(f"{runs} backtests of {users} users would go; --apply removes them")


def backup(settings: Settings, arguments: argparse.Namespace) -> None:
    """Writes the whole database into one file."""
    path = Path(arguments.file)
    with NewBackup.at(path, force=arguments.force) as made:
        asyncio.run(_copy(settings, made))
    if arguments.json:
        print_json({"file": str(path), "bytes": made.size})
    else:
        console().print(f"{made.size:,} bytes in {path}", markup=False)


async def _copy(settings: Settings, made: NewBackup) -> None:
    with progress("copying, bytes", None) as bar:
        async for piece in _pieces(settings):
            made.write(piece)
            bar.advance(0, len(piece))  # type: ignore[arg-type]  # rich's TaskID is an int


async def _pieces(settings: Settings) -> AsyncIterator[bytes]:
    """From the running owner, or from the database itself: this process has no more than a piece of it in memory."""
    try:
        with owning(settings.data_dir, "index backup"):
            async for piece in _own_pieces(settings):
                yield piece
            return
    except FolderOwned:
        pass
    async with reach(settings, "index") as api:
        async for piece in api.read_pieces("POST", BACKUP, timeout_seconds=PATIENCE_SECONDS):
            yield piece


async def _own_pieces(settings: Settings) -> AsyncIterator[bytes]:
    from domain.audit import the_system
    from entrypoints.container import build_container
    from entrypoints.logs import configure_logs

    configure_logs(settings, least="ERROR")
    container = build_container(settings)
    stores = container.stores()
    try:
        await stores.start()
        caller = the_system(f"index-backup-{secrets.token_hex(8)}")
        async for piece in await container.keeping.back_up_database()(caller=caller):
            yield piece
    finally:
        await stores.close()


def restore(settings: Settings, arguments: argparse.Namespace) -> None:
    """Brings a copy back, once all of it was looked at."""
    path = Path(arguments.file)
    try:
        with owning(settings.data_dir, "index restore"):
            contents = asyncio.run(_restored(settings, path, replace=arguments.replace))
    except FolderOwned as error:
        raise Failed(f"{error}; stop it, then restore") from error
    if arguments.json:
        print_json({"made_at": contents.made_at.isoformat(), "product": contents.product, "rows": dict(contents.rows)})
        return
    moment = contents.made_at.isoformat(timespec="seconds")
    console().print(f"{contents.total:,} rows of {moment} are back; the next start indexes them again", markup=False)


async def _restored(settings: Settings, path: Path, *, replace: bool) -> BackupContents:
    from domain.audit import the_system
    from entrypoints.container import build_container
    from entrypoints.logs import configure_logs

    configure_logs(settings, least="ERROR")
    container = build_container(settings)
    stores, use = container.stores(), container.keeping.restore_database()
    try:
        with progress("looking at it", None) as bar:
            contents = await use.check(path, told=_advancing(bar))
        with progress("restoring", contents.total) as bar:
            caller = the_system(f"index-restore-{secrets.token_hex(8)}")
            restored: BackupContents = await use(path, replace=replace, told=_advancing(bar), caller=caller)
            return restored
    finally:
        await stores.close()


def _advancing(bar: Any) -> Callable[[int], None]:  # noqa: ANN401  # rich's progress, which takes a task id of its own type
    return lambda rows: bar.advance(0, rows)
