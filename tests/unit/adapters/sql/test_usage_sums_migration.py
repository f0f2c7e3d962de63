"""A ledger that was written before there were sums has them after the migration, as if they had always been there."""

import random
from datetime import timedelta
from decimal import Decimal

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from adapters.memory.usage_ledger import InMemoryUsageLedger
from adapters.sql.database import Database
from adapters.sql.ledger_audit import SqlLedgerAudit
from adapters.sql.schema import MIGRATIONS
from adapters.sql.usage_figures import SqlUsageFigures
from adapters.sql.usage_report import SqlUsageReport
from adapters.sql.usage_rows import raw, row_of
from domain.usage import TokenUsage, UsageDimension, UsageFilter, UsageStatus
from tests.builders import MOMENT, a_settlement, a_usage_entry
from tests.contracts.ledger_stories import REASONS, USERS, VERSIONS
from tests.contracts.sql_engines import OnPostgresql, OnSqlite, Place

BEFORE = "0005"
COLUMNS = (
    "entry_id", "operation_id", "attempt", "request_id", "at", "deadline_at", "user_id", "service", "provider",
    "model_id", "prompt_version", "price_version", "input_tokens", "cached_input_tokens", "cache_write_tokens",
    "output_tokens", "reasoning_tokens", "estimated", "cost_usd", "saved_cost_usd", "status", "latency_ms", "reason",
    "key_id",
)  # fmt: skip
INSERT = f"INSERT INTO usage_entries ({', '.join(COLUMNS)}) VALUES ({', '.join(f':{name}' for name in COLUMNS)})"  # noqa: S608  # words of this file
LONG_CODE = "provider-" + "x" * 60


def brought_to(revision: str, connection: Connection) -> None:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    command.upgrade(config, revision)


async def a_memory() -> InMemoryUsageLedger:
    """Many calls that differ in everything by which sums tell them apart."""
    chance, memory = random.Random(11), InMemoryUsageLedger()  # noqa: S311  # data, not a secret
    for number in range(300):
        entry = a_usage_entry(
            entry_id=f"e-{number:03}", at=MOMENT - timedelta(hours=chance.randrange(100)), user_id=chance.choice(USERS),
            attempt=chance.choice((1, 1, 2)), prompt_version=chance.choice(VERSIONS),
            service=chance.choice(("chatops", "memory")), cost_usd=Decimal(chance.randrange(10**9)).scaleb(-12),
        )  # fmt: skip
        await memory.open(entry)
        if chance.random() < 0.9:
            status = chance.choice([each for each in UsageStatus if each is not UsageStatus.PENDING])
            usage = TokenUsage(input_tokens=chance.randrange(900), output_tokens=chance.randrange(90))
            reason = chance.choice((*REASONS, LONG_CODE, "Ünlaut", "provider rejected"))
            await memory.settle(entry.entry_id, a_settlement(status=status, usage=usage, reason=reason))
    return memory


class Filling:
    async def test_rows_of_before_are_in_the_sums(self, empty: Place) -> None:
        memory, database = await a_memory(), Database(empty.url)
        async with database.write() as connection:
            await connection.run_sync(lambda sync: brought_to(BEFORE, sync))
        async with database.write() as connection:
            for entry in (await memory.entries(UsageFilter(), limit=500)).items:
                row = raw(row_of(entry))
                await connection.execute(text(INSERT), {name: row[name] for name in COLUMNS})
        await database.start()
        report = SqlUsageReport(database)
        for by in ([], *([dimension] for dimension in UsageDimension), list(UsageDimension)):
            assert await report.summary(UsageFilter(), by=by) == await memory.summary(UsageFilter(), by=by)
        figures = {figure.key: figure for figure in await SqlUsageFigures(database).figures()}
        assert figures == {figure.key: figure for figure in await memory.figures()}
        assert (await SqlLedgerAudit(database).audit(most=9)).differences == ()
        await database.close()


class TestSqliteFilling(OnSqlite, Filling):
    pass


class TestPostgresqlFilling(OnPostgresql, Filling):
    pass
