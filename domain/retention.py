"""How long what is stored is kept."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """After how many days something may go, and whether prompts and answers are stored at all.

    Sums of the ledger and its budgets never go. Backtests go by age, or where a user has more of them; None keeps all.
    """

    ledger_detail_days: int = 400
    store_bodies: bool = False
    bodies_days: int = 30
    backtests_days: int | None = None
    backtests_per_user: int | None = None
