"""What a model provider fails with that may have to be paid for."""

from domain.errors import ProviderUnavailable, UnusableCompletion
from domain.usage import TokenUsage


class ProviderBrokeOff(ProviderUnavailable):
    """A model provider that was lost after it may have received the request: it may ask for its money all the same."""


class UnusableAnswer(UnusableCompletion):
    """An answer that cannot be used, of which the provider says what it took."""

    def __init__(self, detail: str, *, usage: TokenUsage, **facts: object) -> None:
        super().__init__(detail, violations=(), **facts)
        self.usage = usage
