"""Where a test has a vector store to itself, so that another process can be told of it."""

from dataclasses import dataclass
from pathlib import Path

from entrypoints.parts import StartedVectorStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The kind of a store, as the setting calls it, and its folder or URL."""

    kind: str
    where: str


def store_at(place: Place) -> StartedVectorStore:
    """A store on the place, not started yet; only its own adapter is imported."""
    if place.kind == "chroma":
        from adapters.chroma.vector_store import ChromaVectorStore  # noqa: PLC0415  # see above

        return ChromaVectorStore(Path(place.where))
    if place.kind == "chroma-http":
        from adapters.chroma.server_store import ChromaServerVectorStore  # noqa: PLC0415  # see above

        return ChromaServerVectorStore(place.where)
    if place.kind == "qdrant":
        from adapters.qdrant.vector_store import QdrantVectorStore  # noqa: PLC0415  # see above

        return QdrantVectorStore(place.where)
    from adapters.pgvector.vector_store import PgvectorVectorStore  # noqa: PLC0415  # see above

    return PgvectorVectorStore(place.where)
