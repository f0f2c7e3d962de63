"""The audit rows of acts on keys and rules: what they say, and what they never say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from application.ports.system import Ids
from domain.audit import AuditAction, AuditEntry, Fact
from domain.budget import BudgetRule
from domain.generation import Caller
from domain.identity import ApiKey
from domain.price_review import PriceReview


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


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleActs:
    """Rows of what a caller does to budgets and prices."""

    ids: Ids
    caller: Caller
    at: datetime

    def budget_set(self, rule: BudgetRule, *, before: BudgetRule | None) -> AuditEntry:
        """A budget was set; what was in force under its name until then."""
        facts: dict[str, Fact] = dict(_terms(rule))
        if before is not None:
            facts |= {f"before_{name}": term for name, term in _terms(before).items()}
        return self._row(AuditAction.BUDGET_SET, rule.name, facts)

    def budget_removed(self, rule: BudgetRule, *, after: BudgetRule | None) -> AuditEntry:
        """A budget was removed; what is in force under its name from then on."""
        facts: dict[str, Fact] = dict(_terms(rule))
        if after is not None:
            facts |= {f"after_{name}": term for name, term in _terms(after).items()}
        return self._row(AuditAction.BUDGET_REMOVED, rule.name, facts)

    def prices_applied(self, review: PriceReview) -> AuditEntry:
        """Prices were compared with those of a data set, and what differed was taken."""
        changes = tuple(f"{c.model_id}.{c.bucket} {c} from {c.valid_from}" for c in review.changes)
        return self._row(AuditAction.PRICES_APPLIED, review.source, {"changes": changes, "compared": review.compared})

    def _row(self, action: AuditAction, subject: str, facts: Mapping[str, Fact]) -> AuditEntry:
        return AuditEntry.of(self.caller, action, subject, entry_id=self.ids.new(), at=self.at, facts=facts)


def _terms(rule: BudgetRule) -> dict[str, str | tuple[str, ...] | None]:
    return {
        "source": rule.source.value,
        "unit": rule.unit.value,
        "limit": f"{rule.limit:f}",
        "period": rule.period.value,
        "timezone": rule.timezone,
        "for_user": "each" if rule.each_user else rule.user_id,
        "service": rule.service,
        "model_id": rule.model_id,
        "warn_at": tuple(f"{share:f}" for share in rule.warn_at),
    }
