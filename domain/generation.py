"""What a use case says of the model calls behind an answer."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from domain.identity import Principal, UserScope
from domain.language import Language
from domain.retrieval import Context
from domain.strategy import StrategySpec
from domain.usage import TokenUsage


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, and under which request: every ledger row of the request carries both."""

    principal: Principal
    request_id: str
    in_background: bool = False
    """Nobody waits for the answer: the service does by itself what has to be done for this user."""
    counted: set[str] = field(default_factory=set, compare=False, repr=False)
    """The rate limits that have counted this request already: it may take several calls, and is one."""

    @property
    def scope(self) -> UserScope:
        """The things this caller works on."""
        return self.principal.scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """What was called, how often, for how much: one operation, all its attempts.

    `max_output_tokens` is the bound on the answer that was sent upstream; None where no model was asked.
    """

    operation_id: str
    service: str
    provider: str
    model_id: str
    prompt_version: str | None
    attempts: int
    usage: TokenUsage
    cost_usd: Decimal
    latency_ms: int
    cache: str = "none"
    notes: tuple[str, ...] = ()
    max_output_tokens: int | None = None

    def noting(self, note: str) -> "Generation":
        """The same with a remark for the reader."""
        return replace(self, notes=(*self.notes, note))


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltStrategy:
    """A strategy as it was made: from which request, for whom, with what."""

    strategy_id: str
    scope: UserScope
    created_at: datetime
    request: str
    language: Language
    strategy: StrategySpec
    explanation: str
    contexts: tuple[Context, ...]
    generation: Generation
