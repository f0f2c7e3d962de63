"""What everything promises that an index is held against."""

from application.ports.backtest_archive import BacktestArchive, IndexQueue
from application.ports.index_census import Census, IndexCensus
from domain.backtest import IndexingState, card_id
from domain.identity import UserScope
from domain.index_status import ArchiveCounts
from tests.builders import MOMENT, a_backtest, a_scope, later
from tests.contracts.index_building_contract import indexed
from tests.contracts.index_queue_contract import MINA, named, record, state, take

SEOUL = a_scope("준/서울")


def cards(*ids: str, scope: UserScope = MINA) -> list[str]:
    return [card_id(scope, "backtest", backtest_id) for backtest_id in ids]


class IndexCensusContract:
    """A subclass gives `census`, `archive` and `queue`, over one empty state."""

    async def test_of_nothing_there_is_nothing(self, census: IndexCensus) -> None:
        assert await census.counts() == ArchiveCounts()
        assert await census.owners(limit=5) == []
        assert await census.cards(scope=MINA) == Census(indexed=frozenset(), known=frozenset())

    async def test_everything_is_counted_by_how_it_stands(
        self, census: IndexCensus, archive: BacktestArchive, queue: IndexQueue
    ) -> None:
        await indexed(archive, queue, "bt-1", "bt-2", "bt-3")
        await record(archive, "bt-4")
        await queue.postpone(await take(queue), until=later(60), error="refused", failed=True)
        await archive.record([a_backtest()], scope=SEOUL, at=MOMENT)
        await archive.delete("bt-3", scope=MINA)
        assert await census.counts() == ArchiveCounts(backtests=4, indexed=2, pending=1, failed=1, removals=1, users=2)

    async def test_owners_come_in_order_a_page_at_a_time_whoever_has_only_removals_too(
        self, census: IndexCensus, archive: BacktestArchive
    ) -> None:
        scopes = [a_scope(user) for user in ("Z", "a", "가", "준/서울")]
        for scope in reversed(scopes):
            await archive.record([a_backtest()], scope=scope, at=MOMENT)
        await archive.delete("bt-2041", scope=scopes[2])
        assert await census.owners(limit=3) == scopes[:3]
        assert await census.owners(limit=3, after="가") == scopes[3:]
        assert await census.owners(limit=3, after="a\0") == scopes[2:]

    async def test_a_card_counts_as_indexed_where_nothing_is_queued_for_it(
        self, census: IndexCensus, archive: BacktestArchive, queue: IndexQueue
    ) -> None:
        await indexed(archive, queue, "bt-1", "bt-2", "bt-3")
        await record(archive, "bt-4")
        await archive.delete("bt-2", scope=MINA)
        await archive.record([a_backtest(backtest_id="bt-9")], scope=SEOUL, at=MOMENT)
        seen = await census.cards(scope=MINA)
        assert seen.indexed == frozenset(cards("bt-1", "bt-3"))
        assert seen.known == frozenset(cards("bt-1", "bt-2", "bt-3", "bt-4"))

    async def test_what_is_missing_is_queued_and_what_is_surplus_is_to_be_removed(
        self, census: IndexCensus, archive: BacktestArchive, queue: IndexQueue
    ) -> None:
        await indexed(archive, queue, "bt-1", "bt-2")
        await census.mend(scope=MINA, missing=cards("bt-1"), surplus=cards("bt-gone"))
        assert await state(archive, "bt-1") is IndexingState.PENDING
        assert await state(archive, "bt-2") is IndexingState.INDEXED
        tasks = await take(queue)
        assert named(tasks) == ["bt-1", None]
        assert [task.card_id for task in tasks] == cards("bt-1", "bt-gone")

    async def test_what_changed_meanwhile_is_left_alone_and_so_is_what_is_another_users(
        self, census: IndexCensus, archive: BacktestArchive, queue: IndexQueue
    ) -> None:
        await indexed(archive, queue, "bt-1")
        await archive.record([a_backtest(backtest_id="bt-9")], scope=SEOUL, at=MOMENT)
        await queue.finish(await take(queue))
        strange = cards("bt-9", scope=SEOUL)
        await census.mend(scope=MINA, missing=[*cards("bt-gone"), *strange], surplus=cards("bt-1"))
        await census.mend(scope=MINA, missing=[], surplus=[])
        assert await take(queue) == []
