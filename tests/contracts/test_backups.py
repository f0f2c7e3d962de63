"""A database in one file and back, on the same engine and from each to the other."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import MetaData, insert, select, text

from adapters.sql.database import Database
from adapters.sql.stores import SqlStores
from adapters.sql.tables import metadata
from adapters.system.ids import TimeOrderedIds
from domain.backup import TargetInUse, UnusableBackup
from domain.errors import StoreUnavailable
from domain.identity import UserScope
from tests.builders import MOMENT
from tests.contracts.sql_engines import a_postgresql_at_head, a_sqlite_at_head, an_empty_postgresql
from tests.contracts.user_eraser_contract import ALEX, MINJI, ORDER
from tests.contracts.whole_stores import fill, fill_shared

Content = Mapping[str, list[tuple[object, ...]]]
FORGOTTEN = {"index_spaces", "index_built"}
"""What a restore leaves empty, so that the indexes are built anew."""
WAYS = [("sqlite", "sqlite"), ("sqlite", "postgresql"), ("postgresql", "sqlite"), ("postgresql", "postgresql")]


async def somewhere(engine: str, folder: Path, *, started: bool) -> str:
    if engine == "postgresql":
        return await (a_postgresql_at_head() if started else an_empty_postgresql())
    return await a_sqlite_at_head(folder) if started else f"sqlite:///{folder / '새 자리.db'}"


@asynccontextmanager
async def stores_at(url: str) -> AsyncIterator[SqlStores]:
    stores = SqlStores(url, ids=TimeOrderedIds())
    try:
        yield stores
    finally:
        await stores.close()


async def filled(url: str) -> None:
    async with stores_at(url) as stores:
        await fill_shared(stores)
        for traces in (MINJI, ALEX):
            await fill(stores, traces)
        await stores.pruning.prune(before=date(2020, 1, 1), limit=1)
        await stores.eraser.begin(ORDER)
        await stores.answers.forget_expired(at=MOMENT, limit=1)


async def content(url: str) -> Content:
    """Every row of every table that is there."""
    database = Database(url)
    found = MetaData()
    async with database.read() as connection:
        await connection.run_sync(found.reflect)
        rows = {
            name: sorted((tuple(row) for row in await connection.execute(select(table))), key=str)
            for name, table in found.tables.items()
        }
    await database.close()
    return {name: rows[name] for name in sorted(rows)}


async def backed_up(url: str, folder: Path) -> Path:
    path = folder / "quantrail.backup"
    async with stores_at(url) as stores:
        with path.open("wb") as file:
            async for piece in stores.backups.pieces(at=MOMENT):
                file.write(piece)
    return path


async def restored(path: Path, url: str, *, replace: bool = False) -> int:
    told: list[int] = []
    async with stores_at(url) as stores:
        await stores.backups.restored(path, replace=replace, told=told.append)
    return sum(told)


def as_text(rows: Content) -> dict[str, list[str]]:
    """Engines give bytes and numbers back as other types that are equal; float columns may hold a whole number."""
    return {
        name: sorted(str([bytes(c) if isinstance(c, memoryview) else c for c in row]) for row in rows[name])
        for name in rows
        if name not in FORGOTTEN
    }


@pytest.fixture(scope="module")
def sources() -> dict[str, str]:
    return {}


@pytest.mark.parametrize(("source", "target"), WAYS)
async def test_everything_comes_back_on_any_engine(source: str, target: str, tmp_path: Path) -> None:
    url = await somewhere(source, tmp_path, started=True)
    await filled(url)
    before = await content(url)
    path = await backed_up(url, tmp_path)
    there = await somewhere(target, tmp_path, started=False)
    count = await restored(path, there)
    assert as_text(await content(there)) == as_text(before)
    assert count == sum(len(rows) for name, rows in before.items() if name != "alembic_version")
    async with stores_at(there) as stores:
        await stores.start()
        assert (await stores.books.audit(most=10)).differences == ()


async def test_no_table_is_left_out(tmp_path: Path) -> None:
    """Each table has rows in the tests above, so that one which is not copied would be missed."""
    url = await a_sqlite_at_head(tmp_path)
    await filled(url)
    rows = await content(url)
    assert set(metadata.tables) == set(rows) - {"alembic_version"}
    assert [name for name in rows if not rows[name]] == []


async def test_what_the_file_holds_is_told(tmp_path: Path) -> None:
    url = await a_sqlite_at_head(tmp_path)
    await filled(url)
    path = await backed_up(url, tmp_path)
    async with stores_at(url) as stores:
        contents = await stores.backups.checked(path, lambda _: None)
    assert contents.made_at == MOMENT
    assert contents.rows["backtests"] == 4
    assert set(contents.rows) == set(metadata.tables)


async def test_a_copy_is_of_one_moment(tmp_path: Path) -> None:
    url = await a_sqlite_at_head(tmp_path)
    await filled(url)
    async with stores_at(url) as stores:
        pieces = stores.backups.pieces(at=MOMENT)
        first = await anext(pieces)
        await stores.strategies.page(scope=UserScope(user_id="x"), limit=1)
        await stores.bodies.prune(before=MOMENT.replace(year=2100), limit=100)
        content = first + b"".join([piece async for piece in pieces])
    path = tmp_path / "one.backup"
    path.write_bytes(content)
    async with stores_at(url) as stores:
        assert (await stores.backups.checked(path, lambda _: None)).rows["usage_bodies"] == 2


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
async def test_a_database_with_something_in_it_is_left_alone_unless_told_to_replace(
    engine: str, tmp_path: Path
) -> None:
    source = await a_sqlite_at_head(tmp_path)
    async with stores_at(source) as stores:
        await fill(stores, ALEX)
    path = await backed_up(source, tmp_path)
    target = await somewhere(engine, tmp_path, started=True)
    async with stores_at(target) as stores:
        await fill(stores, MINJI)
    before = as_text(await content(target))
    with pytest.raises(TargetInUse, match="--replace"):
        await restored(path, target)
    assert as_text(await content(target)) == before
    await restored(path, target, replace=True)
    assert as_text(await content(target)) == as_text(await content(source))


async def test_a_server_at_which_others_work_is_left_alone(tmp_path: Path) -> None:
    source = await a_sqlite_at_head(tmp_path)
    path = await backed_up(source, tmp_path)
    target = await a_postgresql_at_head()
    other = Database(target)
    async with other.read() as connection:
        await connection.execute(text("SELECT 1"))
        with pytest.raises(TargetInUse, match="others are connected"):
            await restored(path, target)
    await other.close()


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
async def test_a_failure_in_the_middle_leaves_all_as_it_was(engine: str, tmp_path: Path) -> None:
    source = await a_sqlite_at_head(tmp_path)
    await filled(source)
    path = await backed_up(source, tmp_path)
    target = await somewhere(engine, tmp_path, started=True)
    async with stores_at(target) as stores:
        await fill(stores, MINJI)
    before = as_text(await content(target))

    def fail(_: int) -> None:
        raise StoreUnavailable("database", "it went away")

    async with stores_at(target) as stores:
        with pytest.raises(StoreUnavailable):
            await stores.backups.restored(path, replace=True, told=fail)
    assert as_text(await content(target)) == before


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
async def test_a_copy_of_an_older_schema_is_brought_to_the_newest(engine: str, tmp_path: Path) -> None:
    old = Database(f"sqlite:///{tmp_path / 'old.db'}")
    async with old.write() as connection:
        from adapters.sql.schema import migrate_to  # noqa: PLC0415  # nothing else here speaks of schemas

        await connection.run_sync(lambda sync: migrate_to("0004", sync))
        found = MetaData()
        await connection.run_sync(found.reflect)
        row = {"user_id": "민지", "strategy_id": "st-1", "created_at": 5, "document": "{}"}
        await connection.execute(insert(found.tables["strategies"]), [row])
    await old.close()
    path = await backed_up(f"sqlite:///{tmp_path / 'old.db'}", tmp_path)
    target = await somewhere(engine, tmp_path, started=False)
    await restored(path, target)
    rows = await content(target)
    assert rows["strategies"] == [("민지", "st-1", 5, "{}")]
    assert set(rows) == {*metadata.tables, "alembic_version"}


async def test_a_copy_of_a_newer_schema_is_refused(tmp_path: Path) -> None:
    source = await a_sqlite_at_head(tmp_path)
    database = Database(source)
    async with database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await database.close()
    path = await backed_up(source, tmp_path)
    with pytest.raises(UnusableBackup, match="schema 9999"):
        await restored(path, f"sqlite:///{tmp_path / 'target.db'}")
    assert not (tmp_path / "target.db").exists()
