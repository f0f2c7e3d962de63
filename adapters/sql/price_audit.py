"""The rows of the ledger reckoned again, in SQL: prices are whole numbers a token, so the database reckons exactly."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, func, or_, select, type_coerce

from adapters.sql.database import Database
from adapters.sql.ledger_tables import price_facts, usage_entries
from adapters.sql.price_book import fact_of
from adapters.sql.usage_rows import entry_of
from domain.catalogue import DIGEST_MARK
from domain.ledger_audit import Difference
from domain.price_fact import misreckoned
from domain.usage import UsageStatus

_rows, _facts = usage_entries.c, price_facts.c


def _a_token(name: str) -> ColumnElement[int]:
    return type_coerce(_facts[name], BigInteger)


_INPUT = _a_token("input_usd_per_mtok")
_COST: ColumnElement[Any] = (
    (_rows.input_tokens - _rows.cached_input_tokens - _rows.cache_write_tokens) * _INPUT
    + _rows.cached_input_tokens * func.coalesce(_a_token("cached_input_usd_per_mtok"), _INPUT)
    + _rows.cache_write_tokens * func.coalesce(_a_token("cache_write_usd_per_mtok"), _INPUT)
    + _rows.output_tokens * func.coalesce(_a_token("output_usd_per_mtok"), 0)
)
_NAMED = or_(
    _facts.version == _rows.price_version,
    and_(
        _rows.price_version.not_like(f"%{DIGEST_MARK}%"),
        _facts.version.startswith(_rows.price_version.concat(DIGEST_MARK)),
    ),
)
_RIGHT = (
    select(_facts.version)
    .where(_facts.model_id == _rows.model_id, _NAMED, type_coerce(_rows.cost_usd, BigInteger) == _COST)
    .correlate(usage_entries)
    .exists()
)
_WRONG = select(usage_entries).where(_rows.status != UsageStatus.CACHED.value, ~_RIGHT).order_by(_rows.entry_id)


class SqlPriceAudit:
    """One snapshot of the database, read through."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def misreckoned(self, *, most: int) -> Sequence[Difference]:
        """Rows whose cost is not that of their tokens; see the port."""
        async with self._database.snapshot() as connection:
            rows = (await connection.execute(_WRONG.limit(most))).all()
            facts = [fact_of(row) for row in await connection.execute(select(price_facts))]
        return [found for row in rows if (found := misreckoned(entry_of(row), facts)) is not None]
