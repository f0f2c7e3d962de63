"""The stores that the settings ask for."""

from adapters.memory.stores import InMemoryStores
from adapters.memory.vector_store import InMemoryVectorStore
from application.ports.system import Ids
from entrypoints.parts import Stores, Vectors
from entrypoints.settings import Settings


def build_stores(settings: Settings, ids: Ids) -> Stores:
    """Every store of the database. Raises: ConfigurationError."""
    if settings.database_url == "memory:":
        return InMemoryStores(ids=ids)
    # Imported here: SQLAlchemy and its drivers are not loaded for a service that keeps nothing.
    from adapters.sql.stores import SqlStores

    return SqlStores(settings.database_url, ids=ids)


def build_vectors(settings: Settings) -> Vectors:
    """Where vectors are kept."""
    if settings.vector_store == "memory":
        return Vectors(store=InMemoryVectorStore())
    from adapters.chroma.vector_store import ChromaVectorStore

    return Vectors(store=ChromaVectorStore(settings.data_dir / "chroma"))
