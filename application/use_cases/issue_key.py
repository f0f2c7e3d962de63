"""Hand out a key."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from application.auditing import KeyActs
from application.ports.governance import GovernanceSource
from application.ports.key_ring import KeyRing
from application.ports.system import Clock, Ids
from domain.errors import Refused, Violation
from domain.generation import Caller
from domain.governance import Governance
from domain.identity import KEY_PREFIX, ApiKey, Role, UserScope, key_digest
from domain.text import did_you_mean, is_storable

MAX_NAME_LENGTH = 200
MAX_NARROWED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyOrder:
    """Which key is wanted. `services` and `models` narrow it where they are given."""

    user_id: str
    roles: frozenset[Role]
    services: frozenset[str] | None = None
    models: frozenset[str] | None = None
    expires_at: datetime | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueKey:
    """A new key: the secret, seen this once, and what is kept of it; audited. Raises: Refused."""

    keys: KeyRing
    governance: GovernanceSource
    clock: Clock
    ids: Ids

    async def __call__(self, order: KeyOrder, *, caller: Caller) -> tuple[str, ApiKey]:
        now = self.clock.now()
        scope = UserScope(user_id=order.user_id)
        if not order.roles:
            raise Refused(Violation(field="roles", message=f"needs at least one of {', '.join(Role)}"))
        if order.expires_at is not None and order.expires_at <= now:
            raise Refused(Violation(field="expires_at", message="lies in the past"))
        violations = tuple(_unfit(order)) or tuple(_unknown(order, self.governance.current()))
        if violations:
            raise Refused(*violations)
        secret = KEY_PREFIX + self.ids.secret()
        key = ApiKey(
            key_id=self.ids.new(),
            digest=key_digest(secret),
            user_id=scope.user_id,
            roles=order.roles,
            created_at=now,
            services=order.services,
            models=order.models,
            name=order.name,
            expires_at=order.expires_at,
        )
        await self.keys.add(key, act=KeyActs(ids=self.ids, caller=caller, at=now).issued(key))
        return secret, key


def _unfit(order: KeyOrder) -> Iterator[Violation]:
    """What no store could hold, or nobody could read."""
    if order.name is not None and not _is_name(order.name):
        yield Violation(field="name", message=f"must have 1 to {MAX_NAME_LENGTH} characters, and no NUL")
    for field, names in (("services", order.services), ("models", order.models)):
        if names is not None and (len(names) > MAX_NARROWED or not all(map(_is_name, names))):
            yield Violation(
                field=field, message=f"must be at most {MAX_NARROWED} names of 1 to {MAX_NAME_LENGTH} letters"
            )


def _unknown(order: KeyOrder, rules: Governance) -> Iterator[Violation]:
    """Names that nothing has: a misspelled one would make a key that opens nothing."""
    services = [policy.service for policy in rules.policies.policies]
    models = [model.model_id for model in rules.catalogue]
    yield from _strangers("services", order.services, services, what="service")
    yield from _strangers("models", order.models, models, what="model")


def _strangers(field: str, given: Collection[str] | None, known: Collection[str], *, what: str) -> Iterator[Violation]:
    for name in sorted({*(given or ())} - {*known}):
        yield Violation(field=field, message=f"no {what} {name!r}{did_you_mean(name, known)}")


def _is_name(text: str) -> bool:
    return bool(text.strip()) and len(text) <= MAX_NAME_LENGTH and is_storable(text)
