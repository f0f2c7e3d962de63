"""How long what is stored is kept."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Days after which something may go. Sums of the ledger and its budgets never do."""

    ledger_detail_days: int = 400
