"""The one place where Chroma's failures become ours."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from domain.errors import StoreUnavailable

PART = "vector store"


@contextmanager
def chroma_failures() -> Iterator[None]:
    """Inside, whatever Chroma, its SQLite or its folder fails with is raised as StoreUnavailable."""
    from chromadb.errors import ChromaError

    try:
        yield
    # ValueError is how its client says that it cannot reach the tenant of a folder.
    except (ChromaError, sqlite3.Error, OSError, ValueError) as error:
        raise StoreUnavailable(PART, f"Chroma fails: {error}") from error
