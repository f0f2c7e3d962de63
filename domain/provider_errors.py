"""What a model provider fails with that may have to be paid for."""

from domain.errors import ProviderUnavailable


class ProviderBrokeOff(ProviderUnavailable):
    """A model provider that was lost after it may have received the request: it may ask for its money all the same."""
