"""Vectors of what is searched: whatever was embedded once is not embedded again."""

import asyncio
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from application.metering import MeteredEmbedder
from application.ports.embedding_cache import EmbeddingCache
from domain.embedding import TextKind, Vector
from domain.generation import Caller
from domain.space import StoredSpace

Wanted: TypeAlias = tuple[str, str, str]
UnderWay: TypeAlias = dict[Wanted, asyncio.Event]
"""What is embedded just now, by user, model and content hash, and the end of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageVectors:
    """Vectors of passages, each committed as soon as the request that it was part of is answered.

    A text that is in two lists at the same time is embedded for one of them; the other waits for it.
    """

    embedder: MeteredEmbedder
    cache: EmbeddingCache
    under_way: UnderWay

    async def of(self, texts: Sequence[str], *, space: StoredSpace, caller: Caller) -> list[Vector]:
        """One vector a text, in order, of the model that made the space.

        Raises: as `MeteredEmbedder.embed`; what was answered before the failure is kept, and not asked for again.
        """
        hashes = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
        text_of = dict(zip(hashes, texts, strict=True))
        known: dict[str, Vector] = {}
        while missing := [key for key in text_of if key not in known]:
            wanted = {key: (caller.principal.user_id, space.model_id, key) for key in missing}
            others = [self.under_way[one] for one in wanted.values() if one in self.under_way]
            mine = {key: text_of[key] for key, one in wanted.items() if one not in self.under_way}
            known |= await self._claimed(mine, [wanted[key] for key in mine], space, caller)
            for other in others:
                await other.wait()
        return [known[key] for key in hashes]

    async def _claimed(
        self, texts: Mapping[str, str], claims: Iterable[Wanted], space: StoredSpace, caller: Caller
    ) -> dict[str, Vector]:
        """The vectors by hash. Claimed before the cache is asked: who claims later finds there what was kept."""
        done = asyncio.Event()
        claimed = dict.fromkeys(claims, done)
        self.under_way.update(claimed)
        try:
            known = await self.cache.find(list(texts), model_id=space.model_id, scope=caller.scope)
            # Those of before the model was asked for another size are of no use.
            known = {key: vector for key, vector in known.items() if space.dimensions in (None, len(vector))}
            missing = {key: text for key, text in texts.items() if key not in known}
            return known | await self._embedded(missing, space, caller)
        finally:
            for one in claimed:
                del self.under_way[one]
            done.set()

    async def _embedded(self, texts: Mapping[str, str], space: StoredSpace, caller: Caller) -> dict[str, Vector]:
        hash_of = {text: key for key, text in texts.items()}
        fresh: dict[str, Vector] = {}
        for portion in self.embedder.portions(list(hash_of), space=space):
            metered = await self.embedder.embed(portion, kind=TextKind.PASSAGE, caller=caller, space=space)
            vectors = dict(zip([hash_of[text] for text in portion], metered.answer.vectors, strict=True))
            await self.cache.keep(vectors, model_id=space.model_id, scope=caller.scope)
            fresh |= vectors
        return fresh
