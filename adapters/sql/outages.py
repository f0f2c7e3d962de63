"""What the drivers raise, as failures of ours: the one translator of each."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from domain.errors import StoreUnavailable

# Transactions that got into each other's way: the same one may succeed when it is run again.
CONFLICTS = ("40001", "40P01")
# Classes of SQLSTATE that say the statement or its values are wrong, which waiting does not mend.
OUR_MISTAKES = ("22", "23", "42")


class TransactionConflict(Exception):
    """Another transaction was in the way, and nothing of this one is written."""


@contextmanager
def database_failures() -> Iterator[None]:
    """Outages of the database are StoreUnavailable; what only a mistake of ours can cause stays as it is."""
    try:
        yield
    except (IntegrityError, ProgrammingError):
        raise
    except DBAPIError as error:
        if _is_our_mistake(error):
            raise
        raise StoreUnavailable("database", _first_line(error.orig or error)) from error
    except PoolTimeout as error:
        raise StoreUnavailable("database", "every connection to it was busy for too long") from error
    except OSError as error:
        raise StoreUnavailable("database", _unreached(error)) from error


@contextmanager
def file_failures() -> Iterator[None]:
    """What SQLite itself raises where it is asked without a detour, in the same terms."""
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
        raise
    except (sqlite3.Error, OSError) as error:
        raise StoreUnavailable("database", _first_line(error)) from error


@contextmanager
def server_failures() -> Iterator[None]:
    """What asyncpg itself raises where it is asked without a detour, in the same terms."""
    from asyncpg import DataError, InterfaceError, InternalClientError, PostgresError

    try:
        yield
    except DataError:
        raise
    except PostgresError as error:
        state = error.sqlstate or ""
        if state in CONFLICTS:
            raise TransactionConflict from error
        if state.startswith(OUR_MISTAKES):
            raise
        raise StoreUnavailable("database", _first_line(error)) from error
    except (InterfaceError, InternalClientError) as error:
        raise StoreUnavailable("database", _first_line(error) or "it did not answer in time") from error
    except OSError as error:
        raise StoreUnavailable("database", _unreached(error)) from error


def _unreached(error: OSError) -> str:
    """What an operator can act on: which file of a socket is missing says less than that nobody is there."""
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    return f"it cannot be reached: {error.strerror or _first_line(error)}"


def _is_our_mistake(error: DBAPIError) -> bool:
    cause = error.orig.__cause__ if error.orig else None
    # asyncpg calls a value that does not fit its column an interface error, and a ValueError.
    return (getattr(error.orig, "sqlstate", None) or "").startswith(OUR_MISTAKES) or isinstance(cause, ValueError)


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0]
