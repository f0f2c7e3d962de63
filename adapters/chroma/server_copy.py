"""A copy of a collection that others write to as well, brought up to date before it is searched."""

import asyncio
import hashlib
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import numpy as np

from adapters.chroma.card_matrix import CardMatrix, Rows
from adapters.chroma.server import PAGE, ChromaServer, Found

WRITING = "writing-"
TRIES = 10
WAIT_SECONDS = 0.05


def tag_of(row: Rows) -> str:
    """What tells a vector from another one."""
    return hashlib.blake2b(row.tobytes(), digest_size=8).hexdigest()


class ServerCopy:
    """The cards of one collection in memory. Whoever works with it holds `lock`.

    A writer names the state of the collection anew before it writes and after. A reader whose copy is of the state
    that it finds has all that any writer has finished; else it compares tags, and fetches the vectors that changed.
    """

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.matrix = CardMatrix()
        self._tags: dict[str, str] = {}
        self._state: tuple[str, str] | None = None

    @property
    def bytes_held(self) -> int:
        """What its rows take in memory."""
        return self.matrix.bytes_held

    async def follow(self, server: ChromaServer, collection: Found) -> None:
        """It holds what every writer has finished by now, and perhaps some of what is being written."""
        for _ in range(TRIES):
            state = (collection.id, collection.revision)
            if state == self._state:
                return
            self._state = None
            await self._fetch(server, collection)
            after = await server.found(collection.name)
            if after is not None and (after.id, after.revision) == state:
                if not after.revision.startswith(WRITING):
                    self._state = state
                    return
                # Read in pages, a collection of which cards are being removed can hide one that stays.
                await asyncio.sleep(WAIT_SECONDS)
            collection = after or collection
        # A writer that died in the middle, or one that takes long: this is what there is, to be looked at again.

    async def _fetch(self, server: ChromaServer, collection: Found) -> None:
        tags = await server.tags(collection)
        gone = self._tags.keys() - tags.keys()
        self.matrix.drop(gone)
        self._tags = {card_id: tag for card_id, tag in self._tags.items() if card_id not in gone}
        changed = [card_id for card_id, tag in tags.items() if self._tags.get(card_id) != tag]
        for page in pages(changed):
            records = await server.vectors(collection, page)
            if records.ids:
                self.matrix.put(records.ids, np.array(records.embeddings, dtype=np.float32))
                self._tags.update(zip(records.ids, records.tags, strict=True))


@asynccontextmanager
async def writing(server: ChromaServer, collection: Found) -> AsyncIterator[None]:
    """While the block runs, and ever after where it fails, every reader looks for itself."""
    await server.revise(collection, WRITING + secrets.token_hex(8))
    yield
    await server.revise(collection, secrets.token_hex(8))


def pages(card_ids: Sequence[str]) -> list[Sequence[str]]:
    """The ids in portions that one request can take."""
    return [card_ids[start : start + PAGE] for start in range(0, len(card_ids), PAGE)]
