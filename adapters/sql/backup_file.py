"""A backup as a file: looked at from its first byte to its last before anything of it is believed."""

import contextlib
import hashlib
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Self

import msgspec

from adapters.sql.backup_form import DIGEST_BYTES, FORMAT, FORMAT_VERSION, KINDS, MANIFEST, Manifest, row_of
from application.ports.backups import Progress
from domain.backup import UnusableBackup

BLOCK = 1_048_576
MOST_MANIFEST_BYTES = 4_000_000
LONGEST_LINE = 64_000_000
AT_ONCE = 500


@contextlib.contextmanager
def reading(path: Path) -> Iterator[None]:
    """Whatever a damaged file makes the standard library say, in one line. Raises: UnusableBackup."""
    try:
        yield
    except UnusableBackup:
        raise
    except OSError as error:
        raise UnusableBackup(f"{path}: {error.strerror or error}") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError) as error:
        raise UnusableBackup(f"{path}: is damaged ({error})") from error
    except (ValueError, TypeError) as error:
        raise UnusableBackup(f"{path}: is damaged or no backup ({error})") from error


class BackupFile:
    """One that is open, whose digest and manifest were found right."""

    def __init__(self, path: Path, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self._path = path
        self._archive = archive
        self.manifest = manifest

    @classmethod
    @contextlib.contextmanager
    def opened(cls, path: Path) -> Iterator[Self]:
        """The file, while the block runs. Raises: UnusableBackup."""
        with reading(path), path.open("rb") as file:
            _check_digest(path, file)
            with zipfile.ZipFile(file) as archive:
                yield cls(path, archive, _manifest(path, archive))

    def check(self, told: Progress) -> None:
        """Nothing, where every row of every table can be read. Raises: UnusableBackup."""
        for name in self.manifest.tables:
            for rows in self.rows(name):
                told(len(rows))

    def rows(self, name: str) -> Iterator[list[list[object]]]:
        """The rows of a table, some at a time; at its end digest and number are held against the manifest."""
        member = self.manifest.tables[name]
        kinds = [kind for _, kind in member.columns]
        digest, count = hashlib.sha256(), 0
        with reading(self._path), self._archive.open(f"{name}.ndjson") as lines:
            while some := list(islice(_lines(lines), AT_ONCE)):
                for line in some:
                    digest.update(line)
                count += len(some)
                yield [row_of(line, kinds) for line in some]
        if (digest.hexdigest(), count) != (member.sha256, member.rows):
            raise UnusableBackup(f"{self._path}: is damaged (the rows of {name} are not those that were written)")


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    while line := file.readline(LONGEST_LINE):
        if not line.endswith(b"\n"):
            raise ValueError("a line breaks off")
        yield line


def _check_digest(path: Path, file: IO[bytes]) -> None:
    digest, end = hashlib.sha256(), file.seek(0, 2) - DIGEST_BYTES
    if end <= 0:
        raise UnusableBackup(f"{path}: is no backup of Quantrail")
    file.seek(0)
    while end > 0 and (block := file.read(min(BLOCK, end))):
        digest.update(block)
        end -= len(block)
    said = file.read(DIGEST_BYTES)
    file.seek(0)
    if not zipfile.is_zipfile(file) and digest.hexdigest().encode() != said:
        raise UnusableBackup(f"{path}: is no backup of Quantrail, or the end of it is missing")
    if digest.hexdigest().encode() != said:
        raise UnusableBackup(f"{path}: is damaged, or no backup of Quantrail (its digest is not that of its bytes)")


def _manifest(path: Path, archive: zipfile.ZipFile) -> Manifest:
    if MANIFEST not in archive.namelist():
        raise UnusableBackup(f"{path}: is no backup of Quantrail")
    if archive.getinfo(MANIFEST).file_size > MOST_MANIFEST_BYTES:
        raise UnusableBackup(f"{path}: is no backup of Quantrail (its manifest is too large)")
    manifest = msgspec.json.decode(archive.read(MANIFEST), type=Manifest)
    if manifest.format != FORMAT:
        raise UnusableBackup(f"{path}: is no backup of Quantrail")
    if manifest.format_version != FORMAT_VERSION:
        raise UnusableBackup(f"{path}: has the form {manifest.format_version}; this version reads {FORMAT_VERSION}")
    _check_members(path, archive.namelist(), manifest)
    return manifest


def _check_members(path: Path, names: Sequence[str], manifest: Manifest) -> None:
    if sorted(names) != sorted([MANIFEST, *(f"{name}.ndjson" for name in manifest.tables)]):
        raise UnusableBackup(f"{path}: is damaged (its members are not those of its manifest)")
    unknown = {kind for member in manifest.tables.values() for _, kind in member.columns} - KINDS
    if unknown:
        raise UnusableBackup(f"{path}: has columns of kinds that this version does not know: {sorted(unknown)}")
