"""Every price that was in force, in SQL."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select

from adapters.sql.database import Database
from adapters.sql.ledger_tables import price_facts
from adapters.sql.statements import cleaned, upsert
from domain.catalogue import TokenPrice
from domain.errors import NotFound
from domain.price_fact import PriceFact

MEMBERS = (
    "valid_from", "source", "input_usd_per_mtok", "cached_input_usd_per_mtok", "cache_write_usd_per_mtok",
    "output_usd_per_mtok",
)  # fmt: skip
_FIND = select(price_facts).where(
    price_facts.c.model_id == bindparam("model"), price_facts.c.version == bindparam("wanted")
)


class SqlPriceBook:
    """A row a fact, never changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, facts: Sequence[PriceFact]) -> None:
        """All of them are in the book. Raises: StoreUnavailable."""
        # In one order, so that two processes that start together never wait for each other.
        rows = sorted((_row(fact) for fact in facts), key=lambda row: (str(row["model_id"]), str(row["version"])))
        if not rows:
            return
        async with self._database.write() as connection:
            adding = upsert(connection, price_facts)
            await connection.execute(adding.on_conflict_do_nothing(index_elements=["model_id", "version"]), rows)

    async def of(self, model_id: str, version: str) -> TokenPrice:
        """The model's price of that version. Raises: NotFound, StoreUnavailable."""
        wanted = {"model": cleaned(model_id), "wanted": cleaned(version)}
        async with self._database.read() as connection:
            row = (await connection.execute(_FIND, wanted)).first()
        if row is None:
            raise NotFound("price", f"{model_id} {version}")
        return _price(row)

    async def all(self) -> list[PriceFact]:
        """Every fact, by model, then by version. Raises: StoreUnavailable."""
        in_order = select(price_facts).order_by(price_facts.c.model_id, price_facts.c.version)
        async with self._database.read() as connection:
            return [fact_of(row) for row in await connection.execute(in_order)]


def fact_of(row: Row[Any]) -> PriceFact:
    """The fact that a row keeps."""
    return PriceFact(model_id=row.model_id, price=_price(row))


def _row(fact: PriceFact) -> dict[str, object]:
    members = {name: getattr(fact.price, name) for name in MEMBERS}
    return {"model_id": fact.model_id, "version": fact.price.version, **members}


def _price(row: Row[Any]) -> TokenPrice:
    return TokenPrice(**{name: getattr(row, name) for name in MEMBERS})
