"""Put other rules in force without a restart."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from application.ports.audit_trail import AuditTrail
from application.ports.governance import ConfigurationSource
from application.ports.system import Clock, Ids
from application.ruling import Ruling
from domain.audit import AuditAction, AuditEntry
from domain.catalogue import ModelConfig
from domain.errors import ConfigurationError, ModelUnavailable, Refused, Violation
from domain.generation import Caller
from domain.governance import Governance, changes

MEMORY_SERVICE = "memory"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reloaded:
    """The rules in force now and those before, and the names of what differs, by kind."""

    before: Governance
    after: Governance
    changed: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReloadConfiguration:
    """Read the configuration again and let it rule from now on, audited; calls under way keep what they began with.

    What was set at run time stays over it; what the new words make impossible of that is told in `after.unfit`. Checked
    whole before anything changes. Raises: Refused, with every violation; the rules stay as they were then.
    """

    source: ConfigurationSource
    ruling: Ruling
    trail: AuditTrail
    clock: Clock
    ids: Ids
    embedding_providers: Collection[str]

    async def __call__(self, *, caller: Caller) -> Reloaded:
        # One after the other: of two at once, the one that read first could put its older words in force last.
        async with self.ruling.turn:
            return await self._reload(caller)

    async def _reload(self, caller: Caller) -> Reloaded:
        before = self.ruling.current()
        try:
            written = await asyncio.to_thread(self.source.read)
        except ConfigurationError as error:
            raise Refused(*error.violations) from error
        after = await self.ruling.over(written)
        self._check_embeddings(before, after)
        reloaded = Reloaded(before=before, after=after, changed=changes(before, after))
        # The row first: where it cannot be written, nothing changes. What follows it cannot fail.
        await self.trail.add(self._act(reloaded, caller))
        self.ruling.enforce(after, written=written)
        return reloaded

    def _act(self, reloaded: Reloaded, caller: Caller) -> AuditEntry:
        return AuditEntry.of(
            caller,
            AuditAction.CONFIGURATION_RELOADED,
            reloaded.after.version,
            entry_id=self.ids.new(),
            at=self.clock.now(),
            facts={"before": reloaded.before.version, **reloaded.changed, **_unfit(reloaded.after)},
        )

    def _check_embeddings(self, before: Governance, after: Governance) -> None:
        """Another embedding model would find nothing of what is indexed; a start builds one. Raises: Refused."""
        serving, wanted = self._embedding_model(before), self._embedding_model(after)
        if _identity(serving) != _identity(wanted):
            name = wanted.model_id if wanted is not None else "none that a configured provider serves"
            message = f"the embedding model would become {name}: that takes a restart, which builds another index"
            raise Refused(Violation(field=f"policies.{MEMORY_SERVICE}.defaults", message=message))

    def _embedding_model(self, rules: Governance) -> ModelConfig | None:
        try:
            return rules.policies.of(MEMORY_SERVICE).choose(
                None, catalogue=rules.catalogue, providers=self.embedding_providers
            )
        except ModelUnavailable:
            return None


def _identity(model: ModelConfig | None) -> tuple[str, int | None] | None:
    return None if model is None else (model.model_id, model.dimensions)


def _unfit(rules: Governance) -> dict[str, tuple[str, ...]]:
    return {"unfit": tuple(map(str, rules.unfit))} if rules.unfit else {}
