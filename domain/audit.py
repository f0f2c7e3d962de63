"""What was changed by whom: the rows that acts of administration leave."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.generation import Caller
from domain.identity import Principal, Role

Fact = str | tuple[str, ...] | None


class AuditAction(StrEnum):
    """What was done."""

    KEY_ISSUED = "key_issued"
    KEY_ROTATED = "key_rotated"
    KEY_REVOKED = "key_revoked"
    CONFIGURATION_RELOADED = "configuration_reloaded"
    BUDGET_SET = "budget_set"
    BUDGET_REMOVED = "budget_removed"
    PRICES_APPLIED = "prices_applied"
    USER_ERASED = "user_erased"
    INDEX_BUILD_STARTED = "index_build_started"
    INDEX_BUILD_STOPPED = "index_build_stopped"
    INDEX_REPAIRED = "index_repaired"
    DATABASE_BACKED_UP = "database_backed_up"
    DATABASE_RESTORED = "database_restored"
    BACKTESTS_PRUNED = "backtests_pruned"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One act: who did what to which thing, when, under which request. `facts` say the rest, and never a secret.

    `key_id` is the key that was used; None where the machine's own operator, or the service itself, acted.
    """

    entry_id: str
    at: datetime
    user_id: str
    request_id: str
    action: AuditAction
    subject: str
    key_id: str | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)

    @staticmethod
    def of(
        caller: Caller,
        action: AuditAction,
        subject: str,
        *,
        entry_id: str,
        at: datetime,
        facts: Mapping[str, Fact] | None = None,
    ) -> "AuditEntry":
        """The act of a caller."""
        return AuditEntry(
            entry_id=entry_id,
            at=at,
            user_id=caller.principal.user_id,
            request_id=caller.request_id,
            action=action,
            subject=subject,
            key_id=caller.principal.key_id,
            facts=facts or {},
        )


def the_system(request_id: str) -> Caller:
    """Who acts where nobody asked: the service at its start, or whoever may send it a signal."""
    return Caller(principal=Principal(user_id="system", roles=frozenset({Role.ADMIN})), request_id=request_id)
