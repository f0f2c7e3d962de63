"""Budget counters and holds as rows: locked in one order, changed through the domain, exact in the rule's own unit."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, and_, bindparam, insert, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.column_types import PICO_DOLLARS, amount_of, whole_units
from adapters.sql.statements import Insert, upsert
from adapters.sql.tables import budget_counters, budget_holds
from domain.budget import BudgetCounter, BudgetPeriod, BudgetRule, BudgetUnit, Hold, Window

UNITS: Mapping[BudgetUnit, int] = {BudgetUnit.USD: PICO_DOLLARS, BudgetUnit.TOKENS: 1}
# Any number will do as long as nothing else in the database locks by it.
CREATION_LOCK = 0x4255_4447_4554
# Made once: building a statement, and the key under which its SQL is kept, costs more than running it.
_HOLD = insert(budget_holds)
_HOLDS = select(budget_holds).where(budget_holds.c.entry_id == bindparam("wanted")).order_by(budget_holds.c.position)
_SPEND = update(budget_holds).where(
    budget_holds.c.entry_id == bindparam("wanted"), budget_holds.c.position == bindparam("place")
)


class CounterKey(NamedTuple):
    """What a counter counts. A rule whose unit or period was changed begins a new one."""

    rule: str
    unit: str
    starts_at: datetime
    ends_at: datetime
    subject: str


def key_of(counted: Hold | BudgetCounter) -> CounterKey:
    """The counter that a hold counts against, or a counter's own key."""
    window = counted.window
    return CounterKey(counted.rule.name, counted.rule.unit.value, window.starts_at, window.ends_at, counted.subject)


@cache
def _locking(count: int) -> Select[Any]:
    """The counters of so many keys; made once, since making it costs more than running it."""
    columns = budget_counters.c
    keys = [and_(*(columns[name] == bindparam(f"{name}_{i}") for name in CounterKey._fields)) for i in range(count)]
    # Everyone locks in this order, so two calls never wait for each other.
    in_order = (columns.rule, columns.unit, columns.starts_at, columns.ends_at, columns.subject)
    return select(budget_counters).where(or_(*keys)).order_by(*in_order).with_for_update()


@cache
def _storing(dialect: str) -> Insert:
    adding = upsert(dialect, budget_counters)
    changed = {"spent": adding.excluded.spent, "held": adding.excluded.held}
    return adding.on_conflict_do_update(index_elements=list(CounterKey._fields), set_=changed)


async def take_turn_to_create(connection: AsyncConnection) -> None:
    """Until the transaction ends nobody else creates counters, so that nobody waits for one that is just being made.

    SQLite has one writer anyway.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": CREATION_LOCK})


async def locked(connection: AsyncConnection, holds: Sequence[Hold]) -> dict[CounterKey, BudgetCounter]:
    """The counters of the holds that exist, ours until the transaction ends."""
    if not holds:
        return {}
    by_key = {key_of(hold): hold for hold in holds}
    values = {f"{name}_{i}": value for i, key in enumerate(by_key) for name, value in key._asdict().items()}
    rows = (await connection.execute(_locking(len(by_key)), values)).all()
    found = {CounterKey(*(getattr(row, name) for name in CounterKey._fields)): row for row in rows}
    return {key: counter_of(row, hold.rule, hold.window) for key, hold in by_key.items() if (row := found.get(key))}


async def store(connection: AsyncConnection, counters: Iterable[BudgetCounter]) -> None:
    """The counters are kept as they are now; whoever calls has them locked, or the turn to create."""
    rows = [key_of(c)._asdict() | {"spent": units(c.rule, c.spent), "held": units(c.rule, c.held)} for c in counters]
    if rows:
        await connection.execute(_storing(connection.dialect.name), rows)


async def hold(connection: AsyncConnection, entry_id: str, holds: Sequence[Hold]) -> None:
    """The holds of an entry are kept."""
    rows = [
        key_of(each)._asdict()
        | {"entry_id": entry_id, "position": position, "amount": units(each.rule, each.amount), "spent": None}
        for position, each in enumerate(holds)
    ]
    if rows:
        await connection.execute(_HOLD, rows)


async def holds_of(connection: AsyncConnection, entry_id: str) -> list[Hold]:
    """The holds of an entry, in the order they were made."""
    return [_hold(row) for row in await connection.execute(_HOLDS, {"wanted": entry_id})]


async def spend(connection: AsyncConnection, entry_id: str, spent: Sequence[tuple[Hold, Decimal]]) -> None:
    """What each hold of the entry came to is kept beside it."""
    for position, (each, amount) in enumerate(spent):
        values = {"wanted": entry_id, "place": position, "spent": units(each.rule, amount)}
        await connection.execute(_SPEND, values)


def units(rule: BudgetRule, amount: Decimal) -> int:
    """The amount in whole smallest units: pico-dollars, or tokens."""
    return whole_units(amount, UNITS[rule.unit])


def counter_of(row: Row[Any], rule: BudgetRule, window: Window) -> BudgetCounter:
    """What a row of `budget_counters` counts, under the rule as it is now."""
    spent, held = (amount_of(number, UNITS[rule.unit]) for number in (row.spent, row.held))
    return BudgetCounter(rule=rule, window=window, subject=row.subject, spent=spent, held=held)


def _hold(row: Row[Any]) -> Hold:
    # A hold is settled, not measured against its limit, so name and unit are all that is left of its rule.
    rule = BudgetRule(name=row.rule, unit=BudgetUnit(row.unit), limit=Decimal(0), period=BudgetPeriod.DAY)
    window = Window(starts_at=row.starts_at, ends_at=row.ends_at)
    return Hold(rule=rule, window=window, subject=row.subject, amount=amount_of(row.amount, UNITS[rule.unit]))
