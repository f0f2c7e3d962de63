"""`/api/v1/gen-ai/usage`: what was used, what it cost."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, TypeAlias

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter

from application.use_cases.report_usage import ReportUsage
from domain.errors import Refused, Violation
from domain.moment import has_utc
from domain.usage import UsageDimension, UsageEntry, UsageFilter, UsageGroup, UsageStatus
from entrypoints.http.generation_body import money
from entrypoints.http.paging import DEFAULT_LIMIT, Cursor, Limit, after_of, cursor_of
from entrypoints.http.problems import Unreadable, documented
from entrypoints.http.wiring import CallerOf

LIST = "usage-entries"
From: TypeAlias = Annotated[
    str | None, QueryParameter(name="from", description="A day, or a time with its offset; included")
]
To: TypeAlias = Annotated[str | None, QueryParameter(name="to", description="A day, included; or a time, excluded")]
Word: TypeAlias = Annotated[str | None, QueryParameter(description="Only rows with this value")]


class SumsBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Sums of a group; of the dimensions those that were asked for are present."""

    requests: int
    attempts: int
    input_tokens: int
    cached_input_tokens: int
    cache_write_tokens: int
    output_tokens: int
    reasoning_tokens: int
    cost_usd: str
    saved_cost_usd: str
    day: date | msgspec.UnsetType = msgspec.UNSET
    user: str | msgspec.UnsetType | None = msgspec.UNSET
    service: str | msgspec.UnsetType | None = msgspec.UNSET
    model: str | msgspec.UnsetType | None = msgspec.UNSET
    prompt_version: str | msgspec.UnsetType | None = msgspec.UNSET
    status: str | msgspec.UnsetType | None = msgspec.UNSET

    @staticmethod
    def of(group: UsageGroup, by: Sequence[UsageDimension]) -> "SumsBody":
        """The group as it goes out."""
        return SumsBody(
            requests=group.requests,
            attempts=group.attempts,
            input_tokens=group.input_tokens,
            cached_input_tokens=group.cached_input_tokens,
            cache_write_tokens=group.cache_write_tokens,
            output_tokens=group.output_tokens,
            reasoning_tokens=group.reasoning_tokens,
            cost_usd=money(group.cost_usd),
            saved_cost_usd=money(group.saved_cost_usd),
            **{dimension.value: getattr(group, dimension.value) for dimension in by},
        )


class UsageSummary(msgspec.Struct, frozen=True, kw_only=True):
    """Sums by group, and over all of them."""

    group_by: list[str]
    groups: list[SumsBody]
    total: SumsBody


