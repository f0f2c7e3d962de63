"""The stores that the settings ask for."""

from collections.abc import Callable, Mapping

from adapters.memory.stores import InMemoryStores
from adapters.memory.vector_store import InMemoryVectorStore
from application.ports.system import Ids
from domain.errors import ConfigurationError, Violation
from entrypoints.parts import StartedVectorStore, Stores, Vectors
from entrypoints.settings import Settings


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
