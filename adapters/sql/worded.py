"""Statements as text, made once, for what goes to a driver without a detour."""

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter

from sqlalchemy import Dialect
from sqlalchemy.sql.elements import ClauseElement

Values = Mapping[str, object]


class Worded:
    """The words of a statement in one dialect, and the order in which its values are bound."""

    def __init__(self, statement: ClauseElement, dialect: Dialect, names: Sequence[str] | None = None) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=None if names is None else list(names))
        self.text = str(compiled)
        self._names = tuple(getattr(compiled, "positiontup", None) or ())
        self._values = itemgetter(*self._names)

    def bound(self, values: Values) -> tuple[object, ...]:
        """The values as they are bound, taken by their names."""
        return tuple(values[name] for name in self._names)

    def all_bound(self, rows: Iterable[Values]) -> list[tuple[object, ...]]:
        """Those of several rows; of statements with at least two values."""
        return list(map(self._values, rows))
