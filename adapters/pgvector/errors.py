"""The one place where the failures of asyncpg become ours."""

from collections.abc import Iterator
from contextlib import contextmanager

from domain.errors import StoreUnavailable

PART = "vector store"
# The class of SQLSTATE that says a value does not fit, which waiting does not mend.
OUR_MISTAKES = ("22", "42")


@contextmanager
def pgvector_failures() -> Iterator[None]:
    """Inside, outages of the server are raised as StoreUnavailable; mistakes of ours stay as they are."""
    from asyncpg import InterfaceError, InternalClientError, PostgresError

    try:
        yield
    except PostgresError as error:
        if (error.sqlstate or "").startswith(OUR_MISTAKES):
            raise
        raise StoreUnavailable(PART, f"PostgreSQL fails: {_first_line(error)}") from error
    except (InterfaceError, InternalClientError) as error:
        raise StoreUnavailable(PART, f"PostgreSQL fails: {_first_line(error)}") from error
    except OSError as error:
        why = "it does not answer in time" if isinstance(error, TimeoutError) else error.strerror or _first_line(error)
        raise StoreUnavailable(PART, f"PostgreSQL cannot be reached: {why}") from error


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0]
