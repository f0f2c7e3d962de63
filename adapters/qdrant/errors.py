"""The one place where Qdrant's failures become ours."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from domain.errors import StoreUnavailable

PART = "vector store"


@contextmanager
def qdrant_failures(where: str) -> Iterator[None]:
    """Inside, whatever the server or the folder at that place fails with is raised as StoreUnavailable."""
    from qdrant_client.http.exceptions import ApiException, ResponseHandlingException, UnexpectedResponse

    try:
        yield
    except ResponseHandlingException as error:
        why = str(error.source) or "it does not answer in time"
        raise StoreUnavailable(PART, f"Qdrant at {where} cannot be reached: {why}") from error
    except UnexpectedResponse as error:
        raise StoreUnavailable(PART, f"Qdrant at {where} fails: status {error.status_code}") from error
    except (ApiException, sqlite3.Error, OSError, ValueError) as error:
        raise StoreUnavailable(PART, f"Qdrant at {where} fails: {error}") from error
