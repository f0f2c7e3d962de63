"""The stores that the settings ask for."""

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
from entrypoints.parts import Stores, Vectors
from entrypoints.settings import VECTOR_STORES, Settings

WITHOUT_URL = ("chroma", "memory")


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
    url = _shown(settings.vector_store_url)
    return OpenedStore(store=vectors.store, identity=vectors.identity, kind=settings.vector_store, url=url)


def _shown(url: str | None) -> str | None:
    """The address, unless it holds a password: that is nothing to be written down."""
    try:
        return None if url is None or "@" in urlsplit(url).netloc else url
    except ValueError:
        return None


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

    async def size_bytes(self, kind: str) -> int | None:
        """What the folder of an embedded store takes."""
        folder = self._folder(kind)
        return None if folder is None else await size_of(folder)

    def _folder(self, kind: str) -> Path | None:
        return self.settings.data_dir / "chroma" if kind == "chroma" else None
