"""Words of the model in this process: welcome where they come, and never what an answer waits for or fails with."""

from dataclasses import replace

from domain.catalogue import ModelConfig
from domain.errors import DeadlineExceeded, DomainError, ProviderUnavailable, UnusableCompletion
from domain.generation import Generation

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


def tried(silent: Generation) -> Generation:
    """The generation after a failure: one attempt, as what fails in this process is not tried again.

    What it used is in the ledger, under the same operation.
    """
    return replace(silent, attempts=1)
