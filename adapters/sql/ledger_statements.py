"""What a batch of the ledger reads and writes, said once, and how SQLite is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from sqlalchemy import Select, Table, and_, bindparam, func, insert, literal_column, select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.elements import ClauseElement

from adapters.sql.budget_rows import CounterKey
from adapters.sql.ledger_batch import KEPT_OF_ENTRY, KEPT_OF_HOLD
from adapters.sql.ledger_tables import budget_counters, budget_holds, usage_entries, usage_sums
from adapters.sql.rollups import KEY, SUMMED
from adapters.sql.statements import Insert, upsert
from adapters.sql.usage_rows import BUCKETS, PLAIN
from adapters.sql.worded import Worded

_FINAL = (*BUCKETS, "estimated", "status", "cost_usd", "saved_cost_usd", "latency_ms", "reason", "settled_at")


class How(Enum):
    """What a part of a batch does to its rows."""

    ADD = auto()
    CHANGE = auto()
    REPLACE = auto()
    INCREASE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Rows of one table that a batch writes: by `key`, the columns `values`."""

    table: Table
    how: How
    key: tuple[str, ...]
    values: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Every column that a row of it has."""
        return (*self.key, *self.values)

    def on_conflict(self, adding: Insert) -> Insert:
        """The same insertion, which changes a row that is there."""
        columns, new = self.table.c, adding.excluded
        changed = {name: new[name] if self.how is How.REPLACE else columns[name] + new[name] for name in self.values}
        return adding.on_conflict_do_update(index_elements=list(self.key), set_=changed)


_OF_ENTRY = tuple(name for name in PLAIN if name != "entry_id")
# In this order, rows before counters before sums; ledger_batch.py names them the same.
PARTS: Mapping[str, Part] = {
    "opened": Part(
        table=usage_entries, how=How.ADD, key=("entry_id",), values=(*_OF_ENTRY, *BUCKETS, "estimated", "status")
    ),
    "holds": Part(
        table=budget_holds, how=How.ADD, key=("entry_id", "position"), values=(*CounterKey._fields, "amount")
    ),
    "finished": Part(table=usage_entries, how=How.CHANGE, key=("entry_id",), values=_FINAL),
    "spent": Part(table=budget_holds, how=How.CHANGE, key=("entry_id", "position"), values=("spent",)),
    "counters": Part(table=budget_counters, how=How.REPLACE, key=CounterKey._fields, values=("spent", "held")),
    "sums": Part(table=usage_sums, how=How.INCREASE, key=KEY, values=SUMMED),
}
COUNTER_COLUMNS = tuple(budget_counters.c[name] for name in (*CounterKey._fields, "spent", "held"))


def kept_rows() -> Select[tuple[object, ...]]:
    """Rows to settle with their holds, those of a row in order; which ones is for the engine to say."""
    holds = usage_entries.outerjoin(budget_holds, budget_holds.c.entry_id == usage_entries.c.entry_id)
    columns = [usage_entries.c[name] for name in KEPT_OF_ENTRY] + [budget_holds.c[name] for name in KEPT_OF_HOLD]
    return select(*columns).select_from(holds).order_by(usage_entries.c.entry_id, budget_holds.c.position)


def _kept() -> ClauseElement:
    wanted = func.json_each(bindparam("wanted")).table_valued("value")
    return kept_rows().where(usage_entries.c.entry_id.in_(select(wanted.c.value)))


def _counters() -> ClauseElement:
    keys = func.json_each(bindparam("keys")).table_valued("value")
    members = [func.json_extract(keys.c.value, literal_column(f"'$[{n}]'")) for n in range(len(CounterKey._fields))]
    matching = (budget_counters.c[name] == part for name, part in zip(CounterKey._fields, members, strict=True))
    return select(*COUNTER_COLUMNS).join_from(keys, budget_counters, and_(*matching))


def _worded(part: Part) -> Worded:
    statement: ClauseElement
    if part.how is How.ADD:
        statement = insert(part.table)
    elif part.how is How.CHANGE:
        statement = update(part.table).where(and_(*(part.table.c[name] == bindparam(name) for name in part.key)))
    else:
        statement = part.on_conflict(upsert("sqlite", part.table))
    names = part.values if part.how is How.CHANGE else part.names
    return Worded(statement, sqlite.dialect(), names)


SQLITE_KEPT = Worded(_kept(), sqlite.dialect())
SQLITE_COUNTERS = Worded(_counters(), sqlite.dialect())
SQLITE_PARTS = {name: _worded(part) for name, part in PARTS.items()}
