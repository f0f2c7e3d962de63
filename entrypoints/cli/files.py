"""Files that a command is told to read."""

from pathlib import Path

from entrypoints.cli.reach import Failed


def content_of(path: Path, *, most: int = -2) -> bytes:
    """What is in the file, one byte more than `most` at the utmost. Raises: Failed, with its name."""
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except OSError as error:
        raise Failed(f"{path}: {error.strerror or error}") from error
    except ValueError as error:
        raise Failed(f"{str(path)!r}: {error}") from error
