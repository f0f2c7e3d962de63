"""What a batch of the ledger's operations comes to, decided before anything is written: the same for every engine.

What is read and written here is as the columns hold it: pico-dollars, microseconds, whole units of a budget.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from adapters.sql.budget_rows import CounterKey, counter_at, key_of, most_units, spent_units, units
from adapters.sql.rollups import DAY, SUMMED, Rollup, Told
from adapters.sql.usage_rows import changes_of, raw, row_of
from domain.budget import Hold
from domain.errors import BudgetExhausted, DomainError, NotFound
from domain.figures import code_of
from domain.usage import Settlement, UsageEntry, UsageStatus

Row = dict[str, object]
CounterRow = tuple[str, str, int, int, str, int, int]
"""The key of a counter, what is spent, what is held."""
Counts = tuple[int, int]
"""What is spent and what is held of a budget."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Opening:
    """A row to add, with its holds. What it becomes as a row is known before it waits for its turn."""

    entry: UsageEntry
    holds: Sequence[Hold]
    row: Row = field(init=False)
    keys: Sequence[CounterKey] = field(init=False)
    amounts: Sequence[int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "row", raw(row_of(self.entry)))
        object.__setattr__(self, "keys", tuple(map(key_of, self.holds)))
        object.__setattr__(self, "amounts", tuple(units(hold.rule, hold.amount) for hold in self.holds))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Settling:
    """A row to make final."""

    entry_id: str
    settlement: Settlement
    row: Row = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "row", raw(changes_of(self.settlement)) | {"entry_id": self.entry_id})


Operation = Opening | Settling
Outcome = bool | DomainError
"""Whether something changed, or why it is refused."""


class KeptRow(NamedTuple):
    """A row that is to be settled beside one of its holds, as it is read; without any hold `position` is None."""

    entry_id: str
    status: str
    attempt: int
    at: int
    user_id: str
    service: str
    provider: str
    model_id: str
    prompt_version: str | None
    position: int | None
    rule: str
    unit: str
    starts_at: int
    ends_at: int
    subject: str
    amount: int


KEPT_OF_ENTRY = KeptRow._fields[:9]
KEPT_OF_HOLD = KeptRow._fields[9:]


