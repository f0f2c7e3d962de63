"""The catalogue beside a data set of prices."""

import asyncio
from collections.abc import Iterable
from datetime import datetime

from application.ports.price_list import PriceList
from domain.catalogue import ModelConfig
from domain.price_review import PriceReview, reviewed


async def review_of(models: Iterable[ModelConfig], prices: PriceList, *, at: datetime) -> PriceReview:
    """What the data set would change of these models' prices. It is read beside the event loop."""
    listed = tuple(models)
    quotations = await asyncio.to_thread(prices.quotations, listed, at=at)
    return reviewed(listed, quotations, source=prices.source)
