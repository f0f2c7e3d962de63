from adapters.sql.backtest_archive import SqlBacktestArchive
from adapters.sql.database import Database
from adapters.sql.embedding_cache import SqlEmbeddingCache
from adapters.sql.index_queue import SqlIndexQueue
from adapters.sql.key_ring import SqlKeyRing
from adapters.sql.strategy_archive import SqlStrategyArchive
from adapters.sql.usage_ledger import SqlUsageLedger
from adapters.sql.usage_report import SqlUsageReport
from adapters.system.ids import TimeOrderedIds
from domain.backtest import IndexingState, card_id
from domain.filters import Filter, FilterOp
from domain.usage import UsageFilter
from tests.builders import (
    MOMENT,
    a_backtest,
    a_built_strategy,
    a_hold,
    a_rule,
    a_scope,
    a_usage_entry,
    a_vector,
    an_api_key,
    an_audit_entry,
)  # fmt: skip
from tests.contracts.sql_engines import OnPostgresql, OnSqlite, Place

MINA = a_scope()
NORTH = a_vector(0.1, 0.2, 0.3)


async def fill(database: Database) -> None:
    ids = TimeOrderedIds()
    queue = SqlIndexQueue(database, ids=ids)
    await SqlBacktestArchive(database, ids=ids).record([a_backtest()], scope=MINA, at=MOMENT)
    await queue.finish(await queue.take(limit=1, at=MOMENT, lease_seconds=60))
    await SqlUsageLedger(database).open(a_usage_entry(), holds=[a_hold()])
    await SqlStrategyArchive(database).keep(a_built_strategy())
    await SqlKeyRing(database).add(an_api_key(), act=an_audit_entry())
    await SqlEmbeddingCache(database).keep({"hash": NORTH}, model_id="e5", scope=MINA)


class Restart:
    async def test_everything_is_still_there_after_a_restart(self, place: Place, database: Database) -> None:
        await fill(database)
        await database.close()
        again = Database(place.url)
        await again.start()
        archive = SqlBacktestArchive(again, ids=TimeOrderedIds())
        stored = await archive.get("bt-2041", scope=MINA)
        assert (stored.backtest, stored.indexing) == (a_backtest(), IndexingState.INDEXED)
        goog = Filter(field="symbols", op=FilterOp.EQ, value="goog")
        assert await archive.matching([goog], scope=MINA) == {card_id(MINA, "backtest", "bt-2041")}
        assert await SqlIndexQueue(again, ids=TimeOrderedIds()).requeue() == 0
        report = SqlUsageReport(again)
        assert (await report.entries(UsageFilter(), limit=9)).items == (a_usage_entry(),)
        assert [counter.held for counter in await report.counters([a_rule()], at=MOMENT)] == [a_hold().amount]
        assert await SqlStrategyArchive(again).get("st-000001", scope=MINA) == a_built_strategy()
        assert await SqlKeyRing(again).all() == [an_api_key()]
        assert await SqlEmbeddingCache(again).find(["hash"], model_id="e5", scope=MINA) == {"hash": NORTH}
        await again.close()


class TestSqliteRestart(OnSqlite, Restart):
    pass


class TestPostgresqlRestart(OnPostgresql, Restart):
    pass
