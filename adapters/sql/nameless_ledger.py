"""A user's part of the ledger, put under a pseudonym: rows, holds, counters and sums agree after every transaction."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    and_,
    case,
    delete,
    literal,
    literal_column,
    select,
    type_coerce,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.database import Database
from adapters.sql.ledger_sum_audit import IS_CODE
from adapters.sql.ledger_tables import budget_counters, budget_holds, usage_entries, usage_sums
from adapters.sql.rollups import DAY, KEY, SUMMED
from adapters.sql.statements import upsert
from domain.erasure import GONE, ErasureOrder, without

_rows, _sums = usage_entries.c, usage_sums.c
_AT = type_coerce(_rows.at, BigInteger)
_DAY = _AT // literal_column(str(DAY), BigInteger)


class NamelessLedger:
    """Renames one user: budgets at once, rows a day at a time with the sums of that day."""

    def __init__(self, database: Database, order: ErasureOrder) -> None:
        self._database = database
        self._user_id = order.scope.user_id
        self._pseudonym = order.pseudonym

    async def rename(self) -> int:
        """Nothing of the ledger names the user; how many rows did. Raises: StoreUnavailable."""
        async with self._database.write() as connection:
            await self._rename_rules(connection)
            await self._rename_subject(connection)
        renamed = 0
        for day in await self._days():
            async with self._database.write() as connection:
                renamed += await self._rename_rows(connection, day)
                await self._rename_sums(connection, day)
        return renamed

    async def _days(self) -> list[int]:
        days: set[int] = set()
        async with self._database.read() as connection:
            for wanted in (
                select(_DAY).distinct().where(_rows.user_id == self._user_id),
                select(_sums.day).distinct().where(_sums.user_id == self._user_id),
            ):
                days |= set((await connection.execute(wanted)).scalars())
        return sorted(days)

    async def _rename_rows(self, connection: AsyncConnection, day: int) -> int:
        mine = and_(_rows.user_id == self._user_id, day * DAY <= _AT, (day + 1) * DAY > _AT)
        # In one order, so that whoever settles some of them meanwhile waits, and we for them.
        locked = select(_rows.entry_id).where(mine).order_by(_rows.entry_id).with_for_update()
        count = len((await connection.execute(locked)).all())
        changed = {
            "user_id": self._pseudonym,
            "key_id": None,
            "request_id": case((_holds_id(_rows.request_id, self._user_id), GONE), else_=_rows.request_id),
            "reason": case((self._tells(connection.dialect.name), GONE), else_=_rows.reason),
        }
        await connection.execute(update(usage_entries).where(mine).values(changed))
        return count

    def _tells(self, dialect: str) -> ColumnElement[bool]:
        """Whether the reason is a text that holds the id: a code of ours says nothing of anybody, and sums need it."""
        is_no_code: ColumnElement[bool] = literal_column(f"NOT ({IS_CODE[dialect]})")
        return and_(_holds_id(_rows.reason, self._user_id), is_no_code)

    async def _rename_sums(self, connection: AsyncConnection, day: int) -> None:
        taking = delete(usage_sums).where(_sums.user_id == self._user_id, _sums.day == day).returning(*usage_sums.c)
        taken = [dict(row._mapping) for row in await connection.execute(taking)]  # noqa: SLF001  # SQLAlchemy's public name for it
        if taken:
            adding = upsert(connection, usage_sums)
            more = {name: _sums[name] + adding.excluded[name] for name in SUMMED}
            renamed = [row | {"user_id": self._pseudonym} for row in taken]
            await connection.execute(adding.on_conflict_do_update(index_elements=list(KEY), set_=more), renamed)

    async def _rename_subject(self, connection: AsyncConnection) -> None:
        """Of rules that count each user: holds are found by their rows, of which the user has an index."""
        of_mine = budget_holds.c.entry_id.in_(select(_rows.entry_id).where(_rows.user_id == self._user_id))
        for table, mine in ((budget_holds, of_mine), (budget_counters, literal(value=True))):
            whose = and_(mine, table.c.subject == self._user_id)
            await connection.execute(update(table).where(whose).values(subject=self._pseudonym))

    async def _rename_rules(self, connection: AsyncConnection) -> None:
        """Of rules that name the user, or are named after them: their counters are told apart by such a name."""
        for table, names in (await self._named(connection)).items():
            for old, new in names.items():
                await connection.execute(update(table).where(table.c.rule == old).values(rule=new))

    async def _named(self, connection: AsyncConnection) -> Mapping[Any, Mapping[str, str]]:
        column = budget_counters.c.rule
        wanted = select(column).distinct().where(_holds_id(column, self._user_id))
        named = {
            old: without(old, self._user_id, self._pseudonym) for old in (await connection.execute(wanted)).scalars()
        }
        changed = {old: new for old, new in named.items() if old != new}
        return {budget_holds: changed, budget_counters: changed}


def _holds_id(column: ColumnElement[Any], user_id: str) -> ColumnElement[bool]:
    return column.contains(user_id, autoescape=True)
