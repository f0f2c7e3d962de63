"""How much a folder takes on the disk."""

import asyncio
from pathlib import Path


async def size_of(folder: Path) -> int:
    """The bytes of all files in it; what comes and goes meanwhile may count or not."""
    return await asyncio.to_thread(_size, folder)


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:
            continue
    return total
