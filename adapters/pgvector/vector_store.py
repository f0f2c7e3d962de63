"""Vectors in PostgreSQL with pgvector, compared exactly, beside the tables of the service or in a database apart."""

import hashlib
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from adapters.pgvector import statements
from adapters.pgvector.errors import PART, pgvector_failures
from adapters.pgvector.wire import decoded, encoded
from domain.embedding import (
    Card,
    Neighbour,
    Vector,
    nearest_first,
    of_length_one,
    refuse_misfit_query,
    refuse_misfits,
    similarity_of,
)
from domain.errors import ConfigurationError, StoreUnavailable, Violation
from domain.identity import UserScope

CONNECTIONS = 8
CONNECT_TIMEOUT_SECONDS = 5
COMMAND_TIMEOUT_SECONDS = 60
BOUNDARY = 3e-5
"""More than rounding to 5 decimals and summing in 32 bits can move a similarity."""
CARDS_AT_ONCE = 5_000


class PgvectorVectorStore:
    """The cards of every user in one table of the database under a URL, `postgresql://…`.

    Raises: ConfigurationError, naming `setting`, where asyncpg is not installed.
    """

    def __init__(self, url: str, *, setting: str = "QUANTRAIL_VECTOR_STORE_URL") -> None:
        try:
            import asyncpg
        except ImportError as error:
            message = "pgvector needs a driver that is not installed: pip install 'quantrail[postgres]'"
            raise ConfigurationError(Violation(field=setting, message=message)) from error
        self._asyncpg = asyncpg
        self._url, self._setting = url, setting
        self._pool: Any = None
        self._mark = ""

    @property
    def identity(self) -> str:
        """The name of what is stored, once it was started."""
        return f"pgvector-{self._mark}"

    async def start(self) -> None:
        """The tables are there, made where there were none.

        Raises: StoreUnavailable; ConfigurationError where the server has no pgvector.
        """
        with pgvector_failures():
            connection = await self._asyncpg.connect(self._url, timeout=CONNECT_TIMEOUT_SECONDS)
            try:
                schema = await self._prepare(connection)
            finally:
                await connection.close()
            self._pool = await self._opened(schema)

    async def close(self) -> None:
        """No connection is open any more; every later call raises StoreUnavailable. Closing twice is fine."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.close()

    async def check(self) -> str:
        """What it is, where it answers. Raises: StoreUnavailable."""
        async with self._connection() as connection:
            await connection.execute("SELECT 1")
        return "pgvector"

    async def upsert(self, cards: Sequence[Card], *, scope: UserScope, space: str) -> None:
        """Every card stored, in one transaction; the call is refused as a whole where a vector does not fit."""
        if not cards:
            return
        latest = {card.card_id: card for card in cards}
        async with self._connection() as connection, connection.transaction():
            # Who comes second sees the size that the first one brought.
            await connection.execute(statements.LOCK, _number_of(space, scope.user_id))
            refuse_misfits(cards, dimensions=await self._dimensions(connection, scope, space))
            for page in _pages(list(latest.values())):
                vectors = [encoded(of_length_one(card.vector)) for card in page]
                ids = [card.card_id for card in page]
                await connection.execute(statements.UPSERT, space, scope.user_id, ids, vectors)

    async def search(
        self, query: Vector, *, scope: UserScope, space: str, top_k: int, among: frozenset[str] | None = None
    ) -> list[Neighbour]:
        """The nearest cards inside `scope`, by an exact scan; the last digits are reckoned here, as everywhere."""
        refuse_misfit_query(query, dimensions=None)
        async with self._connection() as connection:
            refuse_misfit_query(query, dimensions=await self._dimensions(connection, scope, space))
            if top_k < 1 or among == frozenset():
                return []
            point = of_length_one(query)
            given = [space, scope.user_id, encoded(point), top_k, BOUNDARY]
            narrowed = statements.NEAREST.format(among="" if among is None else statements.AMONG)
            rows = await connection.fetch(narrowed, *given, *([] if among is None else [list(among)]))
        found = (Neighbour(card_id=card_id, similarity=similarity_of(point, vector)) for card_id, vector in rows)
        return nearest_first(found, top_k)

    async def delete(self, card_ids: Sequence[str], *, scope: UserScope, space: str) -> None:
        """None of the ids is stored any more."""
        async with self._connection() as connection:
            await connection.execute(statements.DELETE, space, scope.user_id, list(card_ids))

    async def count(self, *, scope: UserScope, space: str) -> int:
        """How many cards the scope holds."""
        return int(await self._value(statements.COUNT, space, scope.user_id))

    async def card_ids(self, *, scope: UserScope, space: str) -> frozenset[str]:
        """Every card that the scope holds."""
        async with self._connection() as connection:
            rows = await connection.fetch(statements.CARD_IDS, space, scope.user_id)
        return frozenset(card_id for (card_id,) in rows)

    async def total(self, *, space: str) -> int:
        """How many cards all users together hold in the space."""
        return int(await self._value(statements.TOTAL, space))

    async def drop(self, *, space: str) -> None:
        """Nothing of the space is there any more, for any user."""
        async with self._connection() as connection:
            await connection.execute(statements.DROP, space)

    async def erase(self, *, scope: UserScope) -> None:
        """Nothing of the user is there any more, dead rows included."""
        async with self._connection() as connection:
            await connection.execute(statements.ERASE, scope.user_id)
            await connection.execute(statements.VACUUM)

    async def _prepare(self, connection: Any) -> str:  # noqa: ANN401  # asyncpg has no types
        """The schema in which the type is."""
        try:
            async with connection.transaction():
                await connection.execute(statements.LOCK, _number_of("quantrail", "vector store"))
                await connection.execute(statements.PREPARE)
                await connection.execute(statements.MARK, secrets.token_hex(8))
        except (self._asyncpg.FeatureNotSupportedError, self._asyncpg.UndefinedFileError) as error:
            raise self._refusal("has no pgvector: install the extension `vector` on its server") from error
        except self._asyncpg.InsufficientPrivilegeError as error:
            raise self._refusal(f"does not let this user prepare it: {error}") from error
        self._mark = await connection.fetchval(statements.READ_MARK)
        return str(await connection.fetchval(statements.WHERE_THE_TYPE_IS))

    def _refusal(self, why: str) -> ConfigurationError:
        return ConfigurationError(Violation(field=self._setting, message=f"the database {why}"))

    async def _opened(self, schema: str) -> Any:  # noqa: ANN401  # asyncpg has no types
        async def prepared(connection: Any) -> None:  # noqa: ANN401  # asyncpg has no types
            # Given encoded already: of an array of vectors the driver would make an array of arrays.
            await connection.set_type_codec("vector", schema=schema, encoder=bytes, decoder=decoded, format="binary")

        return await self._asyncpg.create_pool(
            self._url,
            min_size=0,
            max_size=CONNECTIONS,
            timeout=CONNECT_TIMEOUT_SECONDS,
            command_timeout=COMMAND_TIMEOUT_SECONDS,
            init=prepared,
        )

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Any]:
        if self._pool is None:
            raise StoreUnavailable(PART, "pgvector is not open")
        with pgvector_failures():
            async with self._pool.acquire() as connection:
                yield connection

    async def _value(self, statement: str, *given: str) -> Any:  # noqa: ANN401  # asyncpg has no types
        async with self._connection() as connection:
            return await connection.fetchval(statement, *given)

    async def _dimensions(self, connection: Any, scope: UserScope, space: str) -> int | None:  # noqa: ANN401  # asyncpg has no types
        size: int | None = await connection.fetchval(statements.DIMENSIONS, space, scope.user_id)
        return size


def _pages(cards: Sequence[Card]) -> list[Sequence[Card]]:
    return [cards[start : start + CARDS_AT_ONCE] for start in range(0, len(cards), CARDS_AT_ONCE)]


def _number_of(*names: str) -> int:
    """A number of 64 bits for a lock: names that share one by chance wait for each other, and that is all."""
    digest = hashlib.sha256("\0".join(names).encode()).digest()
    return int.from_bytes(digest[:8], signed=True)
