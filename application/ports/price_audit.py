"""The rows of the ledger, reckoned again."""

from collections.abc import Sequence
from typing import Protocol

from domain.ledger_audit import Difference


class PriceAudit(Protocol):
    """Reads rows and price facts as they are at one moment, while calls go on."""

    async def misreckoned(self, *, most: int) -> Sequence[Difference]:
        """Rows whose cost is not what their tokens cost at a kept price of their name, by entry id, at most so many.

        Rows under way count with their bound; what a cache answered was not asked of any provider, and does not.
        Raises: StoreUnavailable.
        """
