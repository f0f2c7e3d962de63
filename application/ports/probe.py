"""Whether a part of the service works."""

from typing import Protocol


class Probe(Protocol):
    """A part that can be asked how it is."""

    async def check(self) -> str:
        """One word or two on its state. Raises: Unavailable where it does not work."""
