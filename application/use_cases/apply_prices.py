"""Take prices from a data set."""

from collections.abc import Collection
from dataclasses import dataclass

from application.auditing import RuleActs
from application.ports.price_list import PriceList
from application.ports.system import Clock, Ids
from application.pricing import review_of
from application.ruling import Ruling
from domain.errors import Refused, Violation
from domain.generation import Caller
from domain.price_review import PriceReview
from domain.rule_errors import SteepPriceChange


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyPrices:
    """The data set's prices are in force from today, or from the later day that it names; what was compared.

    All of them or, with `only`, those of some models; audited. Rows keep the price that they were charged at, and what
    was compared counts as confirmed. Raises: SteepPriceChange, UnknownModel, Refused where `only` names none; nothing
    changes then.
    """

    ruling: Ruling
    prices: PriceList
    clock: Clock
    ids: Ids

    async def __call__(self, *, accept: bool, only: Collection[str] | None, caller: Caller) -> PriceReview:
        if only is not None and not only:
            raise Refused(Violation(field="models", message="names no model; leave it out to take the prices of all"))
        async with self.ruling.turn:
            now, catalogue = self.clock.now(), (await self.ruling.renew()).catalogue
            models = catalogue if only is None else [catalogue.get(model_id) for model_id in dict.fromkeys(only)]
            review = await review_of(models, self.prices, at=now)
            if review.steep and not accept:
                raise SteepPriceChange(review.steep)
            act = RuleActs(ids=self.ids, caller=caller, at=now).prices_applied(review)
            confirmed = dict.fromkeys(review.compared, now.date())
            await self.ruling.book.take_prices(review.prices, reviewed=confirmed, act=act)
            await self.ruling.renew()
        return review
