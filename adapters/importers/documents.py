"""Bytes of a file as text and as JSON. Nothing of it is ever run."""

import codecs
import json
from typing import Any, Final

from domain.foreign_run import MOST_BYTES, UnreadableFile

UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
PICKLE: Final = "a Python pickle, which runs whatever its writer put into it as soon as it is read; save JSON instead"
BINARY: Final[tuple[tuple[bytes, str], ...]] = (
    *((b"\x80" + bytes([protocol]), PICKLE) for protocol in range(2, 6)),
    (b"PK\x03\x04", "a zip archive"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x1f\x8b", "compressed with gzip; unpack it first"),
    (b"PAR1", "Parquet; save JSON or CSV instead"),
    (b"ARROW1", "Feather; save JSON or CSV instead"),
    (b"\x89HDF", "HDF5; save JSON or CSV instead"),
)


def text_of(content: bytes) -> str:
    """The file's text; what is not UTF-8 is read as spreadsheets in Korea write it. Raises: UnreadableFile."""
    if len(content) > MOST_BYTES:
        raise UnreadableFile(f"has more than the {MOST_BYTES} bytes that are read")
    for mark, what in BINARY:
        if content.startswith(mark):
            raise UnreadableFile(f"is {what}")
    for encoding in ("utf-16",) if content.startswith(UTF_16) else ("utf-8-sig", "cp949"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not text.strip():
            raise UnreadableFile("is empty")
        if "\0" in text:
            raise UnreadableFile("holds NUL characters: it is no text")
        return text
    raise UnreadableFile("is neither UTF-8 nor CP949 text")


def holds_json(text: str) -> bool:
    """Whether it begins as JSON does."""
    return text.lstrip()[:1] in ("{", "[", '"')


def document_of(text: str) -> Any:  # noqa: ANN401  # JSON
    """The JSON, NaN and infinities as numbers; also where it stands in a string of JSON. Raises: UnreadableFile."""
    document = _parsed(text)
    return _parsed(document) if isinstance(document, str) else document


def _parsed(text: str) -> Any:  # noqa: ANN401  # JSON
    try:
        return json.loads(text)
    except RecursionError as error:
        raise UnreadableFile("is nested too deeply") from error
    except ValueError as error:
        raise UnreadableFile(f"is no JSON: {error}") from error
