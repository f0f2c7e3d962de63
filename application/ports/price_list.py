"""What models cost elsewhere."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from domain.catalogue import ModelConfig
from domain.price_review import Quotation


class PriceList(Protocol):
    """A published data set of prices."""

    @property
    def source(self) -> str:
        """Its name and version, as a price keeps them."""

    def quotations(self, models: Iterable[ModelConfig], *, at: datetime) -> Mapping[str, Quotation]:
        """What it says of each model at that moment, and from later days on; a model it does not know is left out.

        It may take a second, and blocks.
        """
