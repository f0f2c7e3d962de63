"""Old rows of the ledger are let go, in SQL: the sums stay, and counters remember what was taken from under them."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import BigInteger, Select, and_, delete, func, select, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.column_types import EPOCH
from adapters.sql.database import Database
from adapters.sql.ledger_tables import budget_counters, budget_holds, usage_entries, usage_pruning
from adapters.sql.rollups import DAY
from adapters.sql.statements import upsert
from adapters.sql.usage_summing import Span
from domain.ledger_errors import DetailPruned
from domain.usage import UsageStatus

_ONLY = "ledger"
_KEY = ("rule", "unit", "starts_at", "ends_at", "subject")


async def first_day_kept(connection: AsyncConnection) -> int | None:
    """The first day of which every row is still there; None where nothing was ever pruned."""
    found: int | None = (await connection.execute(select(usage_pruning.c.detail_from))).scalar_one_or_none()
    return found


async def refuse_pruned(connection: AsyncConnection, span: Span) -> None:
    """Nothing, where every row that the span needs is kept. Raises: DetailPruned."""
    if not span.edges:
        return
    kept = await first_day_kept(connection)
    for start, _ in span.edges:
        if kept is not None and start // DAY < kept:
            # An edge at the end of the span begins with its day.
            field = "from" if start % DAY else "to"
            raise DetailPruned(field, (EPOCH + timedelta(days=kept)).date())


class SqlLedgerPruning:
    """A few rows a transaction, so that nobody waits long."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def prune(self, *, before: date, limit: int) -> int:
        """So many final rows of days before that one are gone, with their holds; see the port."""
        day = (before - EPOCH.date()).days
        if not await self._is_marked(day):
            await self._mark(day)
        old = select(usage_entries.c.entry_id).where(
            type_coerce(usage_entries.c.at, BigInteger) < day * DAY, usage_entries.c.status != UsageStatus.PENDING.value
        )
        async with self._database.read() as connection:
            ids = list((await connection.execute(old.order_by(usage_entries.c.at).limit(limit))).scalars())
        if not ids:
            return 0
        async with self._database.write() as connection:
            return await _delete(connection, ids)

    async def _is_marked(self, day: int) -> bool:
        async with self._database.read() as connection:
            marked = await first_day_kept(connection)
        return marked is not None and marked >= day

    async def _mark(self, day: int) -> None:
        """Before the first row goes, and for good: nobody may add up the rest of a day."""
        async with self._database.write() as connection:
            marking = upsert(connection, usage_pruning).values(name=_ONLY, detail_from=day)
            later = {"detail_from": marking.excluded.detail_from}
            await connection.execute(
                marking.on_conflict_do_update(
                    index_elements=["name"],
                    set_=later,
                    where=usage_pruning.c.detail_from < marking.excluded.detail_from,
                )
            )


async def _delete(connection: AsyncConnection, wanted: list[str]) -> int:
    ids = list((await connection.execute(_locked(wanted))).scalars())
    for taken in await connection.execute(_taken(ids)):
        counter = and_(*(budget_counters.c[name] == getattr(taken, name) for name in _KEY))
        pruned = budget_counters.c.pruned + int(taken.spent)
        await connection.execute(update(budget_counters).where(counter).values(pruned=pruned))
    # Their holds go with them.
    await connection.execute(delete(usage_entries).where(usage_entries.c.entry_id.in_(ids)))
    return len(ids)


def _locked(wanted: list[str]) -> Select[Any]:
    """Those that are still there: another process may be pruning too."""
    there = select(usage_entries.c.entry_id).where(usage_entries.c.entry_id.in_(wanted))
    return there.order_by(usage_entries.c.entry_id).with_for_update()


def _taken(ids: list[str]) -> Select[Any]:
    """What the holds of the rows come to, by counter, in the order in which everyone locks counters."""
    key = [budget_holds.c[name] for name in _KEY]
    spent = func.sum(budget_holds.c.spent).label("spent")
    return select(*key, spent).where(budget_holds.c.entry_id.in_(ids)).group_by(*key).order_by(*key)
