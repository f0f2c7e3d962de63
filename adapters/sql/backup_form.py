"""The form of a backup: a zip with a member of JSON lines a table, a manifest after them, and a digest at its end.

The comment of the zip, its last 64 bytes, is the SHA-256 of all bytes before it: no bit of the file can change unseen.
"""

import base64
import hashlib
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Column, Table
from sqlalchemy.types import Boolean, Date, Float, Integer, LargeBinary, String

from domain.backup import BackupContents

FORMAT: Final = "quantrail-backup"
FORMAT_VERSION: Final = 1
MANIFEST = "manifest.json"
DIGEST_BYTES = 64
BLANK = b"0" * DIGEST_BYTES
LEVEL = 4
FIXED = (1980, 1, 1, 0, 0, 0)
Cell = int | float | str | bool | None
_encoder = msgspec.json.Encoder()


class Member(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table: its columns with the kind of each, how many rows, and the SHA-256 of its lines."""

    columns: list[tuple[str, str]]
    rows: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a backup says of itself. Tables stand in the order in which they can be filled."""

    format: str
    format_version: int
    product: str
    schema: str
    made_at: datetime
    tables: dict[str, Member]

    @property
    def contents(self) -> BackupContents:
        """The same for a reader."""
        rows = {name: member.rows for name, member in self.tables.items()}
        return BackupContents(made_at=self.made_at.astimezone(UTC), product=self.product, schema=self.schema, rows=rows)


def kind_of(column: Column[Any]) -> str:
    """What its values are: the same word on every engine. Raises: TypeError for a type that no table of ours has."""
    kinds: tuple[tuple[type, str], ...] = (
        (Boolean, "bool"), (Integer, "int"), (Float, "float"), (Date, "date"), (LargeBinary, "bytes"),
        (String, "text"),
    )  # fmt: skip
    for of, kind in kinds:
        if isinstance(column.type, of):
            return kind
    raise TypeError(f"{column}: {column.type!r}")


def line_of(row: Sequence[object], kinds: Sequence[str]) -> bytes:
    """The row as a JSON array in a line."""
    return _encoder.encode([_WRITTEN[kind](cell) for kind, cell in zip(kinds, row, strict=True)]) + b"\n"


def row_of(line: bytes, kinds: Sequence[str]) -> list[object]:
    """The row of a line. Raises: ValueError where it is none of these kinds."""
    cells = msgspec.json.decode(line, type=list[Cell])
    if len(cells) != len(kinds):
        raise ValueError(f"{len(cells)} values in a row of {len(kinds)} columns")
    return [None if cell is None else _READ[kind](cell) for kind, cell in zip(kinds, cells, strict=True)]


def _only(*kinds: type) -> Callable[[Any], Any]:
    def same(cell: object) -> object:
        if type(cell) not in kinds:
            raise ValueError(f"{cell!r} is no {kinds[0].__name__}")
        return cell

    return same


def _same(cell: object) -> object:
    return cell


_WRITTEN: Mapping[str, Callable[[Any], Any]] = {
    "bool": lambda cell: None if cell is None else bool(cell),
    "int": _same,
    "float": _same,
    "text": _same,
    "date": lambda cell: None if cell is None else cell.isoformat(),
    "bytes": lambda cell: None if cell is None else base64.b64encode(cell).decode(),
}
_READ: Mapping[str, Callable[[Any], Any]] = {
    "bool": _only(bool),
    "int": _only(int),
    "float": lambda cell: float(_only(float, int)(cell)),
    "text": _only(str),
    "date": date.fromisoformat,
    "bytes": lambda cell: base64.b64decode(cell, validate=True),
}
KINDS = frozenset(_READ)


def columns_of(table: Table) -> list[tuple[str, str]]:
    """Its columns with the kind of each."""
    return [(str(column.name), kind_of(column)) for column in table.columns]


class _Sink:
    """Takes what a zip writes, until somebody fetches it."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        pass

    def fetch(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


class BackupWriter:
    """Makes the bytes of a backup from the rows of one table after the other."""

    def __init__(self, *, product: str, schema: str, made_at: datetime) -> None:
        self._about = (product, schema, made_at)
        self._sink = _Sink()
        self._zip = zipfile.ZipFile(self._sink, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL)  # type: ignore[call-overload]  # what a zip needs of a file that it only writes
        self._tables: dict[str, Member] = {}
        self._whole = hashlib.sha256()
        self._lines = hashlib.sha256()
        self._rows = 0
        self._open: Any = None
        self._columns: list[tuple[str, str]] = []

    def begin(self, name: str, columns: list[tuple[str, str]]) -> None:
        """Rows of this table follow."""
        self._columns, self._lines, self._rows = columns, hashlib.sha256(), 0
        self._open = self._zip.open(_entry(f"{name}.ndjson"), "w", force_zip64=True)
        self._tables[str(name)] = Member(columns=columns, rows=0, sha256="")

    def add(self, rows: Sequence[Sequence[object]]) -> bytes:
        """The bytes that are ready once these rows are in it."""
        kinds = [kind for _, kind in self._columns]
        lines = b"".join(line_of(row, kinds) for row in rows)
        self._lines.update(lines)
        self._rows += len(rows)
        self._open.write(lines)
        return self._ready()

    def end(self, name: str) -> bytes:
        """The bytes that are ready once the table is whole."""
        self._open.close()
        self._tables[str(name)] = Member(columns=self._columns, rows=self._rows, sha256=self._lines.hexdigest())
        return self._ready()

    def close(self) -> bytes:
        """The last bytes."""
        product, schema, made_at = self._about
        manifest = Manifest(
            format=FORMAT,
            format_version=FORMAT_VERSION,
            product=product,
            schema=schema,
            made_at=made_at,
            tables=self._tables,
        )
        self._zip.writestr(_entry(MANIFEST), msgspec.json.format(msgspec.json.encode(manifest)))
        self._zip.comment = BLANK
        self._zip.close()
        last = self._sink.fetch()[:-DIGEST_BYTES]
        self._whole.update(last)
        return last + self._whole.hexdigest().encode()

    def abandon(self) -> None:
        """Nothing is open any more, whatever was in it."""
        if self._open is not None:
            self._open.close()
        self._zip.close()

    def _ready(self) -> bytes:
        piece = self._sink.fetch()
        self._whole.update(piece)
        return piece


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, FIXED)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry
