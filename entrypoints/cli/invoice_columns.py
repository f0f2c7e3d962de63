"""What the columns of an invoice are called, and what they say."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final, TypeAlias

from domain.invoice import FIRST_YEAR, LAST_YEAR, MAX_NAME_LENGTH, MOST_COUNTED, MOST_USD

Value: TypeAlias = str | int | Decimal | bool | None
Line: TypeAlias = dict[str, str | int]
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    # Ours first, then those of OpenAI's exports and of its usage and costs APIs, then Korean ones.
    "day": ("day", "date", "날짜", "일자"),
    "time": ("time", "at", "timestamp", "created", "created_at", "일시", "시각"),
    "bucket": ("start_time", "start_time_iso", "aggregation_timestamp"),
    "bucket_end": ("end_time", "end_time_iso"),
    "model": ("model", "model_id", "snapshot_id", "모델"),
    "line_item": ("line_item",),
    "calls": ("calls", "requests", "num_model_requests", "n_requests", "호출수", "호출_수", "요청수", "요청_수"),
    "input_tokens": (
        "input_tokens", "prompt_tokens", "usage.input_tokens", "usage.prompt_tokens", "n_context_tokens_total",
        "입력_토큰",
    ),
    "uncached_input_tokens": ("uncached_input_tokens", "input_uncached_tokens"),
    "cached_input_tokens": (
        "cached_input_tokens", "input_cached_tokens", "usage.prompt_tokens_details.cached_tokens",
        "usage.input_tokens_details.cached_tokens", "n_cached_context_tokens_total", "캐시_입력_토큰",
    ),
    "cache_write_tokens": (
        "cache_write_tokens", "input_cache_write_tokens", "usage.prompt_tokens_details.cache_write_tokens",
    ),
    "output_tokens": (
        "output_tokens", "completion_tokens", "usage.output_tokens", "usage.completion_tokens",
        "n_generated_tokens_total", "출력_토큰",
    ),
    "reasoning_tokens": (
        "reasoning_tokens", "output_reasoning_tokens", "usage.completion_tokens_details.reasoning_tokens",
        "usage.output_tokens_details.reasoning_tokens",
    ),
    "cost_usd": ("cost_usd", "cost", "amount", "amount_usd", "amount.value", "amount_value", "비용"),
    "currency": ("currency", "amount.currency", "amount_currency", "통화"),
    "request_id": ("request_id", "call_id", "id", "요청_id"),
    "object": ("object",),
}  # fmt: skip
KNOWN: Final = frozenset(name for names in COLUMNS.values() for name in names)
COUNTS: Final = (
    "calls", "input_tokens", "cached_input_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens",
)  # fmt: skip
OF_NO_USE: Final = re.compile(
    r"has_more|next_page|batch|service_tier|(usage\.)?total_tokens|api_source|quantity|email|operation|request_type"
    r"|(project|user|api_key|organization)_(id|name|email|type|redacted)"
    r"|(usage\.)?(prompt_tokens_details\.|completion_tokens_details\.|input_|output_)?(cached_|uncached_)?"
    r"(audio|text|image|accepted_prediction|rejected_prediction)_tokens"
)
"""Columns of OpenAI's that say nothing of calls, tokens or cost that another does not say: nobody is told of them."""
_DAY = re.compile(r"(\d{4})\s*[-./]\s*(\d{1,2})\s*[-./]\s*(\d{1,2})\s*\.?")
_COUNT = re.compile(r"(\d{1,3}(,\d{3})+|\d{1,16})(\.0+)?")
_USD = re.compile(r"\$?\s*((\d{1,3}(,\d{3})+|\d{1,10})(\.\d{1,25})?([eE]-?\d{1,2})?)")
_SECONDS = re.compile(r"\d{9,10}(\.\d{1,6})?")
COMPLETIONS: Final = "organization.usage.completions.result"
EMBEDDINGS: Final = "organization.usage.embeddings.result"
INSTANT: Final = timedelta(microseconds=1)


class Misread(Exception):
    """A record that is no line of an invoice, and why."""


def named(column: str) -> str:
    """The name of a column as this file knows it: `Input Tokens` is input_tokens."""
    return re.sub(r"[\s-]+", "_", column.strip().casefold())


