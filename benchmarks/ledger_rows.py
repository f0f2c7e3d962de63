"""A ledger of so many calls, made inside the database: 500 users, six services, five models, some prompt versions."""

from runpy import run_path

from sqlalchemy import text

from adapters.sql.database import SQLITE, Database
from adapters.sql.ledger_tables import usage_entries
from adapters.sql.schema import MIGRATIONS

USERS, DAYS = 500, 62
PER_STATEMENT = 500_000
INDEXES = [index for index in usage_entries.indexes if "pending" not in str(index.name)]
# What differs from row to row is mixed, so that no two of its parts go together.
ROWS = """
WITH RECURSIVE series(n) AS (
    SELECT CAST(:first AS BIGINT) UNION ALL SELECT n + 1 FROM series WHERE n + 1 < :last
), mixed AS (
    SELECT n, (n * 2654435761 / 8) % 500 AS u, (n * 2246822519 / 64) % 6 AS s, (n * 3266489917 / 128) % 5 AS m,
        (n * 668265263 / 256) % 1000 AS e
    FROM series
)
INSERT INTO usage_entries (
    entry_id, operation_id, attempt, request_id, at, deadline_at, user_id, service, provider, model_id, prompt_version,
    price_version, input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, estimated,
    cost_usd, saved_cost_usd, status, latency_ms, reason, key_id, settled_at
)
SELECT '0193a7c0-0000-7000-8000-' || CAST(100000000000 + n AS TEXT), '0193a7c0-1111-7000-8000-' || CAST(n AS TEXT),
    CASE WHEN e < 20 THEN 2 ELSE 1 END, 'req-' || CAST(n AS TEXT), :start + n * :step, :start + n * :step + 90000000,
    'user-' || CAST(u AS TEXT) || '@quant.kr',
    CASE s WHEN 0 THEN 'strategy_builder' WHEN 1 THEN 'narrative_report' WHEN 2 THEN 'chatops'
        WHEN 3 THEN 'prompt_governance' WHEN 4 THEN 'gateway' ELSE 'memory' END,
    'openai', 'model-' || CAST(m AS TEXT),
    CASE WHEN s > 2 THEN NULL WHEN e % 3 = 0 THEN 'prompt@2' ELSE 'prompt@1' END, 'genai-prices@2024-07-18',
    100 + e, 10, 5, e, 0, {no}, 1000000 + e * 1000, e * 10, CASE WHEN e < 5 THEN 'unknown' WHEN e < 15 THEN 'failed'
        WHEN e < 30 THEN 'estimated' ELSE 'settled' END, 900, CASE WHEN e >= 5 AND e < 15 THEN 'provider-throttled' END,
    'key-1', :start + n * :step + 900000
FROM mixed
"""
HOLDS = """
INSERT INTO budget_holds (entry_id, position, rule, unit, starts_at, ends_at, subject, amount, spent)
SELECT entry_id, 0, 'each_user_monthly', 'usd', :start, :end, user_id, cost_usd, cost_usd FROM usage_entries
"""
COUNTERS = """
INSERT INTO budget_counters (rule, unit, starts_at, ends_at, subject, spent, held)
SELECT rule, unit, starts_at, ends_at, subject, sum(spent), 0 FROM budget_holds GROUP BY 1, 2, 3, 4, 5
"""


async def fill(database: Database, count: int, *, until: int) -> None:
    """So many settled calls up to that moment, in microseconds, with a hold each, their counters and sums."""
    step = DAYS * 86_400_000_000 // count
    start = until - count * step
    dialect = database.dialect
    await _run(database, *(f"DROP INDEX {index.name}" for index in INDEXES))
    rows = text(ROWS.format(no="0" if dialect == SQLITE else "false"))
    for first in range(0, count, PER_STATEMENT):
        async with database.write() as connection:
            last = min(first + PER_STATEMENT, count)
            await connection.execute(rows, {"first": first, "last": last, "start": start, "step": step})
    async with database.write() as connection:
        await connection.execute(text(HOLDS), {"start": start, "end": until})
        await connection.execute(text(COUNTERS))
        for index in INDEXES:
            await connection.run_sync(index.create)
    await _run(database, *_sums(dialect))
    if dialect != SQLITE:
        await _run(database, "ANALYZE")


async def _run(database: Database, *statements: str) -> None:
    for statement in statements:
        async with database.write() as connection:
            await connection.execute(text(statement))


def _sums(dialect: str) -> list[str]:
    """The statements by which a migration sums up what is there."""
    migration = run_path(str(MIGRATIONS / "versions" / "0006_usage_sums.py"))
    code = migration["CODES"][dialect]
    return [
        migration["FILL"].format(kind=kind, told=", ".join(told).format(code=code))
        for kind, told in migration["KINDS"].items()
    ]
