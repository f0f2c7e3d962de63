"""`/api/v1/admin/prices`: the catalogue's prices beside those of the installed data set."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from application.use_cases.apply_prices import ApplyPrices
from application.use_cases.review_prices import ReviewPrices
from domain.price_review import PriceChange, PriceReview
from entrypoints.http.backtest_body import Wire
from entrypoints.http.generation_body import money
from entrypoints.http.problems import documented
from entrypoints.http.wiring import CallerOf, admin_only


class ApplyBody(Wire, frozen=True, kw_only=True):
    """`accept` takes changes of more than three times too; `models` narrows to some of them."""

    accept: bool = False
    models: Annotated[list[str] | None, msgspec.Meta(examples=[["gpt-4o-mini"]])] = None


class PriceChangeBody(msgspec.Struct, frozen=True, kw_only=True):
    """A price in USD per million tokens that would be another; null is what one side does not state."""

    model_id: str
    bucket: str
    valid_from: date
    current: str | None
    new: str | None
    needs_accept: bool

    @staticmethod
    def of(change: PriceChange) -> "PriceChangeBody":
        """The change as it goes out."""
        return PriceChangeBody(
            model_id=change.model_id,
            bucket=change.bucket,
            valid_from=change.valid_from,
            current=_money(change.current),
            new=_money(change.new),
            needs_accept=change.is_steep,
        )


class PriceReviewBody(msgspec.Struct, frozen=True, kw_only=True):
    """What the data set says otherwise than the catalogue; `applied` says whether it was taken.

    `compared` are the models that it prices, `free` those declared free, `unknown` those it does not know, `unusable`
    those whose price could not be stated in the catalogue, with the reason: the last three are never changed.
    """

    source: str
    applied: bool
    changes: list[PriceChangeBody]
    compared: list[str]
    free: list[str]
    unknown: list[str]
    unusable: dict[str, str]

    @staticmethod
    def of(review: PriceReview, *, applied: bool) -> "PriceReviewBody":
        """The review as it goes out."""
        return PriceReviewBody(
            source=review.source,
            applied=applied,
            changes=list(map(PriceChangeBody.of, review.changes)),
            compared=list(review.compared),
            free=list(review.free),
            unknown=list(review.unknown),
            unusable=dict(review.unusable),
        )


def _money(price: Decimal | None) -> str | None:
    return None if price is None else money(price)


@get("/diff", responses=documented(403, 503))
async def compare_prices(caller: CallerOf, reviewing: NamedDependency[ReviewPrices]) -> PriceReviewBody:
    """What the installed data set of prices would change; nothing is changed."""
    admin_only(caller)
    return PriceReviewBody.of(await reviewing(), applied=False)


@post("/apply", status_code=200, responses=documented(403, 409, 413, 422, 503))
async def apply_prices(
    data: JSONBody[ApplyBody], caller: CallerOf, applying: NamedDependency[ApplyPrices]
) -> PriceReviewBody:
    """Take the data set's prices, valid from today or from the later day it names; old rows keep their price.

    A change of more than three times needs `accept`: 409 names each, and nothing is taken.
    """
    admin_only(caller)
    return PriceReviewBody.of(await applying(accept=data.accept, only=data.models, caller=caller), applied=True)


def router(dependencies: dict[str, Any]) -> Router:
    """Both, under their path."""
    handlers = [compare_prices, apply_prices]
    return Router("/api/v1/admin/prices", route_handlers=handlers, dependencies=dependencies, tags=["prices"])
