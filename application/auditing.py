"""The audit rows of acts on keys: what they say, and what they never say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from application.ports.system import Ids
from domain.audit import AuditAction, AuditEntry, Fact
from domain.generation import Caller
from domain.identity import ApiKey


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyActs:
    """Rows of what a caller does to keys."""

    ids: Ids
    caller: Caller
    at: datetime

    def issued(self, key: ApiKey) -> AuditEntry:
        """A key was made."""
        return self._row(AuditAction.KEY_ISSUED, key.key_id, facts_of(key))

    def rotated(self, key: ApiKey, *, replaces: str) -> AuditEntry:
        """A key was made in the place of another."""
        return self._row(AuditAction.KEY_ROTATED, key.key_id, {**facts_of(key), "replaces": replaces})

    def revoked(self, key_id: str, *, valid_until: datetime, replaced_by: str | None = None) -> AuditEntry:
        """A key ends, now or soon."""
        facts = {"valid_until": valid_until.isoformat(), "replaced_by": replaced_by}
        return self._row(AuditAction.KEY_REVOKED, key_id, facts)

    def _row(self, action: AuditAction, key_id: str, facts: Mapping[str, Fact]) -> AuditEntry:
        return AuditEntry.of(self.caller, action, key_id, entry_id=self.ids.new(), at=self.at, facts=facts)


def facts_of(key: ApiKey) -> dict[str, Fact]:
    """What a row says of a key: whose it is and what it may do; neither the key nor its digest."""
    return {
        "for_user": key.user_id,
        "roles": tuple(sorted(key.roles)),
        "services": None if key.services is None else tuple(sorted(key.services)),
        "models": None if key.models is None else tuple(sorted(key.models)),
        "name": key.name,
        "expires_at": None if key.expires_at is None else key.expires_at.isoformat(),
    }
