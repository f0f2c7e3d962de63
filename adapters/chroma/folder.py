"""The folder of an embedded Chroma: one owner at a time, and nothing left in it of what was dropped.

Measured on Chroma 1.5.9: after a collection was dropped its ids are found in `chroma.sqlite3` until VACUUM, and the
folder of its HNSW index stays for ever. A new collection's `length.bin` is written from memory that nobody filled: 400
bytes of whatever lay there, which was seen to be a user's words.
"""

import fcntl
import secrets
import shutil
import sqlite3
import struct
from contextlib import closing
from pathlib import Path
from typing import TextIO
from uuid import UUID

from adapters.chroma.errors import PART
from domain.errors import StoreUnavailable

LOCK_NAME, MARK_NAME = "owner.lock", "identity"
DATABASE = "chroma.sqlite3"
HEADER = struct.Struct("<iQQQ")
"""How `header.bin` begins: version, an offset, how many elements there is room for, how many there are."""
LENGTH_BYTES = 4


class ChromaFolder:
    """A second owner would find its records by id and not by search, and break filtered queries of both."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.mark = ""
        self._lock: TextIO | None = None

    def own(self) -> None:
        """It is this object's, made where there was none; a crash gives it back. Raises: StoreUnavailable, OSError."""
        self.path.mkdir(parents=True, exist_ok=True)
        lock = (self.path / LOCK_NAME).open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise StoreUnavailable(PART, f"the folder {self.path} is in use by another process") from None
        self._lock = lock
        self.mark = self._marked()
        self.blank()

    def leave(self) -> None:
        """Another may own it."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def scrub(self) -> None:
        """Nothing is left of what is no longer in a collection. Nobody may be writing meanwhile."""
        with closing(sqlite3.connect(self.path / DATABASE, isolation_level=None)) as database:
            database.execute("VACUUM")
            # A no-op without a write-ahead log, and Chroma has none today.
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.clear()

    def clear(self) -> None:
        """The folders of indexes that belong to no collection any more are gone; all others stay."""
        with closing(sqlite3.connect(self.path / DATABASE)) as database:
            used = {str(UUID(segment)) for (segment,) in database.execute("SELECT id FROM segments")}
        for path in self.path.iterdir():
            if path.is_dir() and _is_segment(path.name) and path.name not in used:
                shutil.rmtree(path)

    def blank(self) -> None:
        """What indexes have room for, and no element in, is zeros. Nobody may be writing meanwhile."""
        for lengths in self.path.glob("*/length.bin"):
            header = lengths.with_name("header.bin")
            begins = header.read_bytes()[: HEADER.size] if header.exists() else b""
            # An index that was never written to its end has no element that counts.
            elements = HEADER.unpack(begins)[-1] if len(begins) == HEADER.size else 0
            with lengths.open("r+b") as file:
                file.seek(elements * LENGTH_BYTES)
                unused = file.read()
                if unused.strip(b"\0"):
                    file.seek(-len(unused), 2)
                    file.write(bytes(len(unused)))

    def _marked(self) -> str:
        """A random name that lives and dies with the folder: an index that was wiped is built anew."""
        mark = self.path / MARK_NAME
        if not mark.exists():
            mark.write_text(secrets.token_hex(8), encoding="utf-8")
        return mark.read_text(encoding="utf-8").strip()


def _is_segment(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False
