"""A ledger entry as a row, and back."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Row

from adapters.sql.column_types import PICO_DOLLARS, Usd, UtcTime, microseconds, whole_units
from adapters.sql.ledger_tables import usage_entries
from adapters.sql.statements import cleaned
from domain.usage import Settlement, TokenUsage, UsageEntry, UsageStatus

PLAIN = (
    "entry_id", "operation_id", "attempt", "request_id", "at", "deadline_at", "user_id", "service", "provider",
    "model_id", "prompt_version", "price_version", "cost_usd", "saved_cost_usd", "latency_ms", "reason", "key_id",
)  # fmt: skip
BUCKETS = ("input_tokens", "cached_input_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens")

_RAW: Mapping[type, Callable[[Any], int]] = {
    Usd: lambda amount: whole_units(amount, PICO_DOLLARS),
    UtcTime: microseconds,
}
_ENCODED = {column.name: _RAW[type(column.type)] for column in usage_entries.c if type(column.type) in _RAW}


def row_of(entry: UsageEntry) -> dict[str, object]:
    """What to insert."""
    return {name: getattr(entry, name) for name in PLAIN} | _usage(entry.usage) | {"status": entry.status.value}


def changes_of(settlement: Settlement) -> dict[str, object]:
    """What a settlement changes of the row of an entry that is pending, as `UsageEntry.settled` does."""
    return {
        **{name: getattr(settlement, name) for name in ("cost_usd", "saved_cost_usd", "latency_ms")},
        **_usage(settlement.usage),
        "status": settlement.status.value,
        # The text may come from a provider's answer.
        "reason": settlement.reason and cleaned(settlement.reason),
        "settled_at": settlement.settled_at,
    }


def raw(row: Mapping[str, object]) -> dict[str, object]:
    """The values of a row of the ledger as its columns hold them, for a driver that is asked without a detour.

    Raises: ValueError for money that is no whole number of pico-dollars, or a time without its offset.
    """
    encoded = {name: encode(row[name]) for name, encode in _ENCODED.items() if row.get(name) is not None}
    return {**row, **encoded}


def entry_of(row: Row[Any]) -> UsageEntry:
    """The entry that a row keeps."""
    plain: dict[str, Any] = {name: getattr(row, name) for name in PLAIN}
    tokens = {name: getattr(row, name) for name in BUCKETS}
    return UsageEntry(**plain, usage=TokenUsage(**tokens, estimated=row.estimated), status=UsageStatus(row.status))


def _usage(usage: TokenUsage) -> dict[str, object]:
    return {name: getattr(usage, name) for name in (*BUCKETS, "estimated")}
