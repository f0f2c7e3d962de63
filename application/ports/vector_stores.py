"""Vector stores by name, opened while the service runs."""

from dataclasses import dataclass
from typing import Protocol

from application.ports.probe import Probe
from application.ports.vector_store import VectorStore, VectorStoreUpkeep
from domain.space import StoredSpace


class WholeVectorStore(VectorStore, VectorStoreUpkeep, Probe, Protocol):
    """A vector store with all that is done to it."""

    async def close(self) -> None:
        """Nothing is held any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedStore:
    """A store that can be asked, and the identity of what it holds; what kind it is and where it runs."""

    store: WholeVectorStore
    identity: str
    kind: str
    url: str | None = None


class VectorStoreOpener(Protocol):
    """Makes stores of every kind that the settings know."""

    async def open(self, kind: str, url: str | None) -> OpenedStore:
        """A store of that kind, started. Raises: Refused for a kind or address that is none; StoreUnavailable."""


class StorePlaces(Protocol):
    """Where stores are, as the settings of this process know it."""

    def names(self, space: StoredSpace) -> bool:
        """Whether a start with these settings would ask the store that holds the space."""

    async def size_bytes(self, kind: str, url: str | None) -> int | None:
        """What such a store takes on this machine; None where it is not on it, or has no files."""
