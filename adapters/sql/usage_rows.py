"""A ledger entry as a row, and back."""

from typing import Any

from sqlalchemy import Row

from adapters.sql.statements import cleaned
from domain.usage import Settlement, TokenUsage, UsageEntry, UsageStatus

PLAIN = (
    "entry_id", "operation_id", "attempt", "request_id", "at", "deadline_at", "user_id", "service", "provider",
    "model_id", "prompt_version", "price_version", "cost_usd", "saved_cost_usd", "latency_ms", "reason", "key_id",
)  # fmt: skip
BUCKETS = ("input_tokens", "cached_input_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens")


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


def entry_of(row: Row[Any]) -> UsageEntry:
    """The entry that a row keeps."""
    plain: dict[str, Any] = {name: getattr(row, name) for name in PLAIN}
    tokens = {name: getattr(row, name) for name in BUCKETS}
    return UsageEntry(**plain, usage=TokenUsage(**tokens, estimated=row.estimated), status=UsageStatus(row.status))


def _usage(usage: TokenUsage) -> dict[str, object]:
    return {name: getattr(usage, name) for name in (*BUCKETS, "estimated")}
