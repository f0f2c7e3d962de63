"""By which figure a question wants its answers sorted."""

from dataclasses import dataclass

from domain.backtest import Backtest
from domain.filters import value_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A figure of a backtest, the highest first where `descending`."""

    field: str
    descending: bool

    def sort_key(self, run: Backtest) -> tuple[bool, float, str]:
        """Sorts runs as asked: those that have no such figure last, ties by `backtest_id`."""
        value = value_of(run, self.field)
        if not isinstance(value, int | float):
            return True, 0.0, run.backtest_id
        return False, -float(value) if self.descending else float(value), run.backtest_id
