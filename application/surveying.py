"""The index held against the archive, user by user."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from application.ports.backtest_archive import BacktestQueries
from application.ports.embedding_cache import EmbeddingCache
from application.ports.index_census import IndexCensus
from application.switching import SwitchingVectorStore
from domain.card import embedding_text
from domain.embedding import Vector
from domain.identity import UserScope
from domain.index_status import Drift
from domain.space import StoredSpace

OWNERS_AT_ONCE = 500
SAME = 0.999
"""A vector is near itself by 1, less what a store of half floats, or of 8 bits, loses of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """What of one user's cards is not as it should be."""

    scope: UserScope
    checked: int
    sampled: int = 0
    missing: frozenset[str] = frozenset()
    surplus: frozenset[str] = frozenset()
    altered: frozenset[str] = frozenset()

    @property
    def drift(self) -> Drift:
        """As numbers."""
        return Drift(
            checked=self.checked,
            sampled=self.sampled,
            missing=len(self.missing),
            surplus=len(self.surplus),
            altered=len(self.altered),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Compares ids, and a sample of vectors with those that were paid for. Nothing is embedded, nothing changed."""

    census: IndexCensus
    vectors: SwitchingVectorStore
    queries: BacktestQueries
    cache: EmbeddingCache

    async def users(self, space: StoredSpace, *, sample: int) -> AsyncIterator[Differences]:
        """Every user whom the archive knows, with so many vectors of theirs looked at. Raises: StoreUnavailable."""
        after: str | None = None
        while owners := await self.census.owners(limit=OWNERS_AT_ONCE, after=after):
            for scope in owners:
                yield await self._of(scope, space, sample)
            after = owners[-1].user_id

    async def strangers(self, space: StoredSpace) -> int:
        """How many cards are there of users whom the archive does not know; what is written meanwhile may count."""
        total = await self.vectors.total(space=space.name)
        known, after = 0, None
        while owners := await self.census.owners(limit=OWNERS_AT_ONCE, after=after):
            for scope in owners:
                known += await self.vectors.count(scope=scope, space=space.name)
            after = owners[-1].user_id
        return max(0, total - known)

    async def _of(self, scope: UserScope, space: StoredSpace, sample: int) -> Differences:
        missing, surplus, held = await self._compared(scope, space)
        if missing or surplus:
            # What was indexed or removed between the two readings differs once, not twice.
            again = await self._compared(scope, space)
            missing, surplus, held = missing & again[0], surplus & again[1], again[2]
        chosen = _spread(sorted(held - surplus), sample)
        sampled, altered = await self._altered(chosen, scope, space)
        return Differences(
            scope=scope,
            checked=len(held | missing),
            sampled=sampled,
            missing=missing,
            surplus=surplus,
            altered=altered,
        )

    async def _compared(
        self, scope: UserScope, space: StoredSpace
    ) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
        census = await self.census.cards(scope=scope)
        held = await self.vectors.card_ids(scope=scope, space=space.name)
        return census.indexed - held, held - census.known, held

    async def _altered(self, cards: Sequence[str], scope: UserScope, space: StoredSpace) -> tuple[int, frozenset[str]]:
        """How many of them could be compared, and those whose vector is not the one that was paid for."""
        known = await self._paid_for(cards, scope, space)
        altered = [card for card, vector in known.items() if not await self._is_same(card, vector, scope, space)]
        return len(known), frozenset(altered)

    async def _paid_for(self, cards: Sequence[str], scope: UserScope, space: StoredSpace) -> dict[str, Vector]:
        stored = await self.queries.by_card(cards, scope=scope)
        texts = {card: embedding_text(one.backtest) for card, one in stored.items()}
        hash_of = {card: hashlib.sha256(text.encode()).hexdigest() for card, text in texts.items()}
        known = await self.cache.find(list(hash_of.values()), model_id=space.model_id, scope=scope)
        fitting = {key: vector for key, vector in known.items() if space.dimensions in (None, len(vector))}
        return {card: fitting[key] for card, key in hash_of.items() if key in fitting}

    async def _is_same(self, card: str, vector: Vector, scope: UserScope, space: StoredSpace) -> bool:
        near = await self.vectors.search(vector, scope=scope, space=space.name, top_k=1, among=frozenset({card}))
        return bool(near) and near[0].similarity >= SAME


def _spread(cards: Sequence[str], count: int) -> Sequence[str]:
    """So many of them, from all over."""
    step = max(1, len(cards) // count) if count else 0
    return cards[::step][:count] if step else ()
