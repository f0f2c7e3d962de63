"""The invoice beside the ledger: every call has its one row, and no row says less than was charged."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal
from itertools import zip_longest
from typing import Any, TypeVar

from tests.crash.books import BUCKETS, Row, cost_of
from tests.doubles.invoice import Line
from tests.doubles.markers import CARD

INDEXING = "index-"
NEARLY = Decimal("0.9")
"""So near comes the estimate of a stream that was left to what was sent of it."""
Key = tuple[str, str]
Thing = TypeVar("Thing")


def differences(calls: Iterable[Line], rows: Iterable[Row]) -> list[str]:
    """Each call that no row is of, and each row that says other than its call; none where all is accounted for.

    Calls and rows meet by the caller's marker, which is the row's request id, and by the model; those of one marker
    in the order in which they came. Those of the index, which has no caller, meet by what they used.
    """
    called, kept = _by_key(calls, _key_of_call), _by_key(rows, _key_of_row)
    found = []
    for key in called.keys() | kept.keys():
        pairs = zip_longest(called[key], kept[key])
        for call, row in _by_usage(called[key], kept[key]) if key[0] == INDEXING else pairs:
            fault = _fault(call, row)
            found += [] if fault is None else [f"{key}: {fault}"]
    return found


def _by_key(things: Iterable[Thing], key_of: Callable[[Thing], Key]) -> dict[Key, list[Thing]]:
    grouped: dict[Key, list[Thing]] = defaultdict(list)
    for thing in things:
        grouped[key_of(thing)].append(thing)
    return grouped


def _by_usage(calls: list[Line], rows: list[Row]) -> list[tuple[Line | None, Row | None]]:
    """What was settled beside a call of the very same usage; then the others in their order, dearest first."""
    left, pairs, others = list(calls), [], []
    for row in rows:
        same = next((call for call in left if call["usage"] and buckets(call) == used(row)), None)
        if row["status"] != "settled":
            others.append(row)
            continue
        pairs.append((same, row))
        if same is not None:
            left.remove(same)
    left.sort(key=lambda call: Decimal(call["cost_usd"] or 0), reverse=True)
    others.sort(key=lambda row: int(row["cost_usd"]), reverse=True)
    return [*pairs, *zip_longest(left, others)]


def charged(calls: Iterable[Line]) -> Decimal:
    """What the invoice comes to."""
    return sum((Decimal(call["cost_usd"]) for call in calls if call["cost_usd"]), Decimal(0))


def _fault(call: Line | None, row: Row | None) -> str | None:
    if row is None:
        return f"no row of {call}"
    if row["status"] == "pending":
        return f"nobody settled {dict(row)}"
    if call is None or not call["usage"]:
        return f"nobody charged for {dict(row)}: {call}" if row["status"] == "settled" else None
    cost = Decimal(call["cost_usd"])
    if row["status"] == "settled":
        return None if used(row) == buckets(call) and cost_of(row) == cost else f"{dict(row)} is not {call}"
    least = cost * NEARLY if row["status"] == "estimated" else cost
    return None if cost_of(row) >= least else f"{row['status']} at {cost_of(row)}, charged {cost}: {dict(row)} {call}"


def buckets(call: Line) -> tuple[int, ...]:
    usage: dict[str, Any] = call["usage"]
    prompt, answer = usage.get("prompt_tokens_details", {}), usage.get("completion_tokens_details", {})
    return (
        usage["prompt_tokens"], prompt.get("cached_tokens", 0), prompt.get("cache_write_tokens", 0),
        usage.get("completion_tokens", 0), answer.get("reasoning_tokens", 0),
    )  # fmt: skip


def used(row: Row) -> tuple[int, ...]:
    return tuple(int(row[bucket]) for bucket in BUCKETS)


def _key_of_call(call: Line) -> Key:
    marker = str(call["marker"])
    return (INDEXING if marker.startswith(CARD) else marker, str(call["model"]))


def _key_of_row(row: Row) -> Key:
    request_id = str(row["request_id"])
    return (INDEXING if request_id.startswith(INDEXING) else request_id, str(row["model_id"]))
