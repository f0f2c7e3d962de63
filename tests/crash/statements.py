"""What a driver is about to run, whichever way it was asked: the points inside of transactions."""

import re
import sqlite3
from collections.abc import Callable
from typing import Any

from tests.crash.points import Point, Trap

OPENS = re.compile(r"insert\s+(or\s+\w+\s+)?into\s+\"?usage_entries\b", re.IGNORECASE)
SETTLES = re.compile(r"update\s+\"?usage_entries\b", re.IGNORECASE)
MAKES = re.compile(r"\s*(create|alter|drop)\s+(table|index|unique)", re.IGNORECASE)
COMMITS = re.compile(r"\s*commit\b", re.IGNORECASE)
BEGINS = re.compile(r"\s*(begin|rollback)\b", re.IGNORECASE)


class Statements:
    """Follows the transactions of every connection of this process, over SQLite and over asyncpg."""

    def __init__(self, trap: Trap) -> None:
        self._trap = trap
        self.sweeping = False

    def watch(self) -> None:
        """From now on, for connections that are made from now on."""
        self._watch_sqlite()
        self._watch_asyncpg()

    def of_a_connection(self) -> Callable[[str], None]:
        """Is to be told each statement of one connection before it runs."""
        touched: set[Point] = set()

        def about_to_run(statement: str) -> None:
            if BEGINS.match(statement):
                touched.clear()
            if MAKES.match(statement):
                self._trap.reached(Point.MIGRATING)
            if OPENS.search(statement):
                touched.add(Point.IN_OPEN)
            if SETTLES.search(statement):
                touched.add(Point.IN_SWEEP if self.sweeping else Point.IN_SETTLE)
            if COMMITS.match(statement):
                for point in touched:
                    self._trap.reached(point)
                touched.clear()

        return about_to_run

    def _watch_sqlite(self) -> None:
        connect = sqlite3.connect

        def connected(*arguments: Any, **named: Any) -> sqlite3.Connection:  # noqa: ANN401  # passed on as they are
            connection: sqlite3.Connection = connect(*arguments, **named)
            connection.set_trace_callback(self.of_a_connection())
            return connection

        sqlite3.connect = connected  # type: ignore[assignment]  # as it is called here

    def _watch_asyncpg(self) -> None:
        from asyncpg.connection import Connection  # noqa: PLC0415  # it is slow to import, and wanted only here
        from asyncpg.prepared_stmt import PreparedStatement  # noqa: PLC0415  # the same

        watches: dict[int, Callable[[str], None]] = {}

        def told(connection: object, statement: str) -> None:
            watches.setdefault(id(connection), self.of_a_connection())(statement)

        self._told_first(Connection, "execute", lambda owner, arguments: told(owner, arguments[0]))
        self._told_first(Connection, "_do_execute", lambda owner, arguments: told(owner, arguments[0]))
        prepared = "_PreparedStatement__do_execute"
        self._told_first(PreparedStatement, prepared, lambda owner, _: told(owner._connection, owner.get_query()))  # noqa: SLF001  # no public way

    def _told_first(self, owner: Any, name: str, tell: Callable[[Any, tuple[Any, ...]], None]) -> None:  # noqa: ANN401  # a class of asyncpg's
        run = getattr(owner, name)

        async def running(this: Any, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401  # passed on as they are
            tell(this, arguments)
            return await run(this, *arguments, **named)

        setattr(owner, name, running)
