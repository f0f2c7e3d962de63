"""By which figure a question wants its answers sorted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from domain.backtest import Backtest
from domain.filters import value_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A figure of a backtest or a time in it, the highest, or the latest, first where `descending`."""

    field: str
    descending: bool

    def sort_key(self, run: Backtest) -> tuple[bool, float, str]:
        """Sorts runs as asked: those that have no such figure last, ties by `backtest_id`."""
        value = self._figure(run)
        if value is None:
            return True, 0.0, run.backtest_id
        return False, -value if self.descending else value, run.backtest_id

    def ordered(self, runs: Iterable[Backtest]) -> list[Backtest]:
        """The runs that have the figure, sorted as asked."""
        return sorted((run for run in runs if self._figure(run) is not None), key=self.sort_key)

    def _figure(self, run: Backtest) -> float | None:
        value = value_of(run, self.field)
        if isinstance(value, datetime):
            return value.timestamp()
        if isinstance(value, date):
            return float(value.toordinal())
        return float(value) if isinstance(value, int | float) else None
