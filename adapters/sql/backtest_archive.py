"""Backtests in SQL: the truth that every index can be rebuilt from."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Insert, Row, Select, Table, bindparam, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert

from adapters.sql.backtest_ordering import is_sortable, sorting
from adapters.sql.backtest_rows import BacktestRows, rows_of
from adapters.sql.database import Database
from adapters.sql.documents import BACKTEST
from adapters.sql.filters import clause_of, is_executable
from adapters.sql.outbox import TaskRow, enqueue
from adapters.sql.statements import chunks, cleaned, upsert
from adapters.sql.tables import backtest_documents, backtest_parameters, backtest_terms, backtests
from application.ports.backtest_archive import Matches
from application.ports.system import Ids
from domain.backtest import Backtest, IndexingState, RecordOutcome, StoredBacktest, StrategyType, card_id
from domain.errors import NotFound, StoreUnavailable
from domain.filters import Filter, matches_all
from domain.identity import UserScope
from domain.ordering import Order
from domain.paging import Page
from domain.text import is_storable

MOST_LOOKS = 10

# Made once: building a statement, and the key under which its SQL is kept, costs more than running it.
_STORED: Select[Any] = (
    select(
        backtests.c.card_id,
        backtests.c.sequence,
        backtests.c.recorded_at,
        backtests.c.indexing,
        backtest_documents.c.document,
    )
    .join_from(backtests, backtest_documents)
    .where(backtests.c.user_id == bindparam("owner"))
)
_BY_CARD = _STORED.where(backtests.c.card_id.in_(bindparam("cards", expanding=True)))
_FIRST = (
    select(backtests.c.backtest_id, backtests.c.card_id)
    .where(backtests.c.user_id == bindparam("owner"), backtests.c.card_id.in_(bindparam("cards", expanding=True)))
    .order_by(backtests.c.backtest_id)
    .limit(bindparam("most"))
)
_UNINDEXED = select(backtests.c.card_id).where(
    backtests.c.user_id == bindparam("owner"),
    backtests.c.indexing.in_((IndexingState.PENDING.value, IndexingState.FAILED.value)),
)
_KEPT = (backtests.c.card_id, backtests.c.sequence, backtests.c.fingerprint)
_FINDING = select(*_KEPT).where(backtests.c.card_id.in_(bindparam("cards", expanding=True)))
_CHILDREN: Mapping[Table, Insert] = {t: insert(t) for t in (backtest_documents, backtest_terms, backtest_parameters)}


class SqlBacktestArchive:
    """Archive and queries over one schema on SQLite and PostgreSQL."""

    def __init__(self, database: Database, *, ids: Ids) -> None:
        self._database = database
        self._ids = ids

    async def record(self, backtests: Sequence[Backtest], *, scope: UserScope, at: datetime) -> list[RecordOutcome]:
        """One outcome a backtest, in order; see the port."""
        arrivals = [rows_of(run, scope, sequence=self._ids.new(), at=at) for run in backtests]
        first: dict[object, BacktestRows] = {}
        for rows in arrivals:
            first.setdefault(rows.main["card_id"], rows)
        async with self._database.write() as connection:
            kept = await _insert_or_find(connection, list(first.values()))
            new = [rows for rows in first.values() if kept[rows.main["card_id"]].sequence == rows.main["sequence"]]
            await _insert_children(connection, new)
            await enqueue(connection, map(_task, new), ids=self._ids)
        return [_outcome(rows, kept[rows.main["card_id"]]) for rows in arrivals]

    async def get(self, backtest_id: str, *, scope: UserScope) -> StoredBacktest:
        """The user's backtest of that id. Raises: NotFound, StoreUnavailable."""
        card = card_id(scope, "backtest", backtest_id)
        found = await self.by_card([card], scope=scope)
        if card not in found:
            raise NotFound("backtest", backtest_id)
        return found[card]

    async def page(self, *, scope: UserScope, limit: int, after: str | None = None) -> Page[StoredBacktest]:
        """The user's backtests, latest record first, from just after the sequence `after`."""
        latest_first = _STORED.order_by(backtests.c.sequence.desc()).limit(limit + 1)
        if after is not None:
            latest_first = latest_first.where(backtests.c.sequence < cleaned(after))
        async with self._database.read() as connection:
            rows = (await connection.execute(latest_first, {"owner": scope.user_id})).all()
        more = rows[limit - 1].sequence if len(rows) > limit else None
        return Page(items=tuple(_restored(row, scope) for row in rows[:limit]), next_after=more)

    async def delete(self, backtest_id: str, *, scope: UserScope) -> None:
        """It is gone, and its removal from the indexes is queued. Raises: NotFound, StoreUnavailable."""
        card = card_id(scope, "backtest", backtest_id)
        mine = delete(backtests).where(backtests.c.card_id == card, backtests.c.user_id == scope.user_id)
        async with self._database.write() as connection:
            if (await connection.execute(mine.returning(backtests.c.card_id))).first() is None:
                raise NotFound("backtest", backtest_id)
            removal = TaskRow(card_id=card, user_id=scope.user_id, removal=True)
            await enqueue(connection, [removal], ids=self._ids)

    async def matching(self, filters: Sequence[Filter], *, scope: UserScope) -> frozenset[str]:
        """The card ids of all the user's backtests that meet every filter, as `Filter.matches` decides."""
        mine = select(backtests.c.card_id).where(*_conditions(filters, scope))
        async with self._database.read() as connection:
            cards = (await connection.execute(mine)).scalars().all()
        if all(map(is_executable, filters)):
            return frozenset(cards)
        runs = await self.by_card(cards, scope=scope)
        return frozenset(card for card, stored in runs.items() if matches_all(stored.backtest, tuple(filters)))

    async def ordered(
        self,
        filters: Sequence[Filter],
        *,
        scope: UserScope,
        order: Order | None = None,
        families: Sequence[StrategyType] = (),
        limit: int | None = None,
    ) -> Matches:
        """The user's backtests that meet every filter, at most `limit` of them; see the port."""
        decided = all(map(is_executable, filters))
        by = order if is_sortable(order) else None
        wanted = select(backtests.c.card_id, func.count().over()).where(*_conditions(filters, scope))
        wanted = wanted.order_by(*sorting(by, families))
        if decided and by == order:
            async with self._database.read() as connection:
                rows = (await connection.execute(wanted.limit(limit))).all()
            return Matches(card_ids=tuple(row[0] for row in rows), total=rows[0][1] if rows else 0)
        async with self._database.read() as connection:
            cards = (await connection.execute(wanted)).scalars().all()
        runs = await self.by_card(cards, scope=scope)
        kept = [runs[card] for card in cards if card in runs]
        return _matches(kept, filters=filters, order=order, families=families, limit=limit)

    async def by_card(self, card_ids: Sequence[str], *, scope: UserScope) -> dict[str, StoredBacktest]:
        """The user's backtests by card id; ids of others or of nothing are left out."""
        wanted = [card for card in dict.fromkeys(card_ids) if is_storable(card)]
        async with self._database.read() as connection:
            rows = [
                row
                for chunk in chunks(wanted)
                for row in await connection.execute(_BY_CARD, {"owner": scope.user_id, "cards": chunk})
            ]
        return {row.card_id: _restored(row, scope) for row in rows}

    async def first_by_id(self, card_ids: Sequence[str], *, scope: UserScope, limit: int) -> list[str]:
        """So many of the cards at most, by the `backtest_id` of their runs."""
        named: list[tuple[str, str]] = []
        async with self._database.read() as connection:
            for chunk in chunks([card for card in dict.fromkeys(card_ids) if is_storable(card)]):
                rows = await connection.execute(_FIRST, {"owner": scope.user_id, "cards": chunk, "most": limit})
                named += [(row.backtest_id, row.card_id) for row in rows]
        return [card for _, card in sorted(named)[:limit]]

    async def unindexed(self, *, scope: UserScope) -> frozenset[str]:
        """The card ids of the user's backtests that are not indexed."""
        async with self._database.read() as connection:
            return frozenset((await connection.execute(_UNINDEXED, {"owner": scope.user_id})).scalars())


