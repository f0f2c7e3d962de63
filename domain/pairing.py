"""Which call on an invoice is which row of the ledger."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from domain.invoice import TOKENS, Figures, InvoiceLine, Measure
from domain.usage import UsageEntry

Shelf: TypeAlias = Mapping[tuple[object, ...], list[UsageEntry]]
"""Rows by their figures, each place in the order of time."""
_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """Rows with the call that each is, and what is left over on either side."""

    pairs: tuple[tuple[UsageEntry, InvoiceLine], ...]
    rows_alone: tuple[UsageEntry, ...]
    calls_alone: tuple[InvoiceLine, ...]


def figures_of(entry: UsageEntry) -> Figures:
    """What an invoice that agrees with the row states of it."""
    tokens = {measure: getattr(entry.usage, measure.value) for measure in TOKENS}
    return {Measure.CALLS: 1, **tokens, Measure.COST_USD: entry.cost_usd}


def paired(rows: Iterable[UsageEntry], calls: Iterable[InvoiceLine]) -> Pairing:
    """Each call with the row that it names, else with one of the very same tokens, of several with the likeliest.

    A call that states no tokens is told by its cost. Of rows that look the same, the likeliest is the one that was
    opened last before the call.
    """
    desk = _Desk(rows)
    by_id, others = desk.take_named(sorted(calls, key=_moment))
    pairs, alone = list(by_id), []
    for call in others:
        row = desk.take_alike(call)
        if row is None:
            alone.append(call)
        else:
            pairs.append((row, call))
    return Pairing(pairs=tuple(pairs), rows_alone=tuple(desk.rows.values()), calls_alone=tuple(alone))


class _Desk:
    """Rows that wait for their call."""

    def __init__(self, rows: Iterable[UsageEntry]) -> None:
        self.rows = {row.entry_id: row for row in sorted(rows, key=lambda row: (row.at, row.entry_id))}
        self._shelves: dict[tuple[Measure, ...], Shelf] = {}

    def take_named(
        self, calls: Sequence[InvoiceLine]
    ) -> tuple[list[tuple[UsageEntry, InvoiceLine]], list[InvoiceLine]]:
        """Pairs of what names a row and that row, and the calls that name none."""
        once = Counter(row.request_id for row in self.rows.values())
        named = {row.request_id: row for row in self.rows.values() if once[row.request_id] == 1} | self.rows
        found, others = [], []
        for call in calls:
            row = named.get(call.call_id or "")
            if row is None or self.rows.pop(row.entry_id, None) is None:
                others.append(call)
            else:
                found.append((row, call))
        return found, others

    def take_alike(self, call: InvoiceLine) -> UsageEntry | None:
        """The likeliest row of the same figures; None where there is none."""
        told_by = tuple(measure for measure in TOKENS if measure in call.stated) or (Measure.COST_USD,)
        waiting = self._shelf(told_by).get(tuple(call.stated.get(measure) for measure in told_by), [])
        while waiting:
            before = 0 if call.at is None else bisect_right(waiting, call.at, key=lambda row: row.at)
            row = waiting.pop(max(0, before - 1))
            if self.rows.pop(row.entry_id, None) is not None:  # else another shelf gave it away
                return row
        return None

    def _shelf(self, told_by: tuple[Measure, ...]) -> Shelf:
        if told_by not in self._shelves:
            shelf: dict[tuple[object, ...], list[UsageEntry]] = {}
            for row in self.rows.values():
                figures = figures_of(row)
                shelf.setdefault(tuple(figures[measure] for measure in told_by), []).append(row)
            self._shelves[told_by] = shelf
        return self._shelves[told_by]


def _moment(call: InvoiceLine) -> tuple[datetime, str]:
    """Those that do not say when come last: they take what is left."""
    return call.at or _LAST, call.call_id or ""
