"""The ledger read by SQL of the tests' own, and what is wrong with it: nothing of the product's code is asked."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

DRIVERS: Final = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
PICO: Final = 10**12
BUCKETS: Final = ("input_tokens", "cached_input_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens")
ROWS: Final = f"""
    SELECT entry_id, operation_id, attempt, request_id, user_id, service, model_id, status, {", ".join(BUCKETS)},
           cost_usd, price_version, reason, deadline_at, settled_at FROM usage_entries ORDER BY entry_id"""  # noqa: S608  # names of our own
HOLDS: Final = "SELECT entry_id, rule, unit, starts_at, ends_at, subject, amount, spent FROM budget_holds"
COUNTERS: Final = "SELECT rule, unit, starts_at, ends_at, subject, spent, held FROM budget_counters"
USED: Final = """
    SELECT rule, subject, starts_at, SUM(COALESCE(spent, amount)) AS used
    FROM budget_holds GROUP BY rule, subject, starts_at"""
Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Book:
    """All of a ledger, as one transaction saw it. Units: money as in the database, pico-dollars."""

    rows: Sequence[Row]
    holds: Sequence[Row]
    counters: Sequence[Row]

    @property
    def pending(self) -> list[Row]:
        return [row for row in self.rows if row["status"] == "pending"]

    @property
    def seconds_overdue(self) -> list[float]:
        """How long after its deadline each row was settled that nobody else did."""
        return [(row["settled_at"] - row["deadline_at"]) / 1e6 for row in self.rows if row["status"] == "unknown"]

    @property
    def open_holds(self) -> list[Row]:
        return [hold for hold in self.holds if hold["spent"] is None]

    def faults(self) -> list[str]:
        """Where holds are not their rows', or counters not the sums of their holds; none where all is well."""
        return [*self._wrong_holds(), *self._wrong_counters()]

    def _wrong_holds(self) -> Iterable[str]:
        rows = {row["entry_id"]: row for row in self.rows}
        for hold in self.holds:
            row = rows.get(hold["entry_id"])
            if row is None:
                yield f"a hold without a row: {dict(hold)}"
            elif (row["status"] == "pending") != (hold["spent"] is None):
                yield f"the row is {row['status']} and its hold spent {hold['spent']}: {row['entry_id']}"
            elif hold["spent"] is not None and hold["spent"] != amount(row, hold["unit"]):
                yield f"the row came to {amount(row, hold['unit'])} and its hold to {hold['spent']}: {row['entry_id']}"

    def _wrong_counters(self) -> Iterable[str]:
        sums: dict[tuple[Any, ...], tuple[int, int]] = defaultdict(lambda: (0, 0))
        for hold in self.holds:
            spent, held = sums[_key(hold)]
            sums[_key(hold)] = spent + int(hold["spent"] or 0), held + (hold["amount"] if hold["spent"] is None else 0)
        counted = {_key(counter): (counter["spent"], counter["held"]) for counter in self.counters}
        for key in sums.keys() | counted.keys():
            if sums.get(key, (0, 0)) != counted.get(key, (0, 0)):
                yield f"{key} is counted as {counted.get(key)} and sums to {sums.get(key)} (spent, held)"


def amount(row: Row, unit: str) -> int:
    """What a row counts for in a unit: pico-dollars, or tokens, each once."""
    return int(row["cost_usd"]) if unit == "usd" else int(row["input_tokens"]) + int(row["output_tokens"])


def cost_of(row: Row) -> Decimal:
    return Decimal(row["cost_usd"]) / PICO


def _key(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("rule", "unit", "starts_at", "ends_at", "subject"))


async def _all(connection: AsyncConnection, statement: str) -> list[Row]:
    return [dict(row) for row in (await connection.execute(text(statement))).mappings()]


class Books:
    """Opens the database of a service beside the service."""

    def __init__(self, url: str) -> None:
        scheme, _, rest = url.partition(":")
        # SQLite's own connection for each look: nothing of ours may hold a lock or see an old state.
        self._engine: AsyncEngine = create_async_engine(f"{DRIVERS[scheme]}:{rest}", poolclass=NullPool)
        self._one_view = "BEGIN" if scheme == "sqlite" else "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"

    async def read(self) -> Book:
        async with self._engine.connect() as connection:
            await connection.execute(text(self._one_view))
            rows, holds, counters = [await _all(connection, wanted) for wanted in (ROWS, HOLDS, COUNTERS)]
        return Book(rows=rows, holds=holds, counters=counters)

    async def used(self) -> list[Row]:
        """Spend and open holds of every rule and subject, in one statement: as they stood at one instant."""
        async with self._engine.connect() as connection:
            return await _all(connection, USED)

    async def close(self) -> None:
        await self._engine.dispose()
