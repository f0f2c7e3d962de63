"""The catalogue's prices beside those of a data set: what differs, what would be taken, how old a price is."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal

from domain.catalogue import ModelConfig, TokenPrice
from domain.errors import UnpricedModel
from domain.governance import Governance
from domain.overlay import AppliedPrice, with_prices

STEEP = 3
"""A price that changes to more than so many times, or less than so small a part, of itself is looked at by a person."""
OLD_AFTER_DAYS = 31
BUCKETS = ("input_usd_per_mtok", "cached_input_usd_per_mtok", "cache_write_usd_per_mtok", "output_usd_per_mtok")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """What a data set says of a model: its price in force and those it announces, the earliest first.

    Each is valid from the day on which it was asked for, or from a later one that the data set names. `unusable` says
    why none of them could be stated in the catalogue.
    """

    prices: tuple[TokenPrice, ...] = ()
    unusable: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceChange:
    """One bucket whose price would be another; None is what one side does not state.

    `before` and `after` are what the bucket really costs: cached tokens cost what plain input costs where not stated.
    """

    model_id: str
    bucket: str
    valid_from: date
    current: Decimal | None
    new: Decimal | None
    before: Decimal
    after: Decimal

    @property
    def factor(self) -> Decimal | None:
        """How many times the old price the new one is; None from 0."""
        return self.after / self.before if self.before else None

    @property
    def is_steep(self) -> bool:
        """Whether it is a change by more than three times, up or down, from or to nothing included."""
        return self.after > STEEP * self.before or self.before > STEEP * self.after

    def __str__(self) -> str:
        return f"{_shown(self.current)} to {_shown(self.new)} USD per million tokens"


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceReview:
    """What a data set would change. `compared` are the models that it prices, changed or not."""

    source: str
    changes: tuple[PriceChange, ...] = ()
    prices: tuple[AppliedPrice, ...] = ()
    compared: tuple[str, ...] = ()
    free: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    unusable: Mapping[str, str] = field(default_factory=dict)

    @property
    def steep(self) -> tuple[PriceChange, ...]:
        """The changes that a person has to accept."""
        return tuple(change for change in self.changes if change.is_steep)


def reviewed(models: Iterable[ModelConfig], quotations: Mapping[str, Quotation], *, source: str) -> PriceReview:
    """The models beside what the data set says of them; one that is missing there is unknown to it."""
    free: list[ModelConfig] = []
    paid: list[ModelConfig] = []
    for model in models:
        (free if model.free else paid).append(model)
    unusable = {name: why for name, quoted in quotations.items() if (why := quoted.unusable) is not None}
    compared = [model for model in paid if model.model_id in quotations and model.model_id not in unusable]
    found = [one for model in compared for one in _differing(model, quotations[model.model_id].prices)]
    return PriceReview(
        source=source,
        changes=tuple(change for applied, current in found for change in _changes(applied, current)),
        prices=tuple(applied for applied, _ in found),
        compared=tuple(model.model_id for model in compared),
        free=tuple(model.model_id for model in free),
        unknown=tuple(model.model_id for model in paid if model.model_id not in quotations),
        unusable=unusable,
    )


def price_ages(rules: Governance, *, at: datetime) -> dict[str, int]:
    """How many days ago the price in force of each model was last confirmed; models without one are left out.

    It is confirmed when it becomes valid, on the day that the catalogue's version names, and by each comparison.
    """
    ages = {}
    for model in rules.catalogue:
        price = None if model.free else _in_force(model, at)
        if price is not None:
            days = (price.valid_from, _day_of(rules.catalogue.version), rules.reviewed.get(model.model_id))
            ages[model.model_id] = max(0, (at.date() - max(day for day in days if day is not None)).days)
    return ages


def _differing(model: ModelConfig, quoted: Iterable[TokenPrice]) -> Iterator[tuple[AppliedPrice, TokenPrice | None]]:
    """Each price that says otherwise than the one in force on its day, with that one."""
    for price in quoted:
        current = _in_force(model, datetime.combine(price.valid_from, time.min, UTC))
        if current is None or dict(current.buckets()) != dict(price.buckets()):
            that_day = next((old for old in model.prices if old.valid_from == price.valid_from), None)
            applied = AppliedPrice(model_id=model.model_id, price=price, replaces=that_day)
            yield applied, current
            model = with_prices(model, (applied,))


def _changes(applied: AppliedPrice, current: TokenPrice | None) -> Iterator[PriceChange]:
    old = {} if current is None else dict(current.buckets())
    new = dict(applied.price.buckets())
    for bucket in BUCKETS:
        if old.get(bucket) != new.get(bucket):
            yield PriceChange(
                model_id=applied.model_id,
                bucket=bucket,
                valid_from=applied.price.valid_from,
                current=old.get(bucket),
                new=new.get(bucket),
                before=_cost(old, bucket),
                after=_cost(new, bucket),
            )


def _cost(stated: Mapping[str, Decimal], bucket: str) -> Decimal:
    """What a million tokens of the bucket cost, stated or not."""
    of_input = Decimal(0) if bucket == "output_usd_per_mtok" else stated.get("input_usd_per_mtok", Decimal(0))
    return stated.get(bucket, of_input)


def _in_force(model: ModelConfig, at: datetime) -> TokenPrice | None:
    try:
        return model.price_at(at)
    except UnpricedModel:
        return None


def _day_of(version: str) -> date | None:
    """The day that a catalogue's version begins with; None where it is another kind of name."""
    try:
        return date.fromisoformat(version[: len("2026-11-09")])
    except ValueError:
        return None


def _shown(price: Decimal | None) -> str:
    return "unstated" if price is None else f"{price:f}"
