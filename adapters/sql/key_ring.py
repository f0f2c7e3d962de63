"""Keys in SQL, by digest."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.audit_trail import note
from adapters.sql.database import Database
from adapters.sql.documents import API_KEY
from adapters.sql.revisions import bump
from adapters.sql.statements import cleaned, upsert
from adapters.sql.tables import api_keys
from domain.audit import AuditEntry
from domain.errors import NotFound
from domain.identity import ApiKey
from domain.revision import Watched

_FIND = select(api_keys.c.document).where(api_keys.c.digest == bindparam("wanted"))


class SqlKeyRing:
    """Keys as whole documents under their digest; each change and its audit row are one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, key: ApiKey, *, act: AuditEntry) -> None:
        """It is stored; where the same key is there already, as when two processes start at once, that one stays."""
        async with self._database.write() as connection:
            adding = upsert(connection, api_keys).values(_row(key)).on_conflict_do_nothing(index_elements=["digest"])
            if (await connection.execute(adding.returning(api_keys.c.key_id))).first() is not None:
                await note(connection, act)
                await bump(connection, Watched.KEYS)

    async def find(self, digest: str) -> ApiKey | None:
        """The key of that digest, revoked and expired ones too; None where there is none."""
        async with self._database.read() as connection:
            document = (await connection.execute(_FIND, {"wanted": cleaned(digest)})).scalar_one_or_none()
        return None if document is None else API_KEY.read(document)

    async def all(self) -> list[ApiKey]:
        """Every key, oldest first, revoked ones too."""
        oldest_first = select(api_keys.c.document).order_by(api_keys.c.created_at, api_keys.c.key_id)
        async with self._database.read() as connection:
            return [API_KEY.read(document) for document in (await connection.execute(oldest_first)).scalars()]

    async def revoke(self, key_id: str, *, at: datetime, act: AuditEntry) -> ApiKey:
        """The key, not valid from `at` on; an earlier end stays. Raises: NotFound."""
        async with self._database.write() as connection:
            key = await _end(connection, key_id, at)
            await note(connection, act)
            await bump(connection, Watched.KEYS)
        return key

    async def replace(self, key_id: str, *, by: ApiKey, at: datetime, acts: Sequence[AuditEntry]) -> None:
        """The new key is stored and the old one is not valid from `at` on, in one transaction. Raises: NotFound."""
        async with self._database.write() as connection:
            await _end(connection, key_id, at)
            await connection.execute(insert(api_keys), _row(by))
            for act in acts:
                await note(connection, act)
            await bump(connection, Watched.KEYS)

    async def digests(self) -> list[str]:
        """The digest of every key. Raises: StoreUnavailable."""
        async with self._database.read() as connection:
            return list((await connection.execute(select(api_keys.c.digest))).scalars())


def _row(key: ApiKey) -> Mapping[str, object]:
    return {
        "key_id": key.key_id,
        "digest": key.digest,
        "user_id": key.user_id,
        "created_at": key.created_at,
        "document": API_KEY.write(key),
    }


async def _end(connection: AsyncConnection, key_id: str, at: datetime) -> ApiKey:
    """The key, not valid from `at` on; an earlier end stays. Raises: NotFound."""
    one = api_keys.c.key_id == cleaned(key_id)
    wanted = select(api_keys.c.document).where(one).with_for_update()
    document = (await connection.execute(wanted)).scalar_one_or_none()
    if document is None:
        raise NotFound("key", key_id)
    key = API_KEY.read(document).revoked(at=at)
    await connection.execute(update(api_keys).where(one).values(document=API_KEY.write(key)))
    return key
