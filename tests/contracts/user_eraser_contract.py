"""What erasing a user comes to, in every database."""

from dataclasses import replace

import pytest

from domain.audit import AuditAction, AuditEntry
from domain.backtest import RecordOutcome
from domain.erasure import Erased, ErasureOrder
from domain.errors import NotFound
from domain.identity import key_digest
from domain.ledger_audit import LedgerFindings
from domain.revision import Watched
from domain.usage import UsageDimension, UsageFilter
from entrypoints.parts import Stores
from tests.builders import MOMENT, a_hold, a_scope, a_settlement, an_audit_entry, later
from tests.contracts.whole_stores import ALL, EACH, Traces, a_row, a_run, acts, fill, fill_shared, own_rule

MINJI = Traces(user_id="민지@quant.kr", mark="은하수거북")
ALEX = Traces(user_id="alex@quant.io", mark="hedgehogs")
SCOPE = a_scope(MINJI.user_id)
ORDER = ErasureOrder(
    scope=SCOPE, pseudonym="erased-0193", begun_at=MOMENT, by_user_id="root@quant.kr", request_id="req-root"
)
NOTHING = Erased()


def the_act(order: ErasureOrder = ORDER) -> AuditEntry:
    return an_audit_entry(
        entry_id=f"act-9-{order.pseudonym}", action=AuditAction.USER_ERASED, subject=order.pseudonym, facts={}
    )


async def erased(stores: Stores, order: ErasureOrder = ORDER) -> Erased:
    begun = await stores.eraser.begin(order)
    counts = await stores.eraser.erase(begun)
    await stores.eraser.finish(begun, act=the_act(begun))
    return counts


async def verified(stores: Stores) -> LedgerFindings:
    return await stores.books.audit(most=100)


