"""A backup on its way into a file: it has its name only once it is whole."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Self

from entrypoints.cli.reach import Failed

DIGEST_BYTES = 64
"""At the end of a backup stands the SHA-256 of all before it, in hex."""


class NewBackup:
    """What was written so far."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self._end = b""
        self.size = 0

    def write(self, piece: bytes) -> None:
        """It is in the file too."""
        self._file.write(piece)
        self.size += len(piece)
        seen = self._end + piece
        self._digest.update(seen[:-DIGEST_BYTES])
        self._end = seen[-DIGEST_BYTES:]

    @property
    def is_whole(self) -> bool:
        """Whether it ends as a backup does."""
        return self._end == self._digest.hexdigest().encode()

    @classmethod
    @contextmanager
    def at(cls, path: Path, *, force: bool) -> Iterator[Self]:
        """A file beside the path until the block has ended well, for nobody else to read. Raises: Failed."""
        if path.exists() and not force:
            raise Failed(f"{path}: is there already; --force writes over it")
        fresh = path.with_name(f"{path.name}.tmp")
        try:
            with _opened(fresh) as file:
                made = cls(file)
                yield made
                file.flush()
                os.fsync(file.fileno())
            if not made.is_whole:
                raise Failed("the backup broke off; nothing was kept of it")
            fresh.replace(path)
        except OSError as error:
            raise Failed(f"{path}: {error.strerror or error}") from error
        finally:
            fresh.unlink(missing_ok=True)


def _opened(path: Path) -> BinaryIO:
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
