"""Let old backtests go."""

from dataclasses import dataclass, replace
from datetime import timedelta

from application.ports.audit_trail import AuditTrail
from application.ports.backtest_pruning import BacktestPruning, Outlived, Pruned
from application.ports.governance import GovernanceSource
from application.ports.signal import Signal
from application.ports.system import Clock, Ids
from domain.audit import AuditAction, AuditEntry
from domain.errors import Refused, Violation
from domain.generation import Caller

AT_ONCE = 200
PAUSE_SECONDS = 0.05
"""Between two batches, so that whoever writes meanwhile waits for one of them at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PruneBacktests:
    """Backtests that are older, or more, than is to be kept are gone from archive and indexes; what went is noted.

    What is not said is as the rules of retention say. No row of the ledger goes. Raises: Refused where neither says
    what is to go, StoreUnavailable.
    """

    pruning: BacktestPruning
    trail: AuditTrail
    governance: GovernanceSource
    work: Signal
    clock: Clock
    ids: Ids

    async def preview(self, *, older_than_days: int | None = None, keep: int | None = None) -> Pruned:
        """What would go; nothing does."""
        return await self.pruning.outlived(self._asked(older_than_days, keep))

    async def __call__(self, *, caller: Caller, older_than_days: int | None = None, keep: int | None = None) -> Pruned:
        wanted = self._asked(older_than_days, keep)
        expected = await self.pruning.outlived(wanted)
        gone = 0
        while some := await self.pruning.prune(wanted, limit=AT_ONCE):
            gone += some
            self.work.notify()
            await self.clock.sleep(PAUSE_SECONDS)
        if gone:
            await self.trail.add(self._act(caller, wanted, gone))
        return replace(expected, backtests=gone)

    def by_the_rules(self) -> bool:
        """Whether the rules of retention let any backtest go."""
        rules = self.governance.current().retention
        return rules.backtests_days is not None or rules.backtests_per_user is not None

    def _asked(self, older_than_days: int | None, keep: int | None) -> Outlived:
        rules = self.governance.current().retention
        if older_than_days is None and keep is None:
            older_than_days, keep = rules.backtests_days, rules.backtests_per_user
        if older_than_days is None and keep is None:
            message = "say how old or how many, or set retention.backtests_days or retention.backtests_per_user"
            raise Refused(Violation(field="older_than_days", message=message))
        before = None if older_than_days is None else self.clock.now() - timedelta(days=older_than_days)
        return Outlived(before=before, keep=keep)

    def _act(self, caller: Caller, wanted: Outlived, gone: int) -> AuditEntry:
        facts = {
            "backtests": str(gone),
            "recorded_before": None if wanted.before is None else wanted.before.isoformat(),
            "kept_per_user": None if wanted.keep is None else str(wanted.keep),
        }
        now, entry_id = self.clock.now(), self.ids.new()
        action = AuditAction.BACKTESTS_PRUNED
        return AuditEntry.of(caller, action, "backtests", entry_id=entry_id, at=now, facts={**facts})