class Batch:
    """Operations that change the database together."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = operations
        self._kept: dict[str, list[KeptRow]] = {}
        self._found: dict[CounterKey, Counts] = {}

    def to_settle(self) -> list[str]:
        """The ids of the rows to read."""
        return [each.entry_id for each in self.operations if isinstance(each, Settling)]

    def keep(self, rows: Iterable[Sequence[object]]) -> None:
        """The rows that were asked for, with their holds in order."""
        for row in map(KeptRow._make, rows):
            self._kept.setdefault(row.entry_id, []).append(row)

    def new_holds(self) -> list[CounterKey]:
        """The counters that may not be there yet."""
        return [key for each in self.operations if isinstance(each, Opening) for key in each.keys]

    def counters(self) -> list[CounterKey]:
        """Every counter that may change, in the order in which everyone locks them."""
        settled = (_key(row) for rows in self._kept.values() for row in rows if row.position is not None)
        return sorted({*self.new_holds(), *settled})

    def count(self, rows: Iterable[CounterRow]) -> None:
        """The counters that are there."""
        self._found = {CounterKey(*row[:5]): row[5:] for row in rows}

    def decided(self) -> "Decided":
        """What is to be written. Calls that end come first: what they give back is there for those that begin."""
        decided = Decided(self._kept, self._found)
        outcomes = dict(decided.ended(each) for each in self.operations if isinstance(each, Settling))
        outcomes |= dict(decided.begun(each) for each in self.operations if isinstance(each, Opening))
        decided.outcomes = [outcomes[each] for each in self.operations]
        return decided


class Decided:
    """The rows to write, and how each operation ended."""

    def __init__(self, kept: Mapping[str, Sequence[KeptRow]], found: Mapping[CounterKey, Counts]) -> None:
        self._kept = kept
        self._found = found
        self._counters: dict[CounterKey, Counts] = {}
        self._ended: set[str] = set()
        self._sums = Rollup()
        self.opened: list[Row] = []
        self.holds: list[Row] = []
        self.finished: list[Row] = []
        self.spent: list[Row] = []
        self.outcomes: list[Outcome] = []

    def begun(self, opening: Opening) -> tuple[Operation, Outcome]:
        """The row is added with all of its holds, or with none of them refused."""
        raised: dict[CounterKey, Counts] = {}
        try:
            for key, hold, amount in zip(opening.keys, opening.holds, opening.amounts, strict=True):
                raised[key] = _reserved(raised.get(key) or self._counted(key), hold, amount)
        except BudgetExhausted as refusal:
            return opening, refusal
        self._counters |= raised
        self.opened.append(opening.row)
        self.holds += [
            key._asdict() | {"entry_id": opening.entry.entry_id, "position": place, "amount": amount}
            for place, (key, amount) in enumerate(zip(opening.keys, opening.amounts, strict=True))
        ]
        return opening, True

    def ended(self, settling: Settling) -> tuple[Operation, Outcome]:
        """The row is final, its holds are spent, and the sums of its day have it."""
        rows = self._kept.get(settling.entry_id)
        if rows is None:
            return settling, NotFound("ledger row", settling.entry_id)
        if rows[0].status != UsageStatus.PENDING or settling.entry_id in self._ended:
            return settling, False
        self._ended.add(settling.entry_id)
        self.finished.append(settling.row)
        for row in rows:
            if row.position is not None:
                self._spend(row, settling.settlement)
        self._sum(rows[0], settling)
        return settling, True

    def written(self) -> dict[str, list[Row]]:
        """The rows to write, by the part of the batch that they are; counters and sums as everyone orders them."""
        parts = {
            "opened": self.opened,
            "holds": self.holds,
            "finished": self.finished,
            "spent": self.spent,
            "counters": [_counter_row(key, *self._counters[key]) for key in sorted(self._counters)],
            "sums": self._sums.rows(),
        }
        return {name: rows for name, rows in parts.items() if rows}

    def _counted(self, key: CounterKey) -> Counts:
        return self._counters.get(key) or self._found.get(key, (0, 0))

    def _spend(self, row: KeptRow, settlement: Settlement) -> None:
        key = _key(row)
        spent, held = self._counted(key)
        more = spent_units(row.unit, settlement)
        self._counters[key] = (spent + more, held - row.amount)
        self.spent.append({"entry_id": row.entry_id, "position": row.position, "spent": more})

    def _sum(self, row: KeptRow, settling: Settling) -> None:
        told = Told(
            user_id=row.user_id,
            service=row.service,
            provider=row.provider,
            model_id=row.model_id,
            prompt_version=row.prompt_version,
            status=settling.settlement.status.value,
            reason=code_of(settling.settlement.reason),
        )
        amounts = [int(row.attempt == 1), 1, *(settling.row[name] for name in SUMMED[2:])]
        self._sums.add(told, day=row.at // DAY, amounts=amounts)  # type: ignore[arg-type]  # whole numbers, all of them


def _key(row: KeptRow) -> CounterKey:
    return CounterKey(row.rule, row.unit, row.starts_at, row.ends_at, row.subject)


def _reserved(counts: Counts, hold: Hold, amount: int) -> Counts:
    """The counts with the hold. Raises: BudgetExhausted, where the domain finds that it does not fit."""
    spent, held = counts
    if spent + held + amount > most_units(hold.rule):
        counter_at(hold, spent=spent, held=held).reserve(hold)
    return spent, held + amount


def _counter_row(key: CounterKey, spent: int, held: int) -> Row:
    return key._asdict() | {"spent": spent, "held": held}
