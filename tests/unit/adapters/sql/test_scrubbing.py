"""What was erased is in no row of PostgreSQL, live or dead, and in no byte of SQLite's files."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import text

from adapters.sql.database import Database
from adapters.sql.scrubbing import scrub
from adapters.sql.stores import SqlStores
from adapters.sql.tables import strategies
from adapters.system.ids import TimeOrderedIds
from tests.builders import a_built_strategy
from tests.contracts.sql_engines import a_postgresql_at_head, a_sqlite_at_head, postgresql_folder
from tests.contracts.user_eraser_contract import ALEX, MINJI, erased
from tests.contracts.whole_stores import fill, fill_shared

PAGE, POINTERS_AT, NORMAL = 8_192, 24, 1
FILES = "SELECT relname, pg_relation_filepath(oid) FROM pg_class WHERE relkind IN ('r', 't', 'i') AND oid >= 16384"


def rows_in(page: bytes) -> Iterator[bytes]:
    """The rows of a page of PostgreSQL, dead ones too: what its line pointers point to."""
    end = int.from_bytes(page[12:14], "little")
    for at in range(POINTERS_AT, end, 4):
        pointer = int.from_bytes(page[at : at + 4], "little")
        offset, flags, length = pointer & 0x7FFF, pointer >> 15 & 3, pointer >> 17
        if flags == NORMAL:
            yield page[offset : offset + length]


def holding(content: bytes, needles: Sequence[str]) -> int:
    """How many rows hold one of them."""
    pages = (content[start : start + PAGE] for start in range(0, len(content), PAGE))
    return sum(any(needle.encode() in row for needle in needles) for page in pages for row in rows_in(page))


async def holding_rows(database: Database) -> dict[str, int]:
    """In which tables and indexes a row, live or dead, holds what the user wrote, read from the server's own files."""
    async with database.unhurried() as connection:
        await connection.execute(text("CHECKPOINT"))
        files = (await connection.execute(text(FILES))).all()
    folder = postgresql_folder()
    counts = {name: holding((folder / path).read_bytes(), MINJI.needles()) for name, path in files}
    return {name: count for name, count in counts.items() if count}


async def test_no_row_of_postgresql_live_or_dead_holds_the_user() -> None:
    url = await a_postgresql_at_head()
    stores, database = SqlStores(url, ids=TimeOrderedIds()), Database(url)
    for traces in (MINJI, ALEX):
        await fill(stores, traces)
    await fill_shared(stores)
    assert await holding_rows(database)
    await erased(stores)
    assert await holding_rows(database) == {}
    await database.close()
    await stores.close()


async def test_without_a_vacuum_dead_rows_would_be_noticed() -> None:
    url = await a_postgresql_at_head()
    stores, database = SqlStores(url, ids=TimeOrderedIds()), Database(url)
    async with database.unhurried() as connection:
        await connection.execute(text("ALTER TABLE strategies SET (autovacuum_enabled = off)"))
    await stores.strategies.keep(a_built_strategy(request=MINJI.mark))
    async with database.write() as connection:
        await connection.execute(strategies.delete())
    assert (await holding_rows(database)).keys() == {"strategies"}
    await scrub(database)
    assert await holding_rows(database) == {}
    await database.close()
    await stores.close()


async def test_no_byte_of_sqlites_files_holds_the_user_while_the_database_is_open(tmp_path: Path) -> None:
    url = await a_sqlite_at_head(tmp_path)
    stores = SqlStores(url, ids=TimeOrderedIds())
    for number in range(12):
        await fill(stores, ALEX if number == 6 else type(ALEX)(user_id=f"u{number}", mark="x" * (number + 1)))
        if number == 3:
            await fill(stores, MINJI)
    assert left_in(tmp_path)
    await erased(stores)
    assert left_in(tmp_path) == []
    await stores.close()


def left_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() for n in MINJI.needles() if n.encode() in path.read_bytes()]
