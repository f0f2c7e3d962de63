"""Another process that opens the place of a store: it says which cards it finds there, or why it may not."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

from domain.errors import StoreUnavailable
from tests.contracts.directions import MINA, SPACE
from tests.contracts.vector_places import Place, store_at

ROOT = Path(__file__).resolve().parents[2]
WAIT_SECONDS = 60


async def look(place: Place) -> dict[str, object]:
    store = store_at(place)
    try:
        await store.start()
        return {"cards": sorted(await store.card_ids(scope=MINA, space=SPACE))}
    except StoreUnavailable as refused:
        return {"refused": refused.detail}
    finally:
        await store.close()


async def another_process_finds(place: Place) -> dict[str, object]:
    """What a process of its own says of the place."""
    command = [sys.executable, "-m", "tests.contracts.second_process", place.kind, place.where]
    run = asyncio.to_thread(
        subprocess.run, command, cwd=ROOT, capture_output=True, text=True, timeout=WAIT_SECONDS, check=True
    )
    found: dict[str, object] = json.loads((await run).stdout)
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(look(Place(kind=sys.argv[1], where=sys.argv[2])))))
