"""What is asked of a provider, as part of one operation with one deadline."""

from dataclasses import dataclass, field
from decimal import Decimal

from application.ports.tokenizer import Tokenizer
from domain.catalogue import ModelCapability, ModelConfig
from domain.generation import Caller
from domain.governance import Governance
from domain.policy import ServiceModelPolicy
from domain.usage import Settlement, TokenUsage


@dataclass(slots=True, kw_only=True)
class Operation:
    """One operation as it goes on: its attempts are numbered through, and all of them share its time.

    `began` and `ends` are readings of the clock's `elapsed`. The attempts of an operation follow one another.
    """

    operation_id: str
    began: float
    ends: float
    attempts: int = 0
    usage: TokenUsage = field(default_factory=TokenUsage)
    cost_usd: Decimal = Decimal(0)

    def next_attempt(self) -> int:
        """The number of one attempt more."""
        self.attempts += 1
        return self.attempts

    def charge(self, settlement: Settlement) -> None:
        """What an attempt came to, whether it was answered or not."""
        self.usage += settlement.usage
        self.cost_usd += settlement.cost_usd


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What is to be asked of a provider, under which rules to its end.

    `most` is an estimate that it cannot exceed, and is held; `likely_input` is what the provider will count of it.
    """

    caller: Caller
    rules: Governance
    policy: ServiceModelPolicy
    model: ModelConfig
    operation: Operation
    prompt_version: str | None
    most: TokenUsage
    likely_input: int

    def counted(self, answer: str, *, tokenizer: Tokenizer) -> TokenUsage:
        """What it used where its provider does not say; what a model thinks is not heard, so it may be all it may use.

        Over rather than under: what is charged here counts against budgets in place of the invoice.
        """
        thinks = self.model.can(ModelCapability.REASONING)
        written = self.most.output_tokens if thinks else tokenizer.count(answer, model=self.model)
        return TokenUsage(input_tokens=self.likely_input, output_tokens=written, estimated=True)
