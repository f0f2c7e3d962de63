"""The ledger recomputed from its rows, in SQL, as it was at one moment."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Row, Select, case, func, or_, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.budget_rows import CounterKey, amount_in
from adapters.sql.database import Database
from adapters.sql.ledger_sum_audit import differing_sums
from adapters.sql.ledger_tables import budget_counters, budget_holds, usage_entries, usage_sums
from adapters.sql.usage_rows import BUCKETS
from domain.budget import BudgetUnit
from domain.ledger_audit import Checked, Difference, LedgerCheck, LedgerFindings
from domain.usage import UsageStatus

_rows, _holds, _counters = usage_entries.c, budget_holds.c, budget_counters.c
_KEY = CounterKey._fields
_COST = type_coerce(_rows.cost_usd, BigInteger)
_PENDING = _rows.status == UsageStatus.PENDING.value
_CAME_TO = case((_holds.unit == BudgetUnit.USD.value, _COST), else_=_rows.input_tokens + _rows.output_tokens)
_IMPOSSIBLE: dict[str, ColumnElement[bool]] = {
    "no bucket of tokens below 0": or_(*(_rows[name] < 0 for name in BUCKETS)),
    "a cost of 0 or more": _COST < 0,
    "cached and cache-write tokens within the input": _rows.cached_input_tokens + _rows.cache_write_tokens
    > _rows.input_tokens,
    "reasoning tokens within the output": _rows.reasoning_tokens > _rows.output_tokens,
}


class SqlLedgerAudit:
    """One snapshot of the database, read through."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def audit(self, *, most: int) -> LedgerFindings:
        """What is not as the rows say, at most so many of each check; see the port."""
        async with self._database.snapshot() as connection:
            differences = [
                *(await _wrong_counters(connection))[:most],
                *await _wrong_holds(connection, most),
                *await differing_sums(connection, most),
                *await _impossible_rows(connection, most),
            ]
            tables = (usage_entries, budget_holds, budget_counters, usage_sums)
            counts = [(await connection.execute(select(func.count()).select_from(t))).scalar_one() for t in tables]
        checked = Checked(rows=counts[0], holds=counts[1], counters=counts[2], sums=counts[3])
        return LedgerFindings(checked=checked, differences=tuple(differences))


async def _wrong_counters(connection: AsyncConnection) -> list[Difference]:
    key = [_holds[name] for name in _KEY]
    held = func.sum(case((_holds.spent.is_(None), _holds.amount), else_=0))
    summing = select(*key, func.coalesce(func.sum(_holds.spent), 0), held).group_by(*key)
    expected = {tuple(row[:5]): (int(row[5]), int(row[6])) for row in await connection.execute(summing)}
    found = select(*(_counters[name] for name in _KEY), _counters.spent, _counters.held, _counters.pruned)
    kept = {tuple(row[:5]): tuple(map(int, row[5:])) for row in await connection.execute(found)}
    return [
        difference
        for counter in sorted({*expected, *kept})
        for difference in _of_counter(counter, expected.get(counter, (0, 0)), kept.get(counter, (0, 0, 0)))
    ]


def _of_counter(counter: Sequence[Any], summed: tuple[int, int], kept: Sequence[int]) -> Iterator[Difference]:
    rule, unit, starts_at, ends_at, subject = counter
    whose = f" of {subject}" if subject else ""
    name = f"{rule}{whose} from {starts_at.isoformat()} to {ends_at.isoformat()}"
    (spent, held), (kept_spent, kept_held, pruned) = summed, kept
    for what, expected, found in (("spent", spent + pruned, kept_spent), ("held", held, kept_held)):
        if expected != found or found < 0 or pruned < 0:
            amounts = [f"{what} {_amount(unit, number)}" for number in (expected, found)]
            yield Difference(check=LedgerCheck.COUNTER, subject=name, expected=amounts[0], found=amounts[1])


async def _wrong_holds(connection: AsyncConnection, most: int) -> list[Difference]:
    """A hold is open where its row is pending, else spent what the row came to."""
    wrong = or_(
        _rows.entry_id.is_(None),
        _PENDING & _holds.spent.is_not(None),
        ~_PENDING & _holds.spent.is_(None),
        _holds.spent != _CAME_TO,
        _holds.amount < 0,
    )
    columns = (_holds.entry_id, _holds.position, _holds.rule, _holds.unit, _holds.amount, _holds.spent, _rows.status)
    joined = budget_holds.outerjoin(usage_entries, _rows.entry_id == _holds.entry_id)
    finding: Select[Any] = select(*columns, _CAME_TO.label("came_to")).select_from(joined).where(wrong)
    ordered = finding.order_by(_holds.entry_id, _holds.position).limit(most)
    return [_of_hold(row) for row in await connection.execute(ordered)]


def _of_hold(row: Row[Any]) -> Difference:
    found = "open" if row.spent is None else f"spent {_amount(row.unit, row.spent)}"
    if row.amount < 0:
        expected, found = "an amount of 0 or more", _amount(row.unit, row.amount)
    elif row.status is None:
        expected = "a row"
    elif row.status == UsageStatus.PENDING:
        expected = "open"
    else:
        expected = f"spent {_amount(row.unit, row.came_to)}"
    subject = f"{row.rule} of row {row.entry_id}"
    return Difference(check=LedgerCheck.HOLD, subject=subject, expected=expected, found=found)


def _amount(unit: str, number: int) -> str:
    return f"{amount_in(BudgetUnit(unit), int(number)):f} {unit}"


async def _impossible_rows(connection: AsyncConnection, most: int) -> list[Difference]:
    columns = (_rows.entry_id, *(_rows[name] for name in BUCKETS), _rows.cost_usd)
    found = []
    for expected, impossible in _IMPOSSIBLE.items():
        finding = select(*columns).where(impossible).order_by(_rows.entry_id).limit(most)
        for row in await connection.execute(finding):
            kept = ", ".join(f"{name} {getattr(row, name)}" for name in BUCKETS) + f", cost_usd {row.cost_usd:f}"
            subject = f"row {row.entry_id}"
            found.append(Difference(check=LedgerCheck.ROW, subject=subject, expected=expected, found=kept))
    return found[:most]
