"""A user's rows, removed or put under a pseudonym, in SQL: short transactions, each of which leaves the books right."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.audit_trail import note
from adapters.sql.database import Database
from adapters.sql.documents import ERASURE
from adapters.sql.erasure_plan import PARTS_OF, USER, kind_of, losing
from adapters.sql.erasure_tables import erasures
from adapters.sql.nameless_ledger import NamelessLedger
from adapters.sql.nameless_rows import nameless_acts, nameless_rules
from adapters.sql.revisions import bump
from adapters.sql.scrubbing import scrub, scrub_one
from adapters.sql.statements import upsert
from domain.audit import AuditEntry
from domain.erasure import Erased, ErasureOrder
from domain.revision import Watched


class SqlUserEraser:
    """Over every table of the schema; erasure_plan.py says what becomes of each."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, order: ErasureOrder) -> ErasureOrder:
        """The order is kept, and every process hears of it; the earlier one where there is one."""
        mine = erasures.c.user_id == order.scope.user_id
        row = {"user_id": order.scope.user_id, "begun_at": order.begun_at, "document": ERASURE.write(order)}
        async with self._database.write() as connection:
            await connection.execute(upsert(connection, erasures).values(row).on_conflict_do_nothing())
            await bump(connection, Watched.ERASURES)
            kept = (await connection.execute(select(erasures.c.document).where(mine))).scalar_one()
        return ERASURE.read(kept)

    async def erase(self, order: ErasureOrder) -> Erased:
        """No row holds the user any more; see the port."""
        async with self._database.write() as connection:
            removed = await _remove(connection, order.scope.user_id)
            removed["budgets"] += await nameless_rules(connection, order)
        renamed = Counter(
            ledger_rows=await NamelessLedger(self._database, order).rename(),
            audit_rows=await nameless_acts(self._database, order),
        )
        return Erased(removed=+removed, pseudonymised=+renamed)

    async def finish(self, order: ErasureOrder, *, act: AuditEntry) -> None:
        """What was deleted cannot be read in the files, the order is forgotten, the act is noted."""
        await scrub(self._database)
        gone = delete(erasures).where(erasures.c.user_id == order.scope.user_id)
        async with self._database.write() as connection:
            if (await connection.execute(gone)).rowcount:
                await note(connection, act)
                await bump(connection, Watched.ERASURES)
        await scrub_one(self._database, erasures)

    async def unfinished(self) -> Sequence[ErasureOrder]:
        """The orders that are kept, oldest first."""
        oldest_first = select(erasures.c.document).order_by(erasures.c.begun_at, erasures.c.user_id)
        async with self._database.read() as connection:
            return [ERASURE.read(document) for document in (await connection.execute(oldest_first)).scalars()]


async def _remove(connection: AsyncConnection, user_id: str) -> Counter[str]:
    removed: Counter[str] = Counter()
    for table in losing():
        gone = await connection.execute(delete(table).where(table.c[USER] == user_id))
        if table.name not in PARTS_OF:
            removed[kind_of(table.name)] += gone.rowcount
    if removed["keys"]:
        await bump(connection, Watched.KEYS)
    return removed
