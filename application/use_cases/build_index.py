"""Build the space that is to answer next."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby

from application.attempt import worked_for
from application.memory import BacktestMemory
from application.opening import StoreRoom
from application.ports.index_building import IndexBuilding, IndexContents, Unbuilt
from application.ports.system import Clock, Ids
from domain.access_errors import RateLimited
from domain.errors import BudgetExhausted, DomainError, Refused
from domain.generation import Caller
from domain.identity import Principal, Role
from domain.space import StoredSpace

BATCH = 32
READ_AT_ONCE = 256
LEASE_SECONDS = 20.0
"""So long the next waits for one that died; one that outlasts it pays for a batch that another may pay for too."""
LONGEST_WAIT_SECONDS = 10.0
LONGEST_PAID_WAIT_SECONDS = 120.0
BUDGET_WAIT_SECONDS = 60.0
IDLE_SECONDS = 1.0
WAITING_SECONDS = 5.0
"""While users are waited for, others may have something to be built, or somebody may have stopped the build."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildStep:
    """How long to wait before the next step, and the space that answers since this one, if it does. Units: seconds."""

    wait_seconds: float = 0.0
    switched: StoredSpace | None = None
    failed: str | None = None


@dataclass(slots=True, kw_only=True)
class BuildPace:
    """Who is waited for, until when on the running clock, how often in a row it failed, and with what last."""

    resting: dict[str, float] = field(default_factory=dict)
    failures: int = 0
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildIndex:
    """Put what is missing into the space that is being built, a few batches a call; once it has all, it answers.

    Built from the archive alone. What was put is written down after it was: a process that dies puts it again, which
    changes nothing. Of several processes one builds at a time.
    """

    building: IndexBuilding
    contents: IndexContents
    memory: BacktestMemory
    room: StoreRoom
    clock: Clock
    ids: Ids
    builder: str
    pace: BuildPace = field(default_factory=BuildPace)

    async def __call__(self) -> BuildStep:
        """Raises: StoreUnavailable, where the database does not say what is to be built."""
        await self.memory.spaces.look()
        build = self.memory.spaces.held.building
        now = self.clock.now()
        if build is None or not await self.building.claim(
            self.builder, at=now, lease_seconds=LEASE_SECONDS, error=self.pace.error
        ):
            return BuildStep(wait_seconds=IDLE_SECONDS)
        try:
            step = await self._step(build.space)
        except DomainError as failure:
            return self._failed(failure)
        self.pace.failures, self.pace.error = 0, None if not self.pace.resting else self.pace.error
        return step

    async def _step(self, space: StoredSpace) -> BuildStep:
        await self.room.reach(space)
        if await self._clear(space) or await self._fill(space):
            return BuildStep()
        if self.pace.resting:
            left = min(self.pace.resting.values()) - self.clock.elapsed()
            return BuildStep(wait_seconds=max(0.0, min(left, WAITING_SECONDS)))
        if not await self.building.switch(space, at=self.clock.now()):
            # What was indexed or removed since the last look: it is found by the next.
            return BuildStep(wait_seconds=0.05)
        await self.memory.spaces.look()
        return BuildStep(switched=space)

    async def _clear(self, space: StoredSpace) -> bool:
        """Whether cards of backtests that are gone were there to be taken out."""
        surplus = await self.contents.surplus(limit=READ_AT_ONCE)
        for user, group in groupby(surplus, key=lambda card: card.scope):
            cards = [card.card_id for card in group]
            await self.memory.vectors.delete(cards, scope=user, space=space.name)
        await self.contents.unmark(surplus)
        return bool(surplus)

    async def _fill(self, space: StoredSpace) -> bool:
        """Whether something was missing of users who are not waited for."""
        elapsed = self.clock.elapsed()
        for user in [user for user, until in self.pace.resting.items() if until <= elapsed]:
            del self.pace.resting[user]
        missing = await self.contents.missing(limit=READ_AT_ONCE, besides=frozenset(self.pace.resting))
        for _, group in groupby(missing, key=lambda card: card.scope):
            cards = list(group)
            for start in range(0, len(cards), BATCH):
                await self._put(cards[start : start + BATCH], space)
        return bool(missing)

    async def _put(self, cards: Sequence[Unbuilt], space: StoredSpace) -> None:
        """The cards are there, or their user is waited for, or what is refused is marked so."""
        scope = cards[0].scope
        if scope.user_id in self.pace.resting:
            return
        principal = Principal(user_id=scope.user_id, roles=frozenset({Role.SERVICE}))
        caller = Caller(principal=principal, request_id=f"build-{self.ids.new()}", in_background=True)
        try:
            runs = {card.card_id: card.backtest for card in cards}
            await self.memory.put(runs, space=space, caller=caller)
        except (BudgetExhausted, RateLimited, Refused) as failure:
            await self._wait_or_part(cards, space, failure)
        else:
            await self.contents.mark(cards)
            await self._keep()

    async def _wait_or_part(self, cards: Sequence[Unbuilt], space: StoredSpace, failure: DomainError) -> None:
        """A batch that does not fit is tried in halves; a card that does not is set aside; a user may have to wait."""
        fits = isinstance(failure, RateLimited) or (isinstance(failure, BudgetExhausted) and not failure.never_fits)
        if not fits and len(cards) > 1:
            middle = len(cards) // 2
            await self._put(cards[:middle], space)
            await self._put(cards[middle:], space)
        elif isinstance(failure, Refused):
            await self.contents.mark(cards, error=failure.detail)
        else:
            wait = failure.retry_after_seconds if isinstance(failure, RateLimited) else self._until_reset(failure)
            self.pace.resting[cards[0].scope.user_id] = self.clock.elapsed() + wait
            self.pace.error = failure.code

    def _until_reset(self, failure: DomainError) -> float:
        if not isinstance(failure, BudgetExhausted):
            return BUDGET_WAIT_SECONDS
        left = (failure.resets_at - self.clock.now()) / timedelta(seconds=1)
        return max(0.0, min(BUDGET_WAIT_SECONDS, left))

    async def _keep(self) -> None:
        """The lease lasts as long as work does."""
        await self.building.claim(self.builder, at=self.clock.now(), lease_seconds=LEASE_SECONDS, error=self.pace.error)

    def _failed(self, failure: DomainError) -> BuildStep:
        self.pace.failures += 1
        self.pace.error = failure.code
        longest = LONGEST_PAID_WAIT_SECONDS if worked_for(failure) else LONGEST_WAIT_SECONDS
        wait = min(longest, 0.25 * 2.0 ** min(self.pace.failures, 10))
        return BuildStep(wait_seconds=wait, failed=failure.code)