class EntryBody(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the ledger: one attempt at one provider."""

    entry_id: str
    operation_id: str
    attempt: int
    request_id: str
    at: datetime
    user_id: str
    service: str
    provider: str
    model_id: str
    prompt_version: str | None
    price_version: str
    status: str
    input_tokens: int
    cached_input_tokens: int
    cache_write_tokens: int
    output_tokens: int
    reasoning_tokens: int
    cost_usd: str
    saved_cost_usd: str
    latency_ms: int | None
    reason: str | None

    @staticmethod
    def of(entry: UsageEntry) -> "EntryBody":
        """The row as it goes out."""
        return EntryBody(
            entry_id=entry.entry_id,
            operation_id=entry.operation_id,
            attempt=entry.attempt,
            request_id=entry.request_id,
            at=entry.at,
            user_id=entry.user_id,
            service=entry.service,
            provider=entry.provider,
            model_id=entry.model_id,
            prompt_version=entry.prompt_version,
            price_version=entry.price_version,
            status=entry.status,
            input_tokens=entry.usage.input_tokens,
            cached_input_tokens=entry.usage.cached_input_tokens,
            cache_write_tokens=entry.usage.cache_write_tokens,
            output_tokens=entry.usage.output_tokens,
            reasoning_tokens=entry.usage.reasoning_tokens,
            cost_usd=money(entry.cost_usd),
            saved_cost_usd=money(entry.saved_cost_usd),
            latency_ms=entry.latency_ms,
            reason=entry.reason,
        )


class EntryPage(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of the ledger, newest first."""

    entries: list[EntryBody]
    next_cursor: str | None


def _moment(name: str, text: str | None, *, end: bool) -> datetime | None:
    """A time with its offset, or a day in UTC: its begin, or where the next one begins."""
    if text is None:
        return None
    try:
        if len(text) == len("2026-01-01"):
            return _midnight(date.fromisoformat(text), end=end)
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        moment = None
    if moment is None or moment.utcoffset() is None or not has_utc(moment):
        what = "must be a day (2026-11-20) or a time with its offset (2026-11-20T09:30:00Z)"
        raise Unreadable(f"{name}: {what}", Violation(field=name, message=what))
    return moment.astimezone(UTC)


def _midnight(day: date, *, end: bool) -> datetime:
    """Where the day begins or ends. Whole days are summed up already; the last of the calendar has none after it."""
    if not end:
        return datetime.combine(day, time.min, UTC)
    if day == date.max:
        return datetime.max.replace(tzinfo=UTC)
    return datetime.combine(day + timedelta(days=1), time.min, UTC)


def _dimensions(text: str) -> list[UsageDimension]:
    words = [word for word in dict.fromkeys(map(str.strip, text.split(","))) if word]
    unknown = [word for word in words if word not in set(UsageDimension)]
    if unknown:
        what = f"{', '.join(unknown)}: must be of {', '.join(UsageDimension)}"
        raise Unreadable(f"group_by: {what}", Violation(field="group_by", message=what))
    return [UsageDimension(word) for word in words]


def provide_wanted(  # the query parameters that both lists share
    *,
    since: From = None,
    until: To = None,
    user: Word = None,
    service: Word = None,
    model: Word = None,
    prompt_version: Word = None,
    status: Annotated[UsageStatus | None, QueryParameter(description="Only rows that stand so")] = None,
) -> UsageFilter:
    """Which rows are meant. Raises: Unreadable, Refused."""
    first, last = _moment("from", since, end=False), _moment("to", until, end=True)
    if first is not None and last is not None and first > last:
        raise Refused(Violation(field="from", message=f"{since} is after the end, {until}"))
    return UsageFilter(
        since=first,
        until=last,
        user_id=user,
        service=service,
        model_id=model,
        prompt_version=prompt_version,
        status=status,
    )


@get("/usage", responses=documented(403, 422, 503))
async def summarise_usage(
    caller: CallerOf,
    usage: NamedDependency[ReportUsage],
    wanted: NamedDependency[UsageFilter],
    group_by: Annotated[str, QueryParameter(description=f"Of {', '.join(UsageDimension)}")] = "service,model",
) -> UsageSummary:
    """Requests, attempts, tokens by bucket, cost and saving, by group."""
    by = _dimensions(group_by)
    groups = await usage.summary(wanted, by=by, principal=caller.principal)
    total = await usage.summary(wanted, by=(), principal=caller.principal) if by else groups
    return UsageSummary(
        group_by=[dimension.value for dimension in by],
        groups=[SumsBody.of(group, by) for group in groups],
        total=SumsBody.of(total[0] if total else UsageGroup(), ()),
    )


@get("/usage/entries", responses=documented(403, 422, 503))
async def list_usage_entries(
    *,
    caller: CallerOf,
    usage: NamedDependency[ReportUsage],
    wanted: NamedDependency[UsageFilter],
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> EntryPage:
    """The ledger's rows, newest first."""
    page = await usage.entries(wanted, principal=caller.principal, limit=limit, after=after_of(LIST, cursor))
    return EntryPage(entries=list(map(EntryBody.of, page.items)), next_cursor=cursor_of(LIST, page.next_after))


def router(dependencies: dict[str, Any]) -> Router:
    """Both, under their path."""
    handlers = [summarise_usage, list_usage_entries]
    ours = dependencies | {"wanted": Provide(provide_wanted, sync_to_thread=False)}
    return Router("/api/v1/gen-ai", route_handlers=handlers, dependencies=ours, tags=["usage"])
