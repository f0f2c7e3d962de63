"""Vectors that were paid for once, in SQL."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from adapters.sql.database import Database
from adapters.sql.statements import chunks, upsert
from adapters.sql.tables import embeddings
from domain.embedding import Vector
from domain.identity import UserScope


class SqlEmbeddingCache:
    """Vectors by user, model and content hash, four bytes a number."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, hashes: Sequence[str], *, model_id: str, scope: UserScope) -> dict[str, Vector]:
        """The vectors that are there, by hash. Raises: StoreUnavailable."""
        columns = embeddings.c
        mine = select(columns.hash, columns.vector).where(columns.user_id == scope.user_id)
        mine = mine.where(columns.model_id == model_id)
        found: dict[str, Vector] = {}
        async with self._database.read() as connection:
            for chunk in chunks(list(dict.fromkeys(hashes))):
                rows = await connection.execute(mine.where(columns.hash.in_(chunk)))
                found |= {row.hash: row.vector for row in rows}
        return found

    async def keep(self, vectors: Mapping[str, Vector], *, model_id: str, scope: UserScope) -> None:
        """The vectors are there from now on. Raises: StoreUnavailable."""
        # In one order, so that two processes never wait for each other.
        rows = [
            {"user_id": scope.user_id, "model_id": model_id, "hash": each, "vector": vectors[each]}
            for each in sorted(vectors)
        ]
        if not rows:
            return
        async with self._database.write() as connection:
            adding = upsert(connection, embeddings)
            latest = {"vector": adding.excluded.vector}
            same = ["user_id", "model_id", "hash"]
            await connection.execute(adding.on_conflict_do_update(index_elements=same, set_=latest), rows)
