"""Files that a command is told to read."""

from pathlib import Path

from entrypoints.cli.reach import Failed


def content_of(path: Path) -> bytes:
    """What is in the file. Raises: Failed, with its name."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Failed(f"{path}: {error.strerror or error}") from error
    except ValueError as error:
        raise Failed(f"{str(path)!r}: {error}") from error
