"""The rows of the ledger reckoned again, in memory."""

from collections.abc import Sequence

from adapters.memory.price_book import InMemoryPriceBook
from adapters.memory.usage_ledger import InMemoryUsageLedger
from domain.ledger_audit import Difference
from domain.price_fact import misreckoned


class InMemoryPriceAudit:
    """Every row against the book of prices."""

    def __init__(self, ledger: InMemoryUsageLedger, book: InMemoryPriceBook) -> None:
        self._ledger = ledger
        self._book = book

    async def misreckoned(self, *, most: int) -> Sequence[Difference]:
        """Rows whose cost is not that of their tokens; see the port."""
        facts = await self._book.all()
        rows = sorted(self._ledger.rows(), key=lambda entry: entry.entry_id)
        return [found for entry in rows if (found := misreckoned(entry, facts)) is not None][:most]
