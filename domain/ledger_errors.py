"""Failures of the ledger, in the tree of `errors`."""

from datetime import date

from domain.errors import Refused, Violation


class DetailPruned(Refused):
    """A question about a part of a day whose rows are no longer kept; sums of whole days are."""

    code = "detail-pruned"
    title = "The rows of this day are no longer kept"

    def __init__(self, field: str, first_day: date) -> None:
        message = f"falls into a day whose rows are no longer kept: ask for whole days, or from {first_day} on"
        super().__init__(Violation(field=field, message=message), first_day=first_day.isoformat())
