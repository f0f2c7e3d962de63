"""The members of a zip archive, never more of them than a file may have."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from domain.foreign_run import MOST_BYTES, UnreadableFile

MOST_MEMBERS: Final = 1_000


def is_zip(content: bytes) -> bool:
    """Whether it begins as a zip archive does, an empty one too."""
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def members_of(content: bytes, *, suffix: str) -> Iterator[tuple[str, bytes]]:
    """Name and content of each member with such a name, in the archive's order, unpacked in memory only.

    What a member claims of its size is not believed: unpacking ends where all together are more than a file may have.
    Raises: UnreadableFile.
    """
    left = MOST_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if len(archive.infolist()) > MOST_MEMBERS:
                raise UnreadableFile(f"has more than {MOST_MEMBERS} members")
            for member in archive.infolist():
                if member.filename.endswith(suffix) and not member.is_dir():
                    with archive.open(member) as stream:
                        held = stream.read(left + 1)
                    left -= len(held)
                    if left < 0:
                        raise UnreadableFile(f"unpacks to more than the {MOST_BYTES} bytes that are read")
                    yield member.filename, held
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise UnreadableFile(f"is a damaged or encrypted zip archive: {error}") from error
