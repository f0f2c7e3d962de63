"""Sums of the ledger by what a monitor tells apart: never by user."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from domain.usage import UsageStatus

CODE = "[a-z][a-z -]{0,60}"
"""What a reason looks like that is a word of ours. Any other may be a provider's text, and without an end."""
OTHER = "other"
_CODE = re.compile(CODE)
FigureKey = tuple[str, str, str, UsageStatus, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageFigure:
    """Sums over the attempts of one provider, service and model that stand alike. `reason` is the code of its own."""

    provider: str
    service: str
    model_id: str
    status: UsageStatus
    reason: str | None = None
    attempts: int = 0
    input_tokens: int = 0
    cached_input_tokens: int = 0
    cache_write_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0
    cost_usd: Decimal = Decimal(0)

    @property
    def key(self) -> FigureKey:
        """What it is told apart by."""
        return (self.provider, self.service, self.model_id, self.status, self.reason)

    def __add__(self, other: "UsageFigure") -> "UsageFigure":
        return replace(self, **{name: getattr(self, name) + getattr(other, name) for name in SUMMED})


def code_of(reason: str | None) -> str | None:
    """The reason where it is one of our codes, `other` for any text besides; no text is no reason."""
    if not reason:
        return None
    return reason if _CODE.fullmatch(reason) else OTHER


SUMMED = (
    "attempts", "input_tokens", "cached_input_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens",
    "cost_usd",
)  # fmt: skip


def joined(*parts: Iterable[UsageFigure]) -> tuple[UsageFigure, ...]:
    """All of them, those of one key as one, in the order of their first."""
    sums: dict[FigureKey, UsageFigure] = {}
    for figure in (figure for part in parts for figure in part):
        known = sums.get(figure.key)
        sums[figure.key] = figure if known is None else known + figure
    return tuple(sums.values())
