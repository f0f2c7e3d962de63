"""The statements of a batch of the ledger, in the words of each engine."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    Dialect,
    Select,
    String,
    and_,
    any_,
    bindparam,
    cast,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.selectable import TableValuedAlias

from adapters.sql.budget_rows import CounterKey
from adapters.sql.ledger_batch import KEPT_OF_ENTRY, KEPT_OF_HOLD
from adapters.sql.rollups import KEY, SUMMED
from adapters.sql.statements import upsert
from adapters.sql.tables import budget_counters, budget_holds, usage_entries, usage_sums
from adapters.sql.usage_rows import BUCKETS, PLAIN
from adapters.sql.worded import Worded

_KEYS = (str, str, int, int, str)


class LedgerStatements:
    """What a batch asks and writes, as text."""

    def __init__(self, dialect: Dialect) -> None:
        self._on_sqlite = dialect.name == "sqlite"
        self.kept = Worded(self._kept(), dialect)
        self.counters = Worded(self._counters(), dialect)
        self.open = Worded(insert(usage_entries), dialect, (*PLAIN, *BUCKETS, "estimated", "status"))
        self.hold = Worded(insert(budget_holds), dialect, ("entry_id", "position", *CounterKey._fields, "amount"))
        entry: BindParameter[str] = bindparam("wanted")
        place: BindParameter[int] = bindparam("place")
        changed = (*BUCKETS, "estimated", "status", "cost_usd", "saved_cost_usd", "latency_ms", "reason", "settled_at")
        self.finish = Worded(update(usage_entries).where(usage_entries.c.entry_id == entry), dialect, changed)
        ours = (budget_holds.c.entry_id == entry) & (budget_holds.c.position == place)
        self.spend = Worded(update(budget_holds).where(ours), dialect, ("spent",))
        counting = upsert(dialect.name, budget_counters)
        counted = {name: counting.excluded[name] for name in ("spent", "held")}
        self.count = Worded(
            counting.on_conflict_do_update(index_elements=list(CounterKey._fields), set_=counted),
            dialect,
            (*CounterKey._fields, "spent", "held"),
        )
        adding = upsert(dialect.name, usage_sums)
        summed = {name: usage_sums.c[name] + adding.excluded[name] for name in SUMMED}
        self.add = Worded(adding.on_conflict_do_update(index_elements=list(KEY), set_=summed), dialect, (*KEY, *SUMMED))

    def _kept(self) -> Select[tuple[object, ...]]:
        holds = usage_entries.outerjoin(budget_holds, budget_holds.c.entry_id == usage_entries.c.entry_id)
        columns = [usage_entries.c[name] for name in KEPT_OF_ENTRY] + [budget_holds.c[name] for name in KEPT_OF_HOLD]
        kept = select(*columns).select_from(holds).order_by(usage_entries.c.entry_id, budget_holds.c.position)
        if self._on_sqlite:
            wanted = func.json_each(bindparam("wanted")).table_valued("value")
            return kept.where(usage_entries.c.entry_id.in_(select(wanted.c.value)))
        mine = usage_entries.c.entry_id == any_(cast(bindparam("wanted"), ARRAY(String)))
        # Whoever comes second waits for the first one's end, and finds the row final.
        return kept.where(mine).with_for_update(of=usage_entries)

    def _counters(self) -> Select[tuple[object, ...]]:
        columns = [budget_counters.c[name] for name in CounterKey._fields]
        if self._on_sqlite:
            each = func.json_each(bindparam("keys")).table_valued("value")
            parts = [func.json_extract(each.c.value, literal_column(f"'$[{n}]'")) for n in range(len(columns))]
            matching = and_(*(column == part for column, part in zip(columns, parts, strict=True)))
            return select(*columns, budget_counters.c.spent, budget_counters.c.held).join_from(
                each, budget_counters, matching
            )
        keys = _arrays()
        matching = and_(*(column == keys.c[column.name] for column in columns))
        counters = select(*columns, budget_counters.c.spent, budget_counters.c.held)
        # Everyone locks in this order, so two batches never wait for each other.
        return (
            counters.join_from(budget_counters, keys, matching).order_by(*columns).with_for_update(of=budget_counters)
        )


def _arrays() -> TableValuedAlias:
    """The members of several keys, an array each."""
    types = [String if kind is str else BigInteger for kind in _KEYS]
    arrays = [cast(bindparam(name), ARRAY(of)) for name, of in zip(CounterKey._fields, types, strict=True)]
    return func.unnest(*arrays).table_valued(*CounterKey._fields).render_derived()


SQLITE = LedgerStatements(sqlite.dialect())
