"""The stores that the settings ask for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from adapters.memory.stores import InMemoryStores
from adapters.memory.vector_store import InMemoryVectorStore
from adapters.system.folder_size import size_of
from application.ports.system import Ids
from application.ports.vector_stores import OpenedStore
from domain.errors import ConfigurationError, Refused, Violation
from domain.space import StoredSpace
from entrypoints.parts import StartedVectorStore, Stores, Vectors
from entrypoints.settings import Settings
from entrypoints.vector_settings import ACCEPTED, VECTOR_STORES, WEB, is_folder_of, is_no_place_of

WITHOUT_URL = ("chroma", "memory")


def build_stores(settings: Settings, ids: Ids) -> Stores:
    """Every store of the database. Raises: ConfigurationError."""
    if settings.database_url == "memory:":
        return InMemoryStores(ids=ids)
    # Imported here: SQLAlchemy and its drivers are not loaded for a service that keeps nothing.
    from adapters.sql.stores import SqlStores

    return SqlStores(settings.database_url, ids=ids)


def build_vectors(settings: Settings) -> Vectors:
    """Where vectors are kept. Raises: ConfigurationError."""
    return Vectors(store=_STORES[settings.vector_store](settings))


def _chroma(settings: Settings) -> StartedVectorStore:
    from adapters.chroma.vector_store import ChromaVectorStore

    return ChromaVectorStore(settings.data_dir / "chroma")


def _chroma_server(settings: Settings) -> StartedVectorStore:
    from adapters.chroma.server_store import ChromaServerVectorStore

    return ChromaServerVectorStore(settings.vector_store_url or "")


def _qdrant(settings: Settings) -> StartedVectorStore:
    try:
        from adapters.qdrant.vector_store import QdrantVectorStore
    except ImportError as error:
        message = "Qdrant needs a client that is not installed: pip install 'quantrail[qdrant]'"
        raise ConfigurationError(Violation(field="QUANTRAIL_VECTOR_STORE", message=message)) from error
    return QdrantVectorStore(settings.vector_store_url or "")


def _pgvector(settings: Settings) -> StartedVectorStore:
    from adapters.pgvector.vector_store import PgvectorVectorStore

    if settings.vector_store_url is None:
        return PgvectorVectorStore(settings.database_url, setting="QUANTRAIL_DATABASE_URL")
    return PgvectorVectorStore(settings.vector_store_url)


_STORES: Mapping[str, Callable[[Settings], StartedVectorStore]] = {
    "chroma": _chroma,
    "chroma-http": _chroma_server,
    "qdrant": _qdrant,
    "pgvector": _pgvector,
    "memory": lambda _: InMemoryVectorStore(),
}


def opened(vectors: Vectors, settings: Settings) -> OpenedStore:
    """The started store as one that a space may be in; no password of its address goes along."""
    url = _shown(settings.vector_store_url)
    return OpenedStore(store=vectors.store, identity=vectors.identity, kind=settings.vector_store, url=url)


def _shown(url: str | None) -> str | None:
    """The address, unless it holds a password: that is nothing to be written down."""
    try:
        parts = urlsplit(url or "")
        # Before an @ stands a key, or, for a database, a name that is no secret.
        secret = parts.username if parts.scheme in WEB else parts.password
    except ValueError:
        return None
    return None if secret or "password" in parts.query else url


def _folder(path: str) -> Path:
    return Path(path).expanduser()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoresBySettings:
    """Opens other vector stores than the one of the settings, as if these had named them."""

    settings: Settings

    async def open(self, kind: str, url: str | None) -> OpenedStore:
        """A store of that kind, started. Raises: Refused, StoreUnavailable."""
        if kind not in VECTOR_STORES:
            raise Refused(Violation(field="store", message=f"must be one of {', '.join(VECTOR_STORES)}"))
        if url is not None and kind in WITHOUT_URL:
            raise Refused(Violation(field="url", message=f"must be left out: {kind} has no address"))
        if is_no_place_of(kind, url or "", database_url=self.settings.database_url):
            raise Refused(Violation(field="url", message=f"must be {ACCEPTED[kind]}"))
        settings = replace(self.settings, vector_store=kind, vector_store_url=url)
        try:
            vectors = build_vectors(settings)
        except ConfigurationError as error:
            raise Refused(*error.violations) from error
        try:
            await vectors.store.start()
        except BaseException:
            await vectors.store.close()
            raise
        return opened(vectors, settings)

    def names(self, space: StoredSpace) -> bool:
        """Whether a start with these settings would ask the store that holds the space."""
        return space.kind == self.settings.vector_store and space.url == _shown(self.settings.vector_store_url)

    async def size_bytes(self, kind: str, url: str | None) -> int | None:
        """What the folder of an embedded store takes."""
        if kind == "chroma":
            return await size_of(self.settings.data_dir / "chroma")
        return await size_of(_folder(url)) if url is not None and is_folder_of(kind, url) else None
