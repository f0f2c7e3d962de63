"""How long what is stored is kept."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """After how many days something may go, and whether prompts and answers are stored at all.

    Sums of the ledger and its budgets never go.
    """

    ledger_detail_days: int = 400
    store_bodies: bool = False
    bodies_days: int = 30
