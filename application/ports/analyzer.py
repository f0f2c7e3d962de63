"""What a text says, as terms."""

from collections.abc import Sequence
from typing import Protocol


class Analyzer(Protocol):
    """Takes texts of users apart into terms: the same words in another form, or in the other language, are the same."""

    async def terms(self, texts: Sequence[str]) -> list[tuple[str, ...]]:
        """The terms of each text in their order, as often as they stand there; none for a text without content.

        Any text is accepted. Terms hold no blank.
        """
