"""What of the archive is in the space that is being built, in SQL."""

from collections.abc import Sequence

from sqlalchemy import and_, case, delete, exists, func, not_, select

from adapters.sql.database import Database
from adapters.sql.documents import BACKTEST
from adapters.sql.index_tables import index_built
from adapters.sql.statements import chunks, cleaned, upsert
from adapters.sql.tables import backtest_documents, backtests, index_tasks
from application.ports.index_building import Surplus, Unbuilt
from domain.identity import UserScope
from domain.space import BuildProgress

_SAME = and_(index_built.c.card_id == backtests.c.card_id, index_built.c.sequence == backtests.c.sequence)
LACKING = select(backtests.c.card_id, backtests.c.user_id, backtests.c.sequence).where(
    not_(exists().where(_SAME)), not_(exists().where(index_tasks.c.card_id == backtests.c.card_id))
)
"""What is indexed and not built."""
LEFT_OVER = select(index_built.c.card_id, index_built.c.user_id).where(
    not_(exists().where(backtests.c.card_id == index_built.c.card_id)),
    not_(exists().where(index_tasks.c.card_id == index_built.c.card_id)),
)
"""What was built and is gone."""


class SqlIndexContents:
    """A row a card that was built: what lacks one is to be built, and what is no backtest's any more to be removed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def missing(self, *, limit: int, besides: frozenset[str] = frozenset()) -> list[Unbuilt]:
        """Backtests that are not in it, user by user, oldest first."""
        lacking = (
            LACKING.add_columns(backtest_documents.c.document)
            .join(backtest_documents, backtest_documents.c.card_id == backtests.c.card_id)
            .where(backtests.c.user_id.not_in(sorted(besides)))
            .order_by(backtests.c.user_id, backtests.c.sequence)
            .limit(limit)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(lacking)).all()
        return [
            Unbuilt(
                card_id=row.card_id,
                scope=UserScope(user_id=row.user_id),
                sequence=row.sequence,
                backtest=BACKTEST.read(row.document),
            )
            for row in rows
        ]

    async def surplus(self, *, limit: int) -> list[Surplus]:
        """Cards in it whose backtest is gone."""
        async with self._database.read() as connection:
            rows = (await connection.execute(LEFT_OVER.limit(limit))).all()
        return [Surplus(card_id=row.card_id, scope=UserScope(user_id=row.user_id)) for row in rows]

    async def mark(self, cards: Sequence[Unbuilt], *, error: str | None = None) -> None:
        """They are in it; or, with an error, cannot be."""
        why = None if error is None else cleaned(error)
        rows = [
            {"card_id": card.card_id, "user_id": card.scope.user_id, "sequence": card.sequence, "error": why}
            for card in cards
        ]
        if not rows:
            return
        async with self._database.write() as connection:
            adding = upsert(connection, index_built)
            latest = {name: adding.excluded[name] for name in ("sequence", "error")}
            await connection.execute(adding.on_conflict_do_update(index_elements=["card_id"], set_=latest), rows)

    async def unmark(self, cards: Sequence[Surplus]) -> None:
        """They are not in it any more."""
        async with self._database.write() as connection:
            for chunk in chunks([card.card_id for card in cards]):
                await connection.execute(delete(index_built).where(index_built.c.card_id.in_(chunk)))

    async def progress(self) -> BuildProgress:
        """How far it is."""
        failed = func.sum(case((index_built.c.error.is_not(None), 1), else_=0)).label("failed")
        rows = select(func.count().label("cards"), failed).select_from(index_built)
        async with self._database.read() as connection:
            seen = (await connection.execute(rows)).one()
            total = (await connection.execute(select(func.count()).select_from(backtests))).scalar_one()
        refused = int(seen.failed or 0)
        return BuildProgress(built=seen.cards - refused, failed=refused, total=total)
