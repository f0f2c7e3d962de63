"""The archive as the index is held against it, in memory."""

from collections.abc import Sequence

from adapters.memory.backtest_archive import InMemoryBacktestArchive
from application.ports.index_census import Census
from domain.backtest import IndexingState
from domain.identity import UserScope
from domain.index_status import ArchiveCounts


class InMemoryIndexCensus:
    """Over the archive and its queue."""

    def __init__(self, archive: InMemoryBacktestArchive) -> None:
        self._archive = archive

    async def counts(self) -> ArchiveCounts:
        """How many there are of everything."""
        every = self._archive.every()
        states = [stored.indexing for stored in every]
        return ArchiveCounts(
            backtests=len(every),
            indexed=states.count(IndexingState.INDEXED),
            pending=states.count(IndexingState.PENDING),
            failed=states.count(IndexingState.FAILED),
            removals=(await self._archive.backlog()).removals,
            users=len({stored.scope for stored in every}),
        )

    async def owners(self, *, limit: int, after: str | None = None) -> list[UserScope]:
        """Users with backtests, or with cards to be removed, by id."""
        users = {stored.scope.user_id for stored in self._archive.every()}
        users |= {scope.user_id for scope in self._archive.queued_cards().values()}
        return [UserScope(user_id=user) for user in sorted(users) if after is None or user > after][:limit]

    async def cards(self, *, scope: UserScope) -> Census:
        """The user's cards."""
        mine = {one.card_id: one.indexing for one in self._archive.every() if one.scope == scope}
        waiting = frozenset(card for card, owner in self._archive.queued_cards().items() if owner == scope)
        indexed = frozenset(card for card, state in mine.items() if state is IndexingState.INDEXED)
        return Census(indexed=indexed - waiting, known=waiting.union(mine))

    async def mend(self, *, scope: UserScope, missing: Sequence[str], surplus: Sequence[str]) -> None:
        """Queues what is missing to be indexed again and what is surplus to be removed."""
        mine = {one.card_id for one in self._archive.every() if one.scope == scope}
        self._archive.queue(sorted(mine.intersection(missing)))
        self._archive.queue_removals([card for card in surplus if card not in mine], scope=scope)
