"""The ledger recomputed from its rows, in SQL, as it was at one moment."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Row, Select, case, func, literal_column, or_, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.budget_rows import CounterKey, amount_in
from adapters.sql.database import Database
from adapters.sql.ledger_sum_audit import differing_sums
from adapters.sql.ledger_tables import budget_counters, budget_holds, price_facts, usage_entries, usage_sums
from adapters.sql.usage_rows import BUCKETS
from domain.budget import BudgetUnit
from domain.ledger_audit import Checked, Difference, LedgerCheck, LedgerFindings, Uncharged
from domain.usage import TokenUsage, UsageStatus

_rows, _holds, _counters = usage_entries.c, budget_holds.c, budget_counters.c
_KEY = CounterKey._fields
_COST = type_coerce(_rows.cost_usd, BigInteger)
_PENDING = _rows.status == UsageStatus.PENDING.value
_CAME_TO = case((_holds.unit == BudgetUnit.USD.value, _COST), else_=_rows.input_tokens + _rows.output_tokens)
_ITS_PRICE = (price_facts.c.model_id == _rows.model_id) & (price_facts.c.version == _rows.price_version)
_BASE, _CACHED, _WRITTEN, _OUTPUT = (
    type_coerce(price_facts.c[f"{name}_usd_per_mtok"], BigInteger)
    for name in ("input", "cached_input", "cache_write", "output")
)
# Prices are whole pico-dollars a token, so this is exact; a bucket without a price of its own costs what input costs.
_RECKONED = (
    (_rows.input_tokens - _rows.cached_input_tokens - _rows.cache_write_tokens) * _BASE
    + _rows.cached_input_tokens * func.coalesce(_CACHED, _BASE)
    + _rows.cache_write_tokens * func.coalesce(_WRITTEN, _BASE)
    + _rows.output_tokens * func.coalesce(_OUTPUT, literal_column("0"))
)
# A cached answer was not asked of any provider.
_NOTHING_TO_PAY = (UsageStatus.PENDING.value, UsageStatus.CACHED.value)
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
                *await _wrong_prices(connection, most),
            ]
            tables = (usage_entries, budget_holds, budget_counters, usage_sums)
            counts = [(await connection.execute(select(func.count()).select_from(t))).scalar_one() for t in tables]
            uncharged = await _uncharged(connection)
        checked = Checked(rows=counts[0], holds=counts[1], counters=counts[2], sums=counts[3])
        return LedgerFindings(checked=checked, differences=tuple(differences), uncharged=uncharged)


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


async def _wrong_prices(connection: AsyncConnection, most: int) -> list[Difference]:
    """Rows that do not cost what the price they name says. A cached answer costs nothing at any price."""
    wrong = (_COST != _RECKONED, _rows.status != UsageStatus.CACHED.value)
    columns = (_rows.entry_id, _rows.model_id, _rows.price_version, _COST.label("cost"), _RECKONED.label("reckoned"))
    finding: Select[Any] = select(*columns).join_from(usage_entries, price_facts, _ITS_PRICE).where(*wrong)
    return [
        Difference(
            check=LedgerCheck.PRICE,
            subject=f"row {row.entry_id}, {row.model_id} at {row.price_version}",
            expected=_amount(BudgetUnit.USD, row.reckoned),
            found=_amount(BudgetUnit.USD, row.cost),
        )
        for row in await connection.execute(finding.order_by(_rows.entry_id).limit(most))
    ]


async def _uncharged(connection: AsyncConnection) -> tuple[Uncharged, ...]:
    """Those whose price is not kept here: the others were reckoned again."""
    tokens = [func.sum(_rows[name]).label(name) for name in BUCKETS]
    of = (_rows.model_id, _rows.price_version)
    counted = select(*of, func.count().label("rows"), func.min(_rows.entry_id).label("example"), *tokens)
    free = (_COST == 0) & (_rows.input_tokens + _rows.output_tokens > 0) & _rows.status.not_in(_NOTHING_TO_PAY)
    unknown = ~select(price_facts.c.version).where(_ITS_PRICE).exists()
    groups = await connection.execute(counted.where(free, unknown).group_by(*of).order_by(*of))
    return tuple(map(_of_price, groups))


def _of_price(row: Row[Any]) -> Uncharged:
    tokens: dict[str, Any] = {name: int(getattr(row, name)) for name in BUCKETS}
    return Uncharged(
        model_id=row.model_id,
        price_version=row.price_version,
        rows=row.rows,
        example=row.example,
        usage=TokenUsage(**tokens),
    )
