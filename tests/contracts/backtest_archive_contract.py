"""What every archive of backtests promises."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.ports.backtest_archive import BacktestArchive, BacktestQueries, Matches
from domain.backtest import Backtest, IndexingState, RecordOutcome, StrategyType, card_id
from domain.errors import NotFound
from domain.filters import Filter, FilterOp, matches_all
from domain.identity import UserScope
from domain.ordering import Order
from tests.arbitrary import CONTRACT_SETTINGS, archives, filters
from tests.builders import MOMENT, a_backtest, a_bare_backtest, a_scope, a_tested_strategy, later, some_metrics

MINA, JUN = a_scope("mina@quant.kr"), a_scope("준/서울")
SORTED_BY = ("sharpe_ratio", "max_drawdown", "trade_count", "final_equity", "parameters.length", "start")
STORED, DUPLICATE, CONFLICT = RecordOutcome.STORED, RecordOutcome.DUPLICATE, RecordOutcome.CONFLICT


def runs(*ids: str) -> list[Backtest]:
    return [a_backtest(backtest_id=backtest_id) for backtest_id in ids]


def with_return(run: Backtest, total_return: float) -> Backtest:
    return replace(run, metrics=some_metrics(total_return=total_return))


class BacktestArchiveContract:
    """A subclass gives the fixture `archive`, declared `-> BacktestArchive` and empty at first."""

    async def test_a_recorded_backtest_comes_back_whole(self, archive: BacktestArchive) -> None:
        for run in (a_backtest(), a_bare_backtest()):
            assert await archive.record([run], scope=MINA, at=MOMENT) == [STORED]
            stored = await archive.get(run.backtest_id, scope=MINA)
            assert stored.backtest == run
            assert stored.backtest.fingerprint() == run.fingerprint()
            assert (stored.scope, stored.recorded_at, stored.indexing) == (MINA, MOMENT, IndexingState.PENDING)

    async def test_the_kinds_of_parameters_survive(self, archive: BacktestArchive) -> None:
        parameters: dict[str, float | int | str | bool] = {
            "flag": True, "one": 1, "half": 0.5, "word": "1", "길이": 14, "tiny": 5e-324, "big": 2**53,
        }  # fmt: skip
        await archive.record([a_backtest(strategy=a_tested_strategy(parameters=parameters))], scope=MINA, at=MOMENT)
        kept = (await archive.get("bt-2041", scope=MINA)).backtest.strategy.parameters
        assert {name: (value, type(value)) for name, value in kept.items()} == {
            name: (value, type(value)) for name, value in parameters.items()
        }

    async def test_numbers_come_back_to_the_last_bit(self, archive: BacktestArchive) -> None:
        exact = some_metrics(total_return=0.1 + 0.2, sharpe_ratio=1 / 3, fees_paid=1e300, trade_count=2**53)
        await archive.record([a_backtest(metrics=exact)], scope=MINA, at=MOMENT)
        assert (await archive.get("bt-2041", scope=MINA)).backtest.metrics == exact

    async def test_moments_come_back_as_the_same_moments_to_the_microsecond(self, archive: BacktestArchive) -> None:
        seoul = datetime(2026, 11, 20, 18, 30, 0, 123_456, tzinfo=timezone(timedelta(hours=9)))
        await archive.record([a_backtest(completed_at=seoul)], scope=MINA, at=seoul)
        stored = await archive.get("bt-2041", scope=MINA)
        assert stored.recorded_at == stored.backtest.completed_at == seoul
        assert stored.recorded_at.utcoffset() == timedelta(0)

    async def test_the_same_content_is_a_duplicate_and_changes_nothing(self, archive: BacktestArchive) -> None:
        await archive.record([a_backtest()], scope=MINA, at=MOMENT)
        before = await archive.get("bt-2041", scope=MINA)
        assert await archive.record([a_backtest()], scope=MINA, at=later(60)) == [DUPLICATE]
        assert await archive.get("bt-2041", scope=MINA) == before

    async def test_other_content_is_a_conflict_and_changes_nothing(self, archive: BacktestArchive) -> None:
        await archive.record([a_backtest()], scope=MINA, at=MOMENT)
        before = await archive.get("bt-2041", scope=MINA)
        assert await archive.record([with_return(a_backtest(), 0.453)], scope=MINA, at=later(60)) == [CONFLICT]
        assert await archive.get("bt-2041", scope=MINA) == before

    async def test_a_later_member_of_one_call_meets_an_earlier_one(self, archive: BacktestArchive) -> None:
        first, other = a_backtest(), a_backtest(backtest_id="bt-2")
        batch = [first, other, first, with_return(first, 0.1), other]
        outcomes = await archive.record(batch, scope=MINA, at=MOMENT)
        assert outcomes == [STORED, STORED, DUPLICATE, CONFLICT, DUPLICATE]
        assert (await archive.get("bt-2041", scope=MINA)).backtest == first

    async def test_a_batch_keeps_its_good_members(self, archive: BacktestArchive) -> None:
        await archive.record(runs("bt-1"), scope=MINA, at=MOMENT)
        batch = [*runs("bt-0"), with_return(runs("bt-1")[0], 0.9), *runs("bt-2")]
        assert await archive.record(batch, scope=MINA, at=MOMENT) == [STORED, CONFLICT, STORED]
        page = await archive.page(scope=MINA, limit=10)
        assert [stored.backtest.backtest_id for stored in page.items] == ["bt-2", "bt-0", "bt-1"]

    async def test_recording_nothing_gives_no_outcome(self, archive: BacktestArchive) -> None:
        assert await archive.record([], scope=MINA, at=MOMENT) == []

    async def test_two_thousand_go_in_at_once(self, archive: BacktestArchive) -> None:
        batch = runs(*(f"bt-{n}" for n in range(2_000)))
        assert await archive.record(batch, scope=MINA, at=MOMENT) == [STORED] * 2_000
        assert await archive.record(batch, scope=MINA, at=MOMENT) == [DUPLICATE] * 2_000

    async def test_two_users_may_use_the_same_id(self, archive: BacktestArchive) -> None:
        hers, his = a_backtest(), with_return(a_backtest(), 0.9)
        assert await archive.record([hers], scope=MINA, at=MOMENT) == [STORED]
        assert await archive.record([his], scope=JUN, at=MOMENT) == [STORED]
        assert (await archive.get("bt-2041", scope=MINA)).backtest == hers
        assert (await archive.get("bt-2041", scope=JUN)).backtest == his

    async def test_what_belongs_to_somebody_else_is_not_found(self, archive: BacktestArchive) -> None:
        await archive.record([a_backtest()], scope=MINA, at=MOMENT)
        with pytest.raises(NotFound):
            await archive.get("bt-2041", scope=JUN)
        with pytest.raises(NotFound):
            await archive.delete("bt-2041", scope=JUN)
        assert (await archive.page(scope=JUN, limit=10)).items == ()
        assert (await archive.get("bt-2041", scope=MINA)).backtest == a_backtest()

    async def test_ids_are_compared_to_the_letter(self, archive: BacktestArchive) -> None:
        alike = runs("bt-a", "bt-A", "bt-a ", "bt-%", "bt-_", "bt-가", "bt-\u1100\u1161")
        assert await archive.record(alike, scope=MINA, at=MOMENT) == [STORED] * len(alike)
        for run in alike:
            assert (await archive.get(run.backtest_id, scope=MINA)).backtest == run

    @pytest.mark.parametrize("user_id", ["mina@quant.kr", "a/b", "../x", "연구원 김", "Ünïcode", "a:b", "' OR 1=1 --"])
    async def test_any_user_id_has_things_of_its_own(self, archive: BacktestArchive, user_id: str) -> None:
        await archive.record(runs("bt-1"), scope=a_scope(user_id), at=MOMENT)
        await archive.record(runs("bt-2"), scope=a_scope(user_id + "x"), at=MOMENT)
        page = await archive.page(scope=a_scope(user_id), limit=10)
        assert [stored.backtest.backtest_id for stored in page.items] == ["bt-1"]

    async def test_what_was_never_recorded_is_not_found(self, archive: BacktestArchive) -> None:
        with pytest.raises(NotFound):
            await archive.get("bt-2041", scope=MINA)
        with pytest.raises(NotFound):
            await archive.delete("bt-2041", scope=MINA)

    async def test_a_deleted_backtest_is_gone(self, archive: BacktestArchive) -> None:
        await archive.record(runs("bt-1", "bt-2"), scope=MINA, at=MOMENT)
        await archive.delete("bt-1", scope=MINA)
        with pytest.raises(NotFound):
            await archive.get("bt-1", scope=MINA)
        assert [stored.backtest.backtest_id for stored in (await archive.page(scope=MINA, limit=9)).items] == ["bt-2"]

    async def test_deleting_leaves_the_same_id_of_another_user(self, archive: BacktestArchive) -> None:
        await archive.record([a_backtest()], scope=MINA, at=MOMENT)
        await archive.record([a_backtest()], scope=JUN, at=MOMENT)
        await archive.delete("bt-2041", scope=MINA)
        assert (await archive.get("bt-2041", scope=JUN)).backtest == a_backtest()

    async def test_a_deleted_id_can_be_recorded_again_with_other_content(self, archive: BacktestArchive) -> None:
        await archive.record([a_backtest()], scope=MINA, at=MOMENT)
        before = await archive.get("bt-2041", scope=MINA)
        await archive.delete("bt-2041", scope=MINA)
        other = with_return(a_backtest(), 0.9)
        assert await archive.record([other], scope=MINA, at=later(60)) == [STORED]
        after = await archive.get("bt-2041", scope=MINA)
        assert after.backtest == other
        assert after.sequence > before.sequence

    async def test_the_latest_record_comes_first(self, archive: BacktestArchive) -> None:
        await archive.record(runs("bt-2", "bt-9"), scope=MINA, at=later(60))
        await archive.record(runs("bt-1"), scope=MINA, at=MOMENT)
        page = await archive.page(scope=MINA, limit=10)
        assert [stored.backtest.backtest_id for stored in page.items] == ["bt-1", "bt-9", "bt-2"]
        assert page.next_after is None

    @pytest.mark.parametrize("limit", [1, 2, 3, 6, 7, 8])
    async def test_pages_join_to_the_whole_list(self, archive: BacktestArchive, limit: int) -> None:
        await archive.record(runs(*(f"bt-{n}" for n in range(7))), scope=MINA, at=MOMENT)
        await archive.record(runs("bt-x"), scope=JUN, at=MOMENT)
        whole = (await archive.page(scope=MINA, limit=100)).items
        page = await archive.page(scope=MINA, limit=limit)
        read = list(page.items)
        while page.next_after is not None:
            page = await archive.page(scope=MINA, limit=limit, after=page.next_after)
            assert page.items
            read += page.items
            assert len(read) <= 7, "a page repeats"
        assert read == list(whole)

    async def test_a_page_goes_on_where_its_last_item_was_deleted(self, archive: BacktestArchive) -> None:
        await archive.record(runs("bt-1", "bt-2", "bt-3"), scope=MINA, at=MOMENT)
        page = await archive.page(scope=MINA, limit=2)
        await archive.delete("bt-2", scope=MINA)
        rest = await archive.page(scope=MINA, limit=2, after=page.next_after)
        assert [stored.backtest.backtest_id for stored in rest.items] == ["bt-1"]


class BacktestQueriesContract:
    """A subclass gives the fixtures `archive`, `-> BacktestArchive`, and `queries`, `-> BacktestQueries`, on it."""

    async def test_no_filter_is_met_by_all_of_the_user(
        self, archive: BacktestArchive, queries: BacktestQueries
    ) -> None:
        await archive.record(runs("bt-1", "bt-2"), scope=MINA, at=MOMENT)
        await archive.record(runs("bt-1", "bt-3"), scope=JUN, at=MOMENT)
        assert await queries.matching([], scope=MINA) == cards(MINA, "bt-1", "bt-2")

    async def test_an_unknown_user_has_nothing(self, archive: BacktestArchive, queries: BacktestQueries) -> None:
        await archive.record(runs("bt-1"), scope=MINA, at=MOMENT)
        assert await queries.matching([], scope=JUN) == frozenset()
        assert await queries.unindexed(scope=JUN) == frozenset()

    async def test_a_deleted_backtest_matches_nothing(self, archive: BacktestArchive, queries: BacktestQueries) -> None:
        await archive.record(runs("bt-1", "bt-2"), scope=MINA, at=MOMENT)
        await archive.delete("bt-1", scope=MINA)
        symbol = Filter(field="symbols", op=FilterOp.EQ, value="goog")
        assert await queries.matching([symbol], scope=MINA) == cards(MINA, "bt-2")
        assert await queries.by_card([card_id(MINA, "backtest", "bt-1")], scope=MINA) == {}

    async def test_every_filter_must_be_met(self, archive: BacktestArchive, queries: BacktestQueries) -> None:
        await archive.record([with_return(run, n) for n, run in enumerate(runs("a", "b", "c"))], scope=MINA, at=MOMENT)
        more = Filter(field="total_return", op=FilterOp.GT, value=0)
        less = Filter(field="total_return", op=FilterOp.LT, value=2)
        assert await queries.matching([more, less], scope=MINA) == cards(MINA, "b")

    @CONTRACT_SETTINGS
    @given(stored=archives(), wanted=st.lists(filters(), min_size=1, max_size=12))
    async def test_each_filter_matches_as_the_domain_says(
        self, archive: BacktestArchive, queries: BacktestQueries, stored: list[Backtest], wanted: list[Filter]
    ) -> None:
        scope = await a_new_scope(archive, stored)
        for condition in wanted:
            expected = cards(scope, *(run.backtest_id for run in stored if condition.matches(run)))
            assert await queries.matching([condition], scope=scope) == expected, condition

    @CONTRACT_SETTINGS
    @given(stored=archives(), wanted=st.lists(filters(), min_size=2, max_size=3))
    async def test_filters_together_match_as_the_domain_says(
        self, archive: BacktestArchive, queries: BacktestQueries, stored: list[Backtest], wanted: list[Filter]
    ) -> None:
        scope = await a_new_scope(archive, stored)
        expected = cards(scope, *(run.backtest_id for run in stored if matches_all(run, tuple(wanted))))
        assert await queries.matching(wanted, scope=scope) == expected

    @CONTRACT_SETTINGS
    @given(
        stored=archives(),
        order=st.builds(Order, field=st.sampled_from(SORTED_BY), descending=st.booleans()) | st.none(),
        wanted=st.lists(filters(), max_size=2),
        families=st.lists(st.sampled_from(StrategyType), max_size=2),
        limit=st.none() | st.integers(1, 4),
    )
    async def test_what_matches_comes_in_the_order_that_the_domain_says(
        self,
        archive: BacktestArchive,
        queries: BacktestQueries,
        *,
        stored: list[Backtest],
        order: Order | None,
        wanted: list[Filter],
        families: list[StrategyType],
        limit: int | None,
    ) -> None:
        scope = await a_new_scope(archive, stored)
        kept = [run for run in reversed(stored) if matches_all(run, tuple(wanted))]
        if order is not None:
            kept.sort(key=order.sort_key)
        kept.sort(key=lambda run: bool(families) and run.strategy.type not in families)
        expected = tuple(card_id(scope, "backtest", run.backtest_id) for run in kept[:limit])
        found = await queries.ordered(wanted, scope=scope, order=order, families=families, limit=limit)
        assert found == Matches(card_ids=expected, total=len(kept))

    async def test_the_latest_recorded_comes_first_where_no_order_is_asked_for(
        self, archive: BacktestArchive, queries: BacktestQueries
    ) -> None:
        for name in ("b", "c", "a"):
            await archive.record(runs(name), scope=MINA, at=MOMENT)
        await archive.record(runs("z"), scope=JUN, at=MOMENT)
        found = await queries.ordered([], scope=MINA, limit=2)
        assert found.card_ids == tuple(card_id(MINA, "backtest", name) for name in ("a", "c"))
        assert found.total == 3
        assert await queries.ordered([], scope=a_scope("아무도 아님")) == Matches(card_ids=(), total=0)

    async def test_cards_lead_to_the_backtests_of_the_user_alone(
        self, archive: BacktestArchive, queries: BacktestQueries
    ) -> None:
        await archive.record(runs("bt-1", "bt-2"), scope=MINA, at=MOMENT)
        await archive.record(runs("bt-1"), scope=JUN, at=MOMENT)
        hers, his = card_id(MINA, "backtest", "bt-1"), card_id(JUN, "backtest", "bt-1")
        found = await queries.by_card([hers, his, "no-such-card", hers], scope=MINA)
        assert found == {hers: await archive.get("bt-1", scope=MINA)}

    async def test_the_first_of_some_cards_go_by_the_ids_of_their_runs(
        self, archive: BacktestArchive, queries: BacktestQueries
    ) -> None:
        await archive.record(runs("b", "나", "a", "가", "c"), scope=MINA, at=MOMENT)
        await archive.record(runs("0"), scope=JUN, at=MOMENT)
        asked = [*cards(MINA, "나", "c", "a"), *cards(JUN, "0"), "no-such-card"]
        named = [card_id(MINA, "backtest", name) for name in ("a", "c", "나")]
        assert await queries.first_by_id(asked, scope=MINA, limit=2) == named[:2]
        assert await queries.first_by_id(asked, scope=MINA, limit=9) == named
        assert await queries.first_by_id([], scope=MINA, limit=9) == []

    async def test_no_card_leads_to_no_backtest(self, archive: BacktestArchive, queries: BacktestQueries) -> None:
        await archive.record(runs("bt-1"), scope=MINA, at=MOMENT)
        assert await queries.by_card([], scope=MINA) == {}

    async def test_two_thousand_cards_can_be_asked_for_at_once(
        self, archive: BacktestArchive, queries: BacktestQueries
    ) -> None:
        ids = [f"bt-{n}" for n in range(2_000)]
        await archive.record(runs(*ids), scope=MINA, at=MOMENT)
        assert set(await queries.by_card(sorted(cards(MINA, *ids)), scope=MINA)) == cards(MINA, *ids)

    async def test_what_was_recorded_is_not_indexed_yet(
        self, archive: BacktestArchive, queries: BacktestQueries
    ) -> None:
        await archive.record(runs("bt-1", "bt-2"), scope=MINA, at=MOMENT)
        await archive.record(runs("bt-1"), scope=JUN, at=MOMENT)
        await archive.delete("bt-1", scope=MINA)
        assert [len(await queries.unindexed(scope=scope)) for scope in (MINA, JUN)] == [1, 1]


def cards(scope: UserScope, *backtest_ids: str) -> frozenset[str]:
    return frozenset(card_id(scope, "backtest", backtest_id) for backtest_id in backtest_ids)


_examples = iter(range(1_000_000))


async def a_new_scope(archive: BacktestArchive, stored: list[Backtest]) -> UserScope:
    """A user nobody saw before, with these backtests."""
    scope = a_scope(f"사용자-{next(_examples)}")
    await archive.record(stored, scope=scope, at=MOMENT)
    return scope