def _conditions(filters: Sequence[Filter], scope: UserScope) -> list[ColumnElement[bool]]:
    """Those that SQL can decide."""
    executable = (clause_of(condition, scope=scope) for condition in filters if is_executable(condition))
    return [backtests.c.user_id == scope.user_id, *executable]


def _matches(
    runs: list[StoredBacktest],
    *,
    filters: Sequence[Filter],
    order: Order | None,
    families: Sequence[StrategyType],
    limit: int | None,
) -> Matches:
    """What the domain decides of runs that came latest first."""
    kept = [stored for stored in runs if matches_all(stored.backtest, tuple(filters))]
    if order is not None:
        kept.sort(key=lambda stored: order.sort_key(stored.backtest))
        kept.sort(key=lambda stored: bool(families) and stored.backtest.strategy.type not in families)
    return Matches(card_ids=tuple(stored.card_id for stored in kept[:limit]), total=len(kept))


def _restored(row: Row[Any], scope: UserScope) -> StoredBacktest:
    return StoredBacktest(
        backtest=BACKTEST.read(row.document),
        scope=scope,
        sequence=row.sequence,
        recorded_at=row.recorded_at,
        indexing=IndexingState(row.indexing),
    )


async def _insert_or_find(connection: AsyncConnection, arrivals: Sequence[BacktestRows]) -> Mapping[object, Row[Any]]:
    """What the archive holds under each card now, whoever put it there; a row of another connection is waited for.

    No conflict is named: where PostgreSQL is told of one unique index, two that insert the same run at the same moment
    meet at another, and one of them fails or both wait for each other.
    """
    # In one order, so that two batches never wait for each other.
    lacking = sorted((arrival.main for arrival in arrivals), key=lambda row: str(row["card_id"]))
    kept: dict[object, Row[Any]] = {}
    for _ in range(MOST_LOOKS):
        if not lacking:
            return kept
        kept |= {row.card_id: row for row in await connection.execute(_adding(connection.dialect.name), lacking)}
        for chunk in chunks([row["card_id"] for row in lacking if row["card_id"] not in kept]):
            kept |= {row.card_id: row for row in await connection.execute(_FINDING, {"cards": chunk})}
        # What another connection has stored and deleted in between is in neither.
        lacking = [row for row in lacking if row["card_id"] not in kept]
    raise StoreUnavailable("database", "others keep storing and deleting the same backtests")


@cache
def _adding(dialect: str) -> ReturningInsert[Any]:
    return upsert(dialect, backtests).on_conflict_do_nothing().returning(*_KEPT)


async def _insert_children(connection: AsyncConnection, arrivals: Sequence[BacktestRows]) -> None:
    children: tuple[tuple[Table, list[dict[str, object]]], ...] = (
        (backtest_documents, [arrival.document for arrival in arrivals]),
        (backtest_terms, [row for arrival in arrivals for row in arrival.terms]),
        (backtest_parameters, [row for arrival in arrivals for row in arrival.parameters]),
    )
    for table, rows in children:
        if rows:
            await connection.execute(_CHILDREN[table], rows)


def _task(rows: BacktestRows) -> TaskRow:
    return TaskRow(card_id=str(rows.main["card_id"]), user_id=str(rows.main["user_id"]), removal=False)


def _outcome(arrival: BacktestRows, kept: Row[Any]) -> RecordOutcome:
    if kept.sequence == arrival.main["sequence"]:
        return RecordOutcome.STORED
    same = kept.fingerprint == arrival.main["fingerprint"]
    return RecordOutcome.DUPLICATE if same else RecordOutcome.CONFLICT
