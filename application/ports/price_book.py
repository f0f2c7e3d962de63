"""Every price that a row of the ledger was reckoned with."""

from collections.abc import Sequence
from typing import Protocol

from domain.catalogue import TokenPrice
from domain.price_fact import PriceFact


class PriceBook(Protocol):
    """Prices by model and version. A fact that is in it stays as it is."""

    async def keep(self, facts: Sequence[PriceFact]) -> None:
        """All of them are in the book, those that were already unchanged. Raises: StoreUnavailable."""

    async def of(self, model_id: str, version: str) -> TokenPrice:
        """The model's price of that version, to the last digit. Raises: NotFound, StoreUnavailable."""

    async def all(self) -> list[PriceFact]:
        """Every fact, by model, then by version, in the order of code points. Raises: StoreUnavailable."""
