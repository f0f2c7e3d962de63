import asyncio
import os
import signal
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from adapters.memory.ids import CountingIds
from adapters.sql.backtest_archive import SqlBacktestArchive
from adapters.sql.database import Database
from adapters.sql.embedding_cache import SqlEmbeddingCache
from adapters.sql.index_queue import SqlIndexQueue
from adapters.sql.key_ring import SqlKeyRing
from adapters.sql.rule_book import SqlRuleBook
from adapters.sql.strategy_archive import SqlStrategyArchive
from adapters.sql.usage_ledger import SqlUsageLedger
from adapters.sql.usage_report import SqlUsageReport
from domain.errors import StoreUnavailable
from domain.usage import UsageFilter
from tests.builders import MOMENT, a_backtest, a_scope, a_usage_entry, an_api_key, an_audit_entry
from tests.contracts.sql_engines import OnPostgresql, OnSqlite, Place, administer

MINA = a_scope()
CUT_EVERY_CONNECTION = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'test_%'"


async def every_port_refuses(database: Database) -> None:
    ids = CountingIds()
    asked = (
        SqlBacktestArchive(database, ids=ids).record([a_backtest()], scope=MINA, at=MOMENT),
        SqlBacktestArchive(database, ids=ids).matching([], scope=MINA),
        SqlIndexQueue(database, ids=ids).take(limit=1, at=MOMENT, lease_seconds=1),
        SqlUsageLedger(database).open(a_usage_entry()),
        SqlUsageReport(database).summary(UsageFilter(), by=[]),
        SqlStrategyArchive(database).page(scope=MINA, limit=1),
        SqlKeyRing(database).find("digest"),
        SqlRuleBook(database).read(),
        SqlRuleBook(database).remove_budget("팀", act=an_audit_entry()),
        SqlEmbeddingCache(database).find(["hash"], model_id="e5", scope=MINA),
        database.check(),
    )
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(answer) for answer in answers] == [StoreUnavailable] * len(asked)


async def refuses_to_start(url: str) -> StoreUnavailable:
    database = Database(url)
    with pytest.raises(StoreUnavailable) as refusal:
        await database.start()
    await database.close()
    return refusal.value


class Outages:
    async def test_a_closed_database_is_unavailable_to_every_port(self, database: Database) -> None:
        await database.check()
        await database.close()
        await every_port_refuses(database)

    async def test_a_database_that_works_says_which_one_it_is(self, place: Place, database: Database) -> None:
        assert place.url.startswith(await database.check())

    async def test_what_failed_halfway_left_nothing(self, database: Database) -> None:
        ring = SqlKeyRing(database)
        with pytest.raises(StoreUnavailable, match="the disk is gone"):
            await half_a_write(database)
        assert await ring.all() == []
        await ring.add(an_api_key(), act=an_audit_entry())


async def half_a_write(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(
            text("INSERT INTO api_keys (key_id, digest, user_id, created_at, document) VALUES ('k', 'd', 'u', 0, '{}')")
        )
        raise OSError("the disk is gone")


class TestSqliteOutages(OnSqlite, Outages):
    async def test_a_file_that_is_no_database_is_unavailable(self, tmp_path: Path) -> None:
        path = tmp_path / "notes.db"
        path.write_text("매매 일지 " * 500, encoding="utf-8")
        assert "not a database" in (await refuses_to_start(f"sqlite:///{path}")).detail

    async def test_a_folder_that_is_not_there_is_unavailable(self, tmp_path: Path) -> None:
        await refuses_to_start(f"sqlite:///{tmp_path}/missing/q.db")

    async def test_a_full_disk_is_unavailable_and_nothing_is_half_written(self, database: Database) -> None:
        archive = SqlBacktestArchive(database, ids=CountingIds())
        async with database.write() as connection:
            pages = (await connection.execute(text("PRAGMA page_count"))).scalar_one()
            await connection.execute(text(f"PRAGMA max_page_count = {pages + 5}"))
        with pytest.raises(StoreUnavailable, match="full"):
            await archive.record([a_backtest(backtest_id=f"bt-{n}") for n in range(200)], scope=MINA, at=MOMENT)
        assert (await archive.page(scope=MINA, limit=10)).items == ()


class TestPostgresqlOutages(OnPostgresql, Outages):
    async def test_a_server_that_is_not_there_is_unavailable(self, tmp_path: Path) -> None:
        await refuses_to_start(f"postgresql://postgres@/quant?host={tmp_path}")

    async def test_a_port_where_nobody_listens_is_unavailable(self) -> None:
        refused = await refuses_to_start("postgresql://postgres:secret@127.0.0.1:1/quant")
        assert "secret" not in refused.detail

    async def test_a_database_that_is_not_there_is_unavailable(self, place: Place) -> None:
        await refuses_to_start(place.url.replace("/test_", "/no_such_"))

    async def test_cut_connections_are_an_outage_and_then_replaced(self, database: Database) -> None:
        archive = SqlBacktestArchive(database, ids=CountingIds())
        await archive.record([a_backtest()], scope=MINA, at=MOMENT)
        await administer(CUT_EVERY_CONNECTION)
        with pytest.raises(StoreUnavailable):
            await archive.get("bt-2041", scope=MINA)
        assert (await archive.get("bt-2041", scope=MINA)).backtest == a_backtest()

    async def test_the_ledger_goes_on_after_an_outage_that_outlasts_several_calls(
        self, place: Place, database: Database
    ) -> None:
        ledger, name = SqlUsageLedger(database), make_url(place.url).database
        await ledger.open(a_usage_entry(entry_id="before"))
        await administer(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false", CUT_EVERY_CONNECTION)
        for _ in range(3):
            with pytest.raises(StoreUnavailable):
                await ledger.open(a_usage_entry(entry_id="meanwhile"))
        await administer(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        await ledger.open(a_usage_entry(entry_id="after"))

    async def test_the_ledger_commits_again_after_a_server_that_hung(
        self, place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("adapters.sql.database.COMMAND_TIMEOUT_SECONDS", 0.5)
        hanging, other = Database(place.url), Database(place.url)
        ledger = SqlUsageLedger(hanging)
        await ledger.open(a_usage_entry(entry_id="before"))
        async with hanging.kept() as connection:
            process = connection.get_server_pid()
        os.kill(process, signal.SIGSTOP)
        with pytest.raises(StoreUnavailable):
            await ledger.open(a_usage_entry(entry_id="meanwhile"))
        os.kill(process, signal.SIGCONT)
        await ledger.open(a_usage_entry(entry_id="after"))
        async with other.read() as seen_by_others:
            ids = set((await seen_by_others.execute(text("SELECT entry_id FROM usage_entries"))).scalars())
        assert {"before", "after"} <= ids
        await hanging.close()
        await other.close()
