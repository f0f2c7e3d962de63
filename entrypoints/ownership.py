"""Who owns a data folder: one process at a time, found by the others through a file that only its user may read."""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

from domain.errors import ConfigurationError, Violation

LOCK_NAME = "owner.lock"
OWNER_NAME = "owner.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The process that owns a folder. `url` and `token` are None while it does not answer (yet)."""

    pid: int
    command: str
    url: str | None = None
    token: str | None = None


class FolderOwned(Exception):
    """The folder has an owner already; who it is, as far as it said."""

    def __init__(self, folder: Path, owner: Owner | None) -> None:
        who = "another process"
        if owner is not None:
            where = f" at {owner.url}" if owner.url else ""
            who = f"process {owner.pid} (quantrail {owner.command}{where})"
        super().__init__(f"the data folder {folder} is owned by {who}")
        self.owner = owner


class Ownership:
    """A folder that this process owns, and what it says of itself to the others."""

    def __init__(self, folder: Path, command: str) -> None:
        self._path = folder / OWNER_NAME
        self._command = command
        self.token = secrets.token_urlsafe(32)
        self._write(Owner(pid=os.getpid(), command=command))

    def answers_at(self, url: str) -> None:
        """Other commands reach this process there from now on, with the token of this run."""
        self._write(Owner(pid=os.getpid(), command=self._command, url=url, token=self.token))

    def _write(self, owner: Owner) -> None:
        fresh = self._path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(owner), file)
        fresh.replace(self._path)

    def forget(self) -> None:
        """This process is found no more."""
        self._path.unlink(missing_ok=True)


def owner_of(folder: Path) -> Owner | None:
    """What the owner of a folder said of itself last; None where it said nothing that can be read."""
    try:
        return Owner(**json.loads((folder / OWNER_NAME).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _lock_file(folder: Path) -> TextIO:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return (folder / LOCK_NAME).open("a")
    except OSError as error:
        message = f"{str(folder)!r} cannot be used ({error.strerror}); accepted: a folder that can be made and written"
        raise ConfigurationError(Violation(field="QUANTRAIL_DATA_DIR", message=message)) from error


@contextmanager
def owning(folder: Path, command: str) -> Iterator[Ownership]:
    """The folder is this process's while the block runs; a crash gives it back too.

    Raises: FolderOwned, ConfigurationError.
    """
    with _lock_file(folder) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FolderOwned(folder, owner_of(folder)) from None
        ownership = Ownership(folder, command)
        try:
            yield ownership
        finally:
            ownership.forget()
