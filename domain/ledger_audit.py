"""What a check of the ledger finds: the books against their own rows."""

from dataclasses import dataclass, field
from enum import StrEnum


class LedgerCheck(StrEnum):
    """What is recomputed."""

    COUNTER = "counter"
    HOLD = "hold"
    SUM = "sum"
    PRICE = "price"
    ROW = "row"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something that is not what the rows say: what it is, what it should be, and what is kept."""

    check: LedgerCheck
    subject: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.check} {self.subject}: expected {self.expected}, found {self.found}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """How much was looked at."""

    rows: int = 0
    holds: int = 0
    counters: int = 0
    sums: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerFindings:
    """What a store finds out about itself."""

    checked: Checked = field(default_factory=Checked)
    differences: tuple[Difference, ...] = ()
