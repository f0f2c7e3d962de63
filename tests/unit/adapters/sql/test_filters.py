from dataclasses import replace

import pytest

from adapters.memory.ids import CountingIds
from adapters.sql.backtest_archive import SqlBacktestArchive
from adapters.sql.database import Database
from domain.backtest import Backtest, card_id
from domain.filters import Filter, FilterOp, Scalar
from tests.builders import MOMENT, a_backtest, a_scope, a_tested_strategy, some_metrics
from tests.contracts.sql_engines import OnPostgresql, OnSqlite

MINA = a_scope()
WIDE = 2**53
LONG = "긴 이름 " * 50


def seeded(backtest_id: str, seed: float | str | bool) -> Backtest:  # noqa: FBT001  # a parameter may be a truth
    return a_backtest(backtest_id=backtest_id, strategy=a_tested_strategy(parameters={"seed": seed}))


RUNS = (
    seeded("wide", WIDE),
    seeded("wider", float(WIDE + 2)),
    seeded("widest", 1e300),
    seeded("half", 0.5),
    seeded("text", LONG + "A"),
    seeded("truth", seed=True),
    a_backtest(backtest_id="trades", metrics=some_metrics(trade_count=WIDE), symbols=(LONG + "x", "GOOG")),
)
ORDERED = (FilterOp.EQ, FilterOp.NE, FilterOp.LT, FilterOp.LE, FilterOp.GT, FilterOp.GE)


class FiltersAtTheEdge:
    async def agrees(self, database: Database, condition: Filter) -> None:
        archive = SqlBacktestArchive(database, ids=CountingIds())
        await archive.record(RUNS, scope=MINA, at=MOMENT)
        wanted = {card_id(MINA, "backtest", run.backtest_id) for run in RUNS if condition.matches(run)}
        assert await archive.matching([condition], scope=MINA) == wanted

    @pytest.mark.parametrize("op", ORDERED)
    @pytest.mark.parametrize("value", [WIDE, WIDE + 1, 2**70, 0.5, -(10**300)])
    async def test_numbers_that_no_float_holds_are_compared_whole(
        self, database: Database, op: FilterOp, value: float
    ) -> None:
        await self.agrees(database, Filter(field="parameters.seed", op=op, value=value))

    @pytest.mark.parametrize("op", ORDERED)
    async def test_the_greatest_counts_are_compared_whole(self, database: Database, op: FilterOp) -> None:
        await self.agrees(database, Filter(field="trade_count", op=op, value=WIDE))

    @pytest.mark.parametrize("op", [FilterOp.EQ, FilterOp.NE])
    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("parameters.seed", LONG + "a"),
            ("parameters.seed", LONG),
            ("parameters.seed", 1),
            ("parameters.seed", True),
            ("parameters.Seed", 1),
            ("symbols", LONG + "X"),
            ("symbols", LONG[:100]),
        ],
    )
    async def test_long_texts_and_other_kinds_are_told_apart(
        self, database: Database, field: str, value: Scalar, op: FilterOp
    ) -> None:
        await self.agrees(database, Filter(field=field, op=op, value=value))

    async def test_what_is_asked_together_must_hold_together(self, database: Database) -> None:
        archive = SqlBacktestArchive(database, ids=CountingIds())
        runs = [replace(run, symbols=("GOOG",)) for run in RUNS]
        await archive.record(runs, scope=MINA, at=MOMENT)
        filters = [
            Filter(field="symbols", op=FilterOp.IN, value=("goog", "없음")),
            Filter(field="parameters.seed", op=FilterOp.GT, value=WIDE),
        ]
        found = await archive.matching(filters, scope=MINA)
        assert found == {card_id(MINA, "backtest", name) for name in ("wider", "widest")}


class TestSqliteFilters(OnSqlite, FiltersAtTheEdge):
    pass


class TestPostgresqlFilters(OnPostgresql, FiltersAtTheEdge):
    pass