def line_of(values: Mapping[str, Value]) -> Line | None:
    """The line as the service takes it; None where the record states nothing. Raises: Misread."""
    told = {name: _first(values, columns) for name, columns in COLUMNS.items()}
    stated: Line = {name: _count(name, told[name]) for name in COUNTS if told[name] is not None}
    if told["uncached_input_tokens"] is not None and "input_tokens" not in stated:
        parts = ("cached_input_tokens", "cache_write_tokens")
        cached = sum(int(stated.get(part, 0)) for part in parts)
        stated["input_tokens"] = _count("uncached_input_tokens", told["uncached_input_tokens"]) + cached
    if told["cost_usd"] is not None:
        stated["cost_usd"] = _cost(told["cost_usd"], told["currency"])
    if not stated:
        return None
    return {"model": _model(told), **_when(told), **stated}


def kind_of(values: Mapping[str, Value]) -> str | None:
    """What kind of calls the export that a record is of covers; None where it may be all."""
    told = values.get("object")
    if told in (COMPLETIONS, EMBEDDINGS):
        return "chat" if told == COMPLETIONS else "embedding"
    if told is None and "num_model_requests" in values:
        return "chat" if "output_tokens" in values else "embedding"
    return None


def _first(values: Mapping[str, Value], columns: tuple[str, ...]) -> Value:
    return next((values[column] for column in columns if values.get(column) is not None), None)


def _model(told: Mapping[str, Value]) -> str:
    """A line item names the model and what of it: `gpt-4o-mini-2024-07-18, cached input`."""
    name = told["model"] or str(told["line_item"] or "").partition(",")[0].strip()
    if not name:
        raise Misread("names no model: usage has to be grouped by model, and costs by line item")
    if len(str(name)) > MAX_NAME_LENGTH:
        raise Misread(f"model: a name has at most {MAX_NAME_LENGTH} characters")
    return str(name)


def _when(told: Mapping[str, Value]) -> Line:
    """The day, or for a single call the time and what it is known by."""
    one_call = told["calls"] is None or _count("calls", told["calls"]) == 1
    which: Line = {"request_id": str(told["request_id"])} if told["request_id"] is not None and one_call else {}
    if told["time"] is not None:
        at = _moment(told["time"], "time")
        return {"time": at.isoformat(), **which} if one_call else {"day": at.date().isoformat()}
    if told["day"] is not None:
        return {"day": _day(told["day"]).isoformat(), **which}
    if told["bucket"] is None:
        raise Misread("says neither day nor time")
    begin = _moment(told["bucket"], "start_time")
    end = _moment(told["bucket_end"], "end_time") if told["bucket_end"] is not None else begin
    if max(begin, end - INSTANT).date() != begin.date():
        raise Misread(f"covers more than one UTC day: {begin.isoformat()} to {end.isoformat()}")
    return {"day": begin.date().isoformat(), **which}


def _day(value: Value) -> date:
    found = _DAY.fullmatch(str(value).strip())
    if found is None:
        return _moment(value, "day").date()
    try:
        return _near(datetime(*map(int, found.groups()), tzinfo=UTC)).date()  # type: ignore[arg-type, misc]  # three numbers
    except ValueError as error:
        raise Misread(f"day: {value!r} is no day such as 2026-11-20") from error


def _moment(value: Value, name: str) -> datetime:
    """A time in UTC; one that says no offset is in UTC already."""
    text = str(value).strip()
    try:
        if _SECONDS.fullmatch(text):
            return _near(datetime.fromtimestamp(float(text), UTC))
        at = datetime.fromisoformat(text)
        return _near(at.replace(tzinfo=UTC) if at.utcoffset() is None else at.astimezone(UTC))
    except (ValueError, OverflowError) as error:
        raise Misread(f"{name}: {value!r} is no time such as 2026-11-20T09:30:00Z") from error


def _near(at: datetime) -> datetime:
    """The same, where it lies in a year that an invoice can be of. Raises: ValueError."""
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise ValueError(at.year)
    return at


def _count(name: str, value: Value) -> int:
    text = str(value).strip()
    count = -1 if isinstance(value, bool) or not _COUNT.fullmatch(text) else int(text.replace(",", "").split(".")[0])
    if not 0 <= count <= MOST_COUNTED:
        raise Misread(f"{name}: {value!r} is no whole number from 0 on")
    return count


def _cost(value: Value, currency: Value) -> str:
    if currency is not None and str(currency).strip().casefold() != "usd":
        raise Misread(f"cost_usd: the amount is in {currency}, not in USD")
    found = None if isinstance(value, bool) else _USD.fullmatch(str(value).strip())
    if found is None or Decimal(found[1].replace(",", "")) > MOST_USD:
        raise Misread(f"cost_usd: {value!r} is no amount such as 0.0123")
    return f"{Decimal(found[1].replace(',', '')):f}"
