"""Prices that a test writes down."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from domain.catalogue import ModelConfig
from domain.price_review import Quotation


class InMemoryPriceList:
    """Says of each model what it was given, whatever the time."""

    def __init__(self, quotations: Mapping[str, Quotation], *, source: str = "a list@1") -> None:
        self.source = source
        self._quotations = dict(quotations)

    def quotations(self, models: Iterable[ModelConfig], *, at: datetime) -> Mapping[str, Quotation]:
        """What it says of each model; one that it does not know is left out."""
        del at
        return {model.model_id: known for model in models if (known := self._quotations.get(model.model_id))}
