"""Runs that were recorded before their words were read are found by them after the migration."""

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from adapters.memory.ids import CountingIds
from adapters.sql.backtest_archive import SqlBacktestArchive
from adapters.sql.database import Database
from adapters.sql.schema import MIGRATIONS
from domain.backtest import StrategyType, card_id
from domain.filters import Filter, FilterOp
from tests.builders import MOMENT, a_backtest, a_bare_backtest, a_scope, a_tested_strategy
from tests.contracts.sql_engines import OnPostgresql, OnSqlite, Place

BEFORE = "0010"
MINA = a_scope()
RUNS = (
    a_backtest(backtest_id="listed", strategy=a_tested_strategy(name="전략 1", indicators=("RSI(14)",))),
    a_backtest(
        backtest_id="named",
        strategy=a_tested_strategy(name="볼린저 밴드 평균회귀", indicators=(), type=None, parameters={}),
    ),
    a_backtest(backtest_id="other", strategy=a_tested_strategy(indicators=("macd",), type=StrategyType.MOMENTUM)),
    a_bare_backtest("bare"),
)
CONDITIONS = (
    Filter(field="indicators", op=FilterOp.IN, value=("rsi",)),
    Filter(field="indicators", op=FilterOp.NOT_IN, value=("bollinger",)),
    Filter(field="indicators", op=FilterOp.EQ, value="RSI(14)"),
    Filter(field="strategy_type", op=FilterOp.EQ, value="mean_reversion"),
    Filter(field="strategy_type", op=FilterOp.NE, value="momentum"),
)
AS_BEFORE = (
    "DELETE FROM backtest_terms WHERE field = 'indicators' AND term NOT IN ('rsi(14)', 'macd')",
    "UPDATE backtests SET strategy_type = NULL WHERE backtest_id = 'named'",
)


def brought_to(revision: str, connection: Connection) -> None:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    command.upgrade(config, revision)


class ReadingWords:
    @pytest.mark.parametrize("condition", CONDITIONS, ids=str)
    async def test_runs_of_before_are_found(self, empty: Place, condition: Filter) -> None:
        database = Database(empty.url)
        async with database.write() as connection:
            await connection.run_sync(lambda sync: brought_to(BEFORE, sync))
        archive = SqlBacktestArchive(database, ids=CountingIds())
        await archive.record(RUNS, scope=MINA, at=MOMENT)
        async with database.write() as connection:
            for statement in AS_BEFORE:
                await connection.execute(text(statement))
        await database.start()
        wanted = {card_id(MINA, "backtest", run.backtest_id) for run in RUNS if condition.matches(run)}
        found = await archive.matching([condition], scope=MINA)
        await database.close()
        assert found == wanted


class TestSqliteWords(OnSqlite, ReadingWords):
    pass


class TestPostgresqlWords(OnPostgresql, ReadingWords):
    pass
