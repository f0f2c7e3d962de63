"""Every price that was in force, in memory."""

from collections.abc import Sequence

from domain.catalogue import TokenPrice
from domain.errors import NotFound
from domain.price_fact import PriceFact


class InMemoryPriceBook:
    """Facts by model and version."""

    def __init__(self) -> None:
        self._facts: dict[tuple[str, str], PriceFact] = {}

    async def keep(self, facts: Sequence[PriceFact]) -> None:
        """All of them are in the book."""
        for fact in facts:
            self._facts.setdefault((fact.model_id, fact.price.version), fact)

    async def of(self, model_id: str, version: str) -> TokenPrice:
        """The model's price of that version. Raises: NotFound."""
        fact = self._facts.get((model_id, version))
        if fact is None:
            raise NotFound("price", f"{model_id} {version}")
        return fact.price

    async def all(self) -> list[PriceFact]:
        """Every fact, by model, then by version."""
        return [self._facts[key] for key in sorted(self._facts)]
