"""A backtest as rows: typed copies for filters, child rows for its lists, the whole as a document.

The domain takes no whole number that a 64-bit float does not hold, so the copies of numbers are exact.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from adapters.sql.documents import BACKTEST
from domain.backtest import METRIC_NAMES, Backtest, IndexingState, ParameterValue, card_id
from domain.filters import FIELDS, FieldKind, value_of
from domain.identity import UserScope

Row = dict[str, object]
LONGEST_TERM = 100
TEXT_LISTS = tuple(name for name, kind in FIELDS.items() if kind is FieldKind.TEXTS)


def term_of(text: str) -> str:
    """The text as an index holds it: itself, or where it is long its start and its digest. Different ones differ.

    An entry of a PostgreSQL index has a greatest size.
    """
    if len(text) <= LONGEST_TERM:
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()
    return text[: LONGEST_TERM + 1 - len(digest)] + digest


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestRows:
    """The rows of one backtest of one user."""

    main: Row
    document: Row
    terms: list[Row]
    parameters: list[Row]


def rows_of(run: Backtest, scope: UserScope, *, sequence: str, at: datetime) -> BacktestRows:
    """Everything to insert."""
    card = card_id(scope, "backtest", run.backtest_id)
    return BacktestRows(
        main=_identity(run, scope, card, sequence=sequence, at=at) | _typed(run),
        document={"card_id": card, "document": BACKTEST.write(run)},
        terms=list(_terms(run, scope, card)),
        parameters=[
            {"user_id": scope.user_id, "card_id": card, "name": term_of(name), **_parameter(value)}
            for name, value in run.strategy.parameters.items()
        ],
    )


def _identity(run: Backtest, scope: UserScope, card: str, *, sequence: str, at: datetime) -> Row:
    return {
        "card_id": card,
        "user_id": scope.user_id,
        "backtest_id": run.backtest_id,
        "sequence": sequence,
        "fingerprint": run.fingerprint(),
        "recorded_at": at,
        "indexing": IndexingState.PENDING.value,
    }


def _typed(run: Backtest) -> Row:
    numbers = {name: getattr(run.metrics, name) for name in METRIC_NAMES}
    numbers |= {"initial_capital": run.initial_capital, "final_equity": run.final_equity}
    return {
        "folded_id": run.backtest_id.casefold(),
        "strategy_name": run.strategy.name.casefold(),
        "strategy_type": _family(run),
        "timeframe": None if run.timeframe is None else run.timeframe.casefold(),
        "start": run.start,
        "end": run.end,
        "completed_at": run.completed_at,
        **{name: None if value is None else float(value) for name, value in numbers.items()},
    }


def _family(run: Backtest) -> str | None:
    family = value_of(run, "strategy_type")
    return family.casefold() if isinstance(family, str) else None


def _terms(run: Backtest, scope: UserScope, card: str) -> Iterator[Row]:
    for name in TEXT_LISTS:
        held = value_of(run, name)
        for term in {term_of(text.casefold()) for text in held} if isinstance(held, tuple) else ():
            yield {"user_id": scope.user_id, "card_id": card, "field": name, "term": term}


def _parameter(value: ParameterValue) -> Row:
    kinds: Row = {"number": None, "truth": None, "term": None}
    if isinstance(value, bool):
        return kinds | {"truth": value}
    if isinstance(value, str):
        return kinds | {"term": term_of(value.casefold())}
    return kinds | {"number": float(value)}
