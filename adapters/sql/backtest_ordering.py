"""The order of a question as SQL that sorts as `Order.sort_key` does."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, case

from adapters.sql.tables import backtests
from domain.backtest import StrategyType
from domain.filters import FieldKind, field_kind
from domain.ordering import Order


def is_sortable(order: Order | None) -> bool:
    """Whether SQL can sort by it: by a figure that has a column of its own, or by when a run was recorded."""
    return order is None or field_kind(order.field) is FieldKind.NUMBER


def sorting(order: Order | None, families: Sequence[StrategyType]) -> list[ColumnElement[Any]]:
    """What to sort by: the families, the figure where there is one, and what decides ties."""
    named = [case((backtests.c.strategy_type.in_([family.value for family in families]), 0), else_=1)]
    first: list[ColumnElement[Any]] = list(named) if families else []
    if order is None:
        return [*first, backtests.c.sequence.desc()]
    figure = backtests.c[order.field]
    return [
        *first,
        case((figure.is_(None), 1), else_=0),
        figure.desc() if order.descending else figure.asc(),
        backtests.c.backtest_id,
    ]
