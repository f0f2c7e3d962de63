"""How PostgreSQL is told what a batch of the ledger reads and writes."""

from functools import cache

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    Dialect,
    String,
    and_,
    any_,
    bindparam,
    cast,
    column,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import TableValuedAlias

from adapters.sql.budget_rows import CounterKey
from adapters.sql.ledger_statements import COUNTER_COLUMNS, PARTS, How, Part, kept_rows
from adapters.sql.ledger_tables import budget_counters, usage_entries
from adapters.sql.statements import upsert
from adapters.sql.worded import Worded


@cache
def _dialect() -> Dialect:
    from sqlalchemy.dialects.postgresql.asyncpg import dialect

    return dialect()  # type: ignore[no-untyped-call]  # as it is there


@cache
def kept_statement() -> Worded:
    """Rows to settle, locked: whoever comes second waits for the first one's end, and finds the row final."""
    wanted = usage_entries.c.entry_id == any_(cast(bindparam("wanted"), ARRAY(String)))
    return Worded(kept_rows().where(wanted).with_for_update(of=usage_entries), _dialect())


@cache
def counters_statement() -> Worded:
    """The counters of several keys, locked in one order, so that two batches never wait for each other."""
    types = [String if name in ("rule", "unit", "subject") else BigInteger for name in CounterKey._fields]
    arrays = [cast(bindparam(name), ARRAY(of)) for name, of in zip(CounterKey._fields, types, strict=True)]
    keys = func.unnest(*arrays).table_valued(*CounterKey._fields).render_derived()
    matching = and_(*(budget_counters.c[name] == keys.c[name] for name in CounterKey._fields))
    counters = select(*COUNTER_COLUMNS).join_from(budget_counters, keys, matching)
    in_order = counters.order_by(*(budget_counters.c[name] for name in CounterKey._fields))
    return Worded(in_order.with_for_update(of=budget_counters), _dialect())


@cache
def writing_statement(parts: tuple[str, ...]) -> Worded:
    """Those parts of a batch in one statement; the rows of each are a JSON document."""
    writing = (_writing(name, PARTS[name]).cte(f"{name}_written") for name in parts)
    return Worded(select(literal_column("1")).add_cte(*writing), _dialect())


def _writing(name: str, part: Part) -> UpdateBase:
    rows = _rows(name, part)
    if part.how is How.CHANGE:
        ours = and_(*(part.table.c[key] == rows.c[key] for key in part.key))
        return update(part.table).where(ours).values({value: rows.c[value] for value in part.values})
    if part.how is How.ADD:
        return insert(part.table).from_select(part.names, select(*rows.c))
    in_order = select(*rows.c).order_by(*(rows.c[key] for key in part.key))
    return part.on_conflict(upsert("postgresql", part.table).from_select(list(part.names), in_order))


def _rows(name: str, part: Part) -> TableValuedAlias:
    typed = [column(each, part.table.c[each].type) for each in part.names]
    document = cast(bindparam(name), JSON)
    return func.json_to_recordset(document).table_valued(*typed, name=name).render_derived(with_types=True)