class UserEraserContract:
    """A subclass gives `stores`, declared `-> Stores` and empty at first."""

    @pytest.fixture
    async def filled(self, stores: Stores) -> Stores:
        await fill(stores, MINJI)
        await fill(stores, ALEX)
        await fill_shared(stores)
        return stores

    async def test_the_answer_says_how_much_of_what_was_removed(self, filled: Stores) -> None:
        assert await erased(filled) == Erased(
            removed={
                "backtests": 2, "index_tasks": 2, "strategies": 1, "reports": 1, "conversations": 1, "turns": 1,
                "embeddings": 1, "keys": 1, "first_answers": 1, "bodies": 1, "budgets": 1,
            },
            pseudonymised={"ledger_rows": 4, "audit_rows": 2},
        )  # fmt: skip

    async def test_nothing_of_the_user_is_found(self, filled: Stores) -> None:
        await erased(filled)
        for shelf in (filled.archive, filled.strategies, filled.reports, filled.conversations):
            assert (await shelf.page(scope=SCOPE, limit=10)).items == ()
        assert await filled.queue.take(limit=10, at=later(1), lease_seconds=1) != []
        assert await filled.cache.find(["hash-"], model_id="e5", scope=SCOPE) == {}
        assert [key.user_id for key in await filled.keys.all()] == [ALEX.user_id]
        assert MINJI.user_id not in str(await filled.rules.read())
        assert (await filled.report.entries(UsageFilter(user_id=MINJI.user_id), limit=10)).items == ()
        with pytest.raises(NotFound):
            await filled.bodies.get(a_row(MINJI, 1).entry_id, scope=None)

    async def test_the_keys_of_the_user_are_let_in_no_more(self, filled: Stores) -> None:
        before = (await filled.revisions.current())[Watched.KEYS]
        key = next(key for key in await filled.keys.all() if key.user_id == MINJI.user_id)
        await erased(filled)
        assert await filled.keys.find(key.digest) is None
        assert await filled.keys.find(key_digest("qt_nobody")) is None
        assert (await filled.revisions.current())[Watched.KEYS] == before + 1

    async def test_another_users_things_are_as_they_were(self, filled: Stores) -> None:
        scope = a_scope(ALEX.user_id)
        before = [
            (await filled.archive.page(scope=scope, limit=10)).items,
            (await filled.conversations.page(scope=scope, limit=10)).items,
            (await filled.report.entries(UsageFilter(user_id=ALEX.user_id), limit=10)).items,
            await filled.report.counters([replace(EACH, user_id=None)], at=MOMENT),
        ]
        await erased(filled)
        assert (await filled.archive.page(scope=scope, limit=10)).items == before[0]
        assert (await filled.conversations.page(scope=scope, limit=10)).items == before[1]
        assert (await filled.report.entries(UsageFilter(user_id=ALEX.user_id), limit=10)).items == before[2]
        counters = await filled.report.counters([EACH], at=MOMENT)
        assert {counter.subject for counter in counters} == {ALEX.user_id, ORDER.pseudonym}

    async def test_what_was_counted_is_counted_for_the_pseudonym(self, filled: Stores) -> None:
        usage = await filled.report.summary(UsageFilter(), by=[UsageDimension.DAY, UsageDimension.STATUS])
        whole = await filled.report.counters([ALL], at=MOMENT)
        mine = await sums_of_all(filled, MINJI.user_id)
        await erased(filled)
        assert await filled.report.summary(UsageFilter(), by=[UsageDimension.DAY, UsageDimension.STATUS]) == usage
        assert await filled.report.counters([ALL], at=MOMENT) == whole
        assert await sums_of_all(filled, ORDER.pseudonym) == mine

    async def test_the_ledger_agrees_with_itself_after_it(self, filled: Stores) -> None:
        before = await verified(filled)
        await erased(filled)
        after = await verified(filled)
        assert after.differences == before.differences == ()
        assert (after.checked.rows, after.checked.holds) == (before.checked.rows, before.checked.holds)

    async def test_a_call_under_way_is_settled_under_the_pseudonym(self, filled: Stores) -> None:
        await erased(filled)
        assert await filled.ledger.settle(a_row(MINJI, 4).entry_id, a_settlement()) is True
        rows = (await filled.report.entries(UsageFilter(user_id=ORDER.pseudonym), limit=10)).items
        assert len(rows) == 4
        assert (await verified(filled)).differences == ()

    async def test_rows_say_neither_key_nor_user(self, filled: Stores) -> None:
        await erased(filled)
        rows = (await filled.report.entries(UsageFilter(user_id=ORDER.pseudonym), limit=10)).items
        assert {row.key_id for row in rows} == {None}
        assert not any(MINJI.user_id in f"{row.request_id} {row.reason}" for row in rows)

    async def test_acts_stay_and_name_the_pseudonym(self, filled: Stores) -> None:
        before = len(await acts(filled.audit))
        await erased(filled)
        after = await acts(filled.audit)
        assert len(after) == before + 1
        assert not any(MINJI.user_id in act for act in after)
        assert sum(ORDER.pseudonym in act for act in after) == 3

    async def test_a_second_time_finds_nothing_and_changes_nothing(self, filled: Stores) -> None:
        await erased(filled)
        again = replace(ORDER, pseudonym="erased-0194")
        assert await erased(filled, again) == NOTHING
        assert (await verified(filled)).differences == ()

    async def test_nobody_at_all_can_be_erased(self, stores: Stores) -> None:
        assert await erased(stores) == NOTHING
        assert await stores.eraser.unfinished() == []

    async def test_an_order_is_kept_until_it_is_finished(self, filled: Stores) -> None:
        await filled.eraser.begin(ORDER)
        assert await filled.eraser.begin(replace(ORDER, pseudonym="erased-later")) == ORDER
        assert await filled.eraser.unfinished() == [ORDER]
        await filled.eraser.finish(ORDER, act=the_act())
        await filled.eraser.finish(ORDER, act=replace(the_act(), entry_id="act-10"))
        assert await filled.eraser.unfinished() == []
        assert sum("USER_ERASED" in act for act in await acts(filled.audit)) == 1

    async def test_every_process_hears_of_its_beginning_and_its_end(self, filled: Stores) -> None:
        before = (await filled.revisions.current())[Watched.ERASURES]
        await filled.eraser.begin(ORDER)
        assert (await filled.revisions.current())[Watched.ERASURES] == before + 1
        await filled.eraser.finish(ORDER, act=the_act())
        assert (await filled.revisions.current())[Watched.ERASURES] == before + 2

    async def test_who_comes_back_is_somebody_new(self, filled: Stores) -> None:
        await erased(filled)
        assert await filled.archive.record([a_run(MINJI)], scope=SCOPE, at=MOMENT) == [RecordOutcome.STORED]
        row = a_row(MINJI, 7)
        await filled.ledger.open(row, holds=[a_hold(row, rule=rule) for rule in (EACH, own_rule(MINJI))])
        counters = await filled.report.counters([own_rule(MINJI)], at=MOMENT)
        assert [counter.spent for counter in counters] == [0]
        assert (await verified(filled)).differences == ()

    async def test_an_id_inside_another_is_left_alone(self, stores: Stores) -> None:
        longer = Traces(user_id=f"old-{MINJI.user_id}2", mark="shadow")
        await fill(stores, longer)
        await erased(stores)
        assert [key.user_id for key in await stores.keys.all()] == [longer.user_id]
        assert len((await stores.report.entries(UsageFilter(user_id=longer.user_id), limit=10)).items) == 4
        assert longer.user_id in str(await stores.rules.read())
        assert (await verified(stores)).differences == ()


async def sums_of_all(stores: Stores, user_id: str) -> list[object]:
    by = [UsageDimension.DAY, UsageDimension.SERVICE, UsageDimension.STATUS]
    return list(await stores.report.summary(UsageFilter(user_id=user_id), by=by))
