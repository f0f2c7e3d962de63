"""The stores that the settings ask for."""

from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from adapters.memory.stores import InMemoryStores
from adapters.memory.vector_store import InMemoryVectorStore
from adapters.system.folder_size import size_of
from application.ports.system import Ids
from application.ports.vector_stores import OpenedStore
from domain.errors import Refused, Violation
from entrypoints.parts import Stores, Vectors
from entrypoints.settings import VECTOR_STORES, Settings


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


def opened(vectors: Vectors, settings: Settings) -> OpenedStore:
    """The started store as one that a space may be in; no password of its address goes along."""
    url = settings.vector_store_url
    shown = None if url is None or "@" in urlsplit(url).netloc else url
    return OpenedStore(store=vectors.store, identity=vectors.identity, kind=settings.vector_store, url=shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoresBySettings:
    """Opens other vector stores than the one of the settings, as if these had named them."""

    settings: Settings

    async def open(self, kind: str, url: str | None) -> OpenedStore:
        """A store of that kind, started. Raises: Refused, StoreUnavailable."""
        if kind not in VECTOR_STORES:
            raise Refused(Violation(field="store", message=f"must be one of {', '.join(VECTOR_STORES)}"))
        settings = replace(self.settings, vector_store=kind, vector_store_url=url)
        vectors = build_vectors(settings)
        await vectors.store.start()
        return opened(vectors, settings)

    async def size_bytes(self, kind: str) -> int | None:
        """What the folder of an embedded store takes."""
        folder = self._folder(kind)
        return None if folder is None else await size_of(folder)

    def _folder(self, kind: str) -> Path | None:
        return self.settings.data_dir / "chroma" if kind == "chroma" else None
