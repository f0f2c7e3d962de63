"""Words of the model in this process: welcome where they come, and never what an answer waits for or fails with."""

from domain.catalogue import ModelConfig
from domain.errors import DeadlineExceeded, DomainError, ProviderUnavailable, UnusableCompletion

LOCAL_SECONDS = 20.0
"""Four times what it takes alone: it answers one call after the other, and templates can answer at once."""
FAILURES = (DeadlineExceeded, ProviderUnavailable, UnusableCompletion)


def patience(model: ModelConfig) -> float | None:
    """How many seconds its words are worth; None where the policy says it, as for every hosted model."""
    return LOCAL_SECONDS if model.in_process else None


def why_silent(failure: DomainError) -> str:
    """What a reader is told of a failure that the answer goes without."""
    if isinstance(failure, DeadlineExceeded):
        return "the model was too slow"
    if isinstance(failure, UnusableCompletion):
        return "the model gave no answer"
    return "the model is unavailable"
