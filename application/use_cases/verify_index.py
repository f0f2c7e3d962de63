"""Hold the index against the archive, and mend it."""

from dataclasses import dataclass

from application.ports.audit_trail import AuditTrail
from application.ports.index_census import IndexCensus
from application.ports.signal import Signal
from application.ports.system import Clock, Ids
from application.spaces import Spaces
from application.surveying import Differences, Survey
from domain.audit import AuditAction, AuditEntry
from domain.generation import Caller
from domain.index_status import Drift
from domain.space import StoredSpace


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """The space that was looked at, what was found, what of it by user, and whether it is being mended."""

    space: StoredSpace
    drift: Drift
    users: tuple[Differences, ...]
    repaired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyIndex:
    """Every card id is compared, and of every user some vectors with those that were paid for; nothing is embedded.

    With `repair`, audited, what is missing or altered is queued to be indexed again, and what is surplus to be removed.
    Cards of users whom the archive does not know go with a rebuild only. Raises: StoreUnavailable.
    """

    spaces: Spaces
    survey: Survey
    census: IndexCensus
    trail: AuditTrail
    work: Signal
    clock: Clock
    ids: Ids

    async def __call__(self, *, sample: int, repair: bool, caller: Caller) -> Verified:
        space = await self.spaces.look()
        found, differing = Drift(), []
        async for user in self.survey.users(space, sample=sample):
            found = found.plus(user.drift)
            if not user.drift.is_none:
                differing.append(user)
        found = found.plus(Drift(strangers=await self.survey.strangers(space)))
        mends = repair and bool(differing)
        if mends:
            await self._mend(space, found, differing, caller)
        return Verified(space=space, drift=found, users=tuple(differing), repaired=mends)

    async def _mend(self, space: StoredSpace, found: Drift, differing: list[Differences], caller: Caller) -> None:
        facts = {name: str(getattr(found, name)) for name in ("missing", "surplus", "altered")}
        await self.trail.add(
            AuditEntry.of(
                caller,
                AuditAction.INDEX_REPAIRED,
                space.name,
                entry_id=self.ids.new(),
                at=self.clock.now(),
                facts=facts,
            )
        )
        for user in differing:
            again = sorted(user.missing | user.altered)
            await self.census.mend(scope=user.scope, missing=again, surplus=sorted(user.surplus))
        self.work.notify()
