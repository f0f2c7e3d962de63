"""What Chroma leaves on the disk of what it dropped, taken away: card ids in free pages, vectors in folders of its own.

Measured on Chroma 1.5.9: after a collection was dropped its ids are found in `chroma.sqlite3` until VACUUM, and the
folder of its HNSW index stays for ever.
"""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import UUID

DATABASE = "chroma.sqlite3"


def scrub(folder: Path) -> None:
    """Nothing is left on the disk of what is no longer in a collection. Nobody may be writing meanwhile."""
    with closing(sqlite3.connect(folder / DATABASE, isolation_level=None)) as database:
        database.execute("VACUUM")
        # A no-op without a write-ahead log, which is what Chroma works without today.
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    clear_folders(folder)


def clear_folders(folder: Path) -> None:
    """The folders of indexes that belong to no collection any more are gone; all others stay."""
    with closing(sqlite3.connect(folder / DATABASE)) as database:
        used = {str(UUID(segment)) for (segment,) in database.execute("SELECT id FROM segments")}
    for path in folder.iterdir():
        if path.is_dir() and _is_segment(path.name) and path.name not in used:
            shutil.rmtree(path)


def _is_segment(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False
