"""A restore that is killed in the middle leaves the database as it was; run again, it ends."""

import asyncio
import signal
import sys
from pathlib import Path

import pytest

from tests.contracts.sql_engines import a_sqlite_at_head
from tests.contracts.test_backups import as_text, backed_up, content, filled, restored, somewhere, stores_at
from tests.contracts.user_eraser_contract import MINJI
from tests.contracts.whole_stores import fill

ROOT = Path(__file__).parents[2]
VICTIM = """
import asyncio, os, signal, sys
from pathlib import Path
from adapters.sql.stores import SqlStores
from adapters.system.ids import TimeOrderedIds

url, path, rows = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
restored = 0

def told(more):
    global restored
    restored += more
    if restored >= rows:
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(SqlStores(url, ids=TimeOrderedIds()).backups.restored(path, replace=True, told=told))
"""


async def killed_after(rows: int, path: Path, url: str) -> int:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", VICTIM, url, str(path), str(rows), cwd=ROOT)
    return await process.wait()


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
async def test_what_was_there_before_is_there_after_a_kill(engine: str, tmp_path: Path) -> None:
    source = await a_sqlite_at_head(tmp_path)
    await filled(source)
    path = await backed_up(source, tmp_path)
    target = await somewhere(engine, tmp_path, started=True)
    async with stores_at(target) as stores:
        await fill(stores, MINJI)
    before = as_text(await content(target))
    for rows in (1, 25, 60):
        assert await killed_after(rows, path, target) == -signal.SIGKILL
        assert as_text(await content(target)) == before
    await restored(path, target, replace=True)
    assert as_text(await content(target)) == as_text(await content(source))
