"""How often what is watched was changed, in memory."""

from collections import Counter
from collections.abc import Mapping

from domain.revision import Watched


class InMemoryRevisions:
    """Counts; a store that is watched counts its own changes here."""

    def __init__(self) -> None:
        self._numbers: Counter[Watched] = Counter()

    def bump(self, watched: Watched) -> None:
        """It was changed once more."""
        self._numbers[watched] += 1

    async def current(self) -> Mapping[Watched, int]:
        """The number of everything watched."""
        return {watched: self._numbers[watched] for watched in Watched}
