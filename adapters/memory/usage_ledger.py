"""The book of every call, in memory."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import islice

from adapters.memory.ledger_audit import wrong_counters
from adapters.memory.nameless import nameless_counter, nameless_entry, nameless_holds
from domain.budget import BudgetCounter, BudgetRule, BudgetUnit, Hold, Window
from domain.erasure import ErasureOrder
from domain.errors import NotFound
from domain.figures import UsageFigure, code_of, joined
from domain.ledger_audit import Checked, LedgerFindings
from domain.ledger_errors import DetailPruned
from domain.ledger_order import Place
from domain.paging import Page
from domain.usage import Settlement, TokenUsage, UsageDimension, UsageEntry, UsageFilter, UsageGroup, UsageStatus

Key = tuple[str, BudgetUnit, datetime, datetime, str]
BUCKETS = tuple(bucket.name for bucket in fields(TokenUsage) if bucket.name != "estimated")
_VALUE: Mapping[UsageDimension, Callable[[UsageEntry], str | date | None]] = {
    UsageDimension.DAY: lambda entry: entry.at.date(),
    UsageDimension.USER: lambda entry: entry.user_id,
    UsageDimension.SERVICE: lambda entry: entry.service,
    UsageDimension.MODEL: lambda entry: entry.model_id,
    UsageDimension.PROMPT_VERSION: lambda entry: entry.prompt_version,
    UsageDimension.STATUS: lambda entry: entry.status,
}


class InMemoryUsageLedger:
    """Ledger and report over one book; each method runs without giving way, so it is a transaction.

    A row that is pruned goes on counting in sums of whole days.
    """

    def __init__(self) -> None:
        self._entries: dict[str, UsageEntry] = {}
        self._pruned: list[UsageEntry] = []
        self._detail_from = date.min
        self._holds: dict[str, tuple[Hold, ...]] = {}
        self._pending: set[str] = set()
        self._counters: dict[Key, BudgetCounter] = {}

    async def open(self, entry: UsageEntry, *, holds: Sequence[Hold] = ()) -> None:
        """The pending row and its holds are there. Raises: BudgetExhausted, and nothing is written then."""
        raised: dict[Key, BudgetCounter] = {}
        for hold in holds:
            key = _key(hold.rule, hold.window, hold.subject)
            raised[key] = (raised.get(key) or self._counter(key, hold)).reserve(hold)
        self._counters |= raised
        self._entries[entry.entry_id] = _in_utc(entry)
        self._holds[entry.entry_id] = tuple(holds)
        self._pending.add(entry.entry_id)

    async def settle(self, entry_id: str, settlement: Settlement) -> bool:
        """The row is final and its holds are spent; False where it was final already. Raises: NotFound."""
        entry = self._entries.get(entry_id)
        if entry is None:
            raise NotFound("ledger row", entry_id)
        if entry.status is not UsageStatus.PENDING:
            return False
        self._pending.discard(entry_id)
        for hold in self._holds[entry_id]:
            key = _key(hold.rule, hold.window, hold.subject)
            spent = hold.rule.amount(usage=settlement.usage, cost_usd=settlement.cost_usd)
            self._counters[key] = self._counters[key].settle(hold, spent=spent)
        self._entries[entry_id] = entry.settled(settlement)
        return True

    async def settle_overdue(self, *, at: datetime) -> int:
        """Every row still pending past its deadline is settled as `unknown`; how many they were."""
        overdue = [self._entries[entry_id] for entry_id in self._pending if self._entries[entry_id].deadline_at < at]
        for entry in overdue:
            await self.settle(entry.entry_id, entry.unknown(at=at))
        return len(overdue)

    async def summary(self, wanted: UsageFilter, *, by: Sequence[UsageDimension]) -> list[UsageGroup]:
        """Sums by group, ordered by the dimensions as given, None first. Raises: DetailPruned."""
        self._refuse_pruned(wanted)
        groups: dict[tuple[str | date | None, ...], list[UsageEntry]] = {}
        for entry in self._counted(wanted):
            groups.setdefault(tuple(_VALUE[dimension](entry) for dimension in by), []).append(entry)
        ordered = sorted(groups, key=lambda values: [(value is not None, str(value)) for value in values])
        return [_sums(by, groups[values]) for values in ordered]

    async def entries(self, wanted: UsageFilter, *, limit: int, after: str | None = None) -> Page[UsageEntry]:
        """Rows, newest first, from just after the end of the page before. Raises: Refused for another `after`."""
        last = None if after is None else Place.read(after)
        newest_first = sorted(self._meant(wanted), key=Place.of, reverse=True)
        rest = [entry for entry in newest_first if last is None or Place.of(entry) < last]
        more = str(Place.of(rest[limit - 1])) if len(rest) > limit else None
        return Page(items=tuple(rest[:limit]), next_after=more)

    async def counters(self, rules: Sequence[BudgetRule], *, at: datetime) -> list[BudgetCounter]:
        """The counters of each rule in the window of that moment, by rule in order, then by subject."""
        return [counter for rule in rules for counter in self._of_rule(rule, rule.window(at))]

    async def figures(self, *, since: datetime | None = None, until: datetime | None = None) -> list[UsageFigure]:
        """Sums over rows opened from `since` (included) to `until` (excluded)."""
        return list(joined(_figure(entry) for entry in self._counted(UsageFilter(since=since, until=until))))

    async def prune(self, *, before: date, limit: int) -> int:
        """So many final rows of days before that one are gone, with their holds; see the port."""
        self._detail_from = max(self._detail_from, before)
        final = (entry for entry in self._entries.values() if entry.status is not UsageStatus.PENDING)
        old = sorted((entry for entry in final if entry.at.date() < before), key=Place.of)[:limit]
        for entry in old:
            self._pruned.append(self._entries.pop(entry.entry_id))
        return len(old)

    async def audit(self, *, most: int) -> LedgerFindings:
        """Counters that are not the sums of their holds; the rest cannot differ here. See the port."""
        rows = [*self._entries.values(), *self._pruned]
        held = [(_key(h.rule, h.window, h.subject), h, entry) for entry in rows for h in self._holds[entry.entry_id]]
        kept = sum(len(self._holds[entry_id]) for entry_id in self._entries)
        return LedgerFindings(
            checked=Checked(rows=len(self._entries), holds=kept, counters=len(self._counters)),
            differences=tuple(islice(wrong_counters(self._counters, held), most)),
        )

    def rename_user(self, order: ErasureOrder) -> int:
        """Rows, holds and counters are the pseudonym's; how many rows were the user's."""
        mine = sum(entry.user_id == order.scope.user_id for entry in (*self._entries.values(), *self._pruned))
        self._entries = {entry_id: nameless_entry(entry, order) for entry_id, entry in self._entries.items()}
        self._pruned = [nameless_entry(entry, order) for entry in self._pruned]
        self._holds = {entry_id: nameless_holds(holds, order) for entry_id, holds in self._holds.items()}
        renamed = [nameless_counter(counter, order) for counter in self._counters.values()]
        self._counters = {_key(counter.rule, counter.window, counter.subject): counter for counter in renamed}
        return mine

    def rows(self) -> tuple[UsageEntry, ...]:
        """Every row that is kept, in no order."""
        return tuple(self._entries.values())

    def _refuse_pruned(self, wanted: UsageFilter) -> None:
        if wanted.since is not None and wanted.until is not None and wanted.since >= wanted.until:
            return
        for field, bound in (("from", wanted.since), ("to", wanted.until)):
            moment = None if bound is None else bound.astimezone(UTC)
            if moment is not None and moment.time() != time.min and moment.date() < self._detail_from:
                raise DetailPruned(field, self._detail_from)

    def _of_rule(self, rule: BudgetRule, window: Window) -> list[BudgetCounter]:
        wanted = _key(rule, window, "")[:-1]
        counted = sorted((key[-1], counter) for key, counter in self._counters.items() if key[:-1] == wanted)
        return [replace(counter, rule=rule) for _, counter in counted] or [BudgetCounter(rule=rule, window=window)]

    def _counter(self, key: Key, hold: Hold) -> BudgetCounter:
        """What was counted so far, against the limit as it is now."""
        empty = BudgetCounter(rule=hold.rule, window=hold.window, subject=hold.subject)
        return replace(self._counters.get(key, empty), rule=hold.rule)

    def _meant(self, wanted: UsageFilter) -> Iterable[UsageEntry]:
        return (entry for entry in self._entries.values() if _is_meant(entry, wanted))

    def _counted(self, wanted: UsageFilter) -> Iterable[UsageEntry]:
        return (entry for entry in (*self._entries.values(), *self._pruned) if _is_meant(entry, wanted))


def _key(rule: BudgetRule, window: Window, subject: str) -> Key:
    return (rule.counted_as, rule.unit, window.starts_at.astimezone(UTC), window.ends_at.astimezone(UTC), subject)


def _in_utc(entry: UsageEntry) -> UsageEntry:
    return replace(entry, at=entry.at.astimezone(UTC), deadline_at=entry.deadline_at.astimezone(UTC))


def _is_meant(entry: UsageEntry, wanted: UsageFilter) -> bool:
    return (
        (wanted.since is None or entry.at >= wanted.since)
        and (wanted.until is None or entry.at < wanted.until)
        and wanted.user_id in (None, entry.user_id)
        and wanted.service in (None, entry.service)
        and wanted.model_id in (None, entry.model_id)
        and wanted.prompt_version in (None, entry.prompt_version)
        and wanted.status in (None, entry.status)
    )


def _figure(entry: UsageEntry) -> UsageFigure:
    plain = {name: getattr(entry, name) for name in ("provider", "service", "model_id", "status")}
    plain["reason"] = code_of(entry.reason)
    tokens = {bucket: getattr(entry.usage, bucket) for bucket in BUCKETS}
    return UsageFigure(**plain, **tokens, attempts=1, cost_usd=entry.cost_usd)


def _sums(by: Sequence[UsageDimension], group: Sequence[UsageEntry]) -> UsageGroup:
    first = group[0]
    sums = UsageGroup(
        day=first.at.date() if UsageDimension.DAY in by else None,
        user=first.user_id if UsageDimension.USER in by else None,
        service=first.service if UsageDimension.SERVICE in by else None,
        model=first.model_id if UsageDimension.MODEL in by else None,
        prompt_version=first.prompt_version if UsageDimension.PROMPT_VERSION in by else None,
        status=first.status if UsageDimension.STATUS in by else None,
        requests=sum(entry.attempt == 1 for entry in group),
        attempts=len(group),
        cost_usd=sum((entry.cost_usd for entry in group), Decimal(0)),
        saved_cost_usd=sum((entry.saved_cost_usd for entry in group), Decimal(0)),
    )
    tokens = {bucket: sum(getattr(entry.usage, bucket) for entry in group) for bucket in BUCKETS}
    return replace(sums, **tokens)
