"""Which space of the index answers, and which is being built, in memory."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from adapters.memory.audit_trail import InMemoryAuditTrail
from adapters.memory.backtest_archive import InMemoryBacktestArchive
from adapters.memory.revisions import InMemoryRevisions
from application.ports.index_building import Surplus, Unbuilt
from domain.audit import AuditEntry
from domain.backtest import StoredBacktest
from domain.revision import Watched
from domain.space import Build, BuildProgress, IndexState, StoredSpace


@dataclass(frozen=True, slots=True, kw_only=True)
class _Built:
    """A card as it was built, or why it could not be."""

    card: Unbuilt
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lease:
    """Who builds, and until when nobody else may."""

    builder: str
    ends_at: datetime


class InMemoryIndexSpaces:
    """The spaces as one value, and what is built by card; each method is a transaction, since it never gives way."""

    def __init__(
        self,
        archive: InMemoryBacktestArchive,
        *,
        revisions: InMemoryRevisions,
        trail: InMemoryAuditTrail,
        state: IndexState | None = None,
    ) -> None:
        self._archive = archive
        self._revisions = revisions
        self._trail = trail
        self._state = state or IndexState()
        self._built: dict[str, _Built] = {}
        self._lease: _Lease | None = None

    async def state(self) -> IndexState:
        """All spaces that are known."""
        return self._state

    async def adopt(self, space: StoredSpace, *, at: datetime) -> None:
        """The space answers from now on, and every backtest is queued for it."""
        self._retire(self._state.serving, at=at)
        self._leave_building(at)
        self._serve(space, at)
        self._archive.queue(stored.card_id for stored in self._archive.every())
        self._revisions.bump(Watched.INDEX)

    async def forget(self, space: StoredSpace) -> None:
        """The retired space is gone."""
        rest = tuple(each for each in self._state.retired if each.name != space.name)
        self._state = replace(self._state, retired=rest)

    async def begin(self, build: Build, *, at: datetime, act: AuditEntry | None = None) -> None:
        """The space is built from now on, with nothing in it."""
        self._leave_building(at)
        self._state = replace(self._state, building=replace(build, space=replace(build.space, since=at)))
        self._told(act)

    async def claim(self, builder: str, *, at: datetime, lease_seconds: float, error: str | None = None) -> bool:
        """Whether this builder may go on, alone until its lease ends."""
        lease, building = self._lease, self._state.building
        if building is None or (lease is not None and lease.builder != builder and lease.ends_at > at):
            return False
        self._lease = _Lease(builder=builder, ends_at=at + timedelta(seconds=lease_seconds))
        self._state = replace(self._state, building=replace(building, error=error))
        return True

    async def switch(self, space: StoredSpace, *, at: datetime) -> bool:
        """The space answers from now on, where it is complete."""
        building = self._state.building
        if building is None or building.space.name != space.name or self._lacking() or self._left_over():
            return False
        self._archive.queue_again()
        self._archive.queue([card for card, built in self._built.items() if built.error is not None])
        self._retire(self._state.serving, at=at)
        self._state = replace(self._state, building=None)
        self._built, self._lease = {}, None
        self._serve(building.space, at)
        self._revisions.bump(Watched.INDEX)
        return True

    async def abandon(self, *, at: datetime, act: AuditEntry | None = None) -> None:
        """Nothing is being built any more."""
        self._leave_building(at)
        self._told(act)

    async def missing(self, *, limit: int, besides: frozenset[str] = frozenset()) -> list[Unbuilt]:
        """Backtests that are not in it, user by user, oldest first."""
        wanted = [stored for stored in self._lacking() if stored.scope.user_id not in besides]
        return [
            Unbuilt(card_id=one.card_id, scope=one.scope, sequence=one.sequence, backtest=one.backtest)
            for one in wanted[:limit]
        ]

    async def surplus(self, *, limit: int) -> list[Surplus]:
        """Cards in it whose backtest is gone."""
        return [Surplus(card_id=card.card_id, scope=card.scope) for card in self._left_over()[:limit]]

    async def mark(self, cards: Sequence[Unbuilt], *, error: str | None = None) -> None:
        """They are in it; or, with an error, cannot be."""
        self._built |= {card.card_id: _Built(card=card, error=error) for card in cards}

    async def unmark(self, cards: Sequence[Surplus]) -> None:
        """They are not in it any more."""
        for card in cards:
            self._built.pop(card.card_id, None)

    async def progress(self) -> BuildProgress:
        """How far it is."""
        failed = sum(built.error is not None for built in self._built.values())
        return BuildProgress(built=len(self._built) - failed, failed=failed, total=len(self._archive.every()))

    def forget_user(self, user_id: str) -> dict[str, int]:
        """Nothing that was built is the user's any more; cards are counted as what they are of."""
        self._built = {key: built for key, built in self._built.items() if built.card.scope.user_id != user_id}
        return {}

    def _lacking(self) -> list[StoredBacktest]:
        """What is indexed and not built."""
        queued = self._archive.queued_cards()
        return [one for one in self._archive.every() if one.card_id not in queued and not self._is_built(one)]

    def _is_built(self, stored: StoredBacktest) -> bool:
        built = self._built.get(stored.card_id)
        return built is not None and built.card.sequence == stored.sequence

    def _left_over(self) -> list[Unbuilt]:
        """What was built and is gone."""
        kept = {*self._archive.queued_cards(), *(stored.card_id for stored in self._archive.every())}
        return [built.card for card_id, built in self._built.items() if card_id not in kept]

    def _serve(self, space: StoredSpace, at: datetime) -> None:
        retired = tuple(each for each in self._state.retired if each.name != space.name)
        self._state = replace(self._state, serving=replace(space, since=at), retired=retired)

    def _leave_building(self, at: datetime) -> None:
        building = self._state.building
        self._retire(None if building is None else building.space, at=at)
        self._state = replace(self._state, building=None)
        self._built, self._lease = {}, None

    def _retire(self, *spaces: StoredSpace | None, at: datetime) -> None:
        leaving: Iterable[StoredSpace] = (replace(each, since=at) for each in spaces if each is not None)
        by_name = {each.name: each for each in (*self._state.retired, *leaving)}
        self._state = replace(self._state, retired=tuple(by_name[name] for name in sorted(by_name)))

    def _told(self, act: AuditEntry | None) -> None:
        if act is not None:
            self._trail.note(act)
        self._revisions.bump(Watched.INDEX)
