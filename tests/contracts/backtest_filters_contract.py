"""What every archive of backtests finds by conditions: each operator on each kind of value, told out."""

from collections.abc import Sequence

import pytest

from application.ports.backtest_archive import BacktestArchive, BacktestQueries
from domain.backtest import Backtest, card_id
from domain.errors import InvalidQuestion
from domain.filters import Filter, FilterOp, Scalar
from tests.builders import MOMENT, a_backtest, a_scope, a_tested_strategy, some_metrics

MINA, JUN = a_scope("mina@quant.kr"), a_scope("준/서울")
HELD: dict[str, dict[str, float | int | str | bool]] = {
    "int": {"x": 14},
    "float": {"x": 14.5},
    "whole": {"x": 14.0},
    "below": {"x": -1},
    "true": {"x": True},
    "false": {"x": False},
    "text": {"x": "14"},
    "한글": {"x": "빠름"},
    "case": {"x": "Fast"},
    "missing": {},
}
NUMBERS = ("int", "float", "whole", "below")
Case = tuple[str, Scalar | tuple[Scalar, ...], Sequence[str]]
OF_PARAMETERS: list[Case] = [
    ("=", 14, ("int", "whole")),
    ("=", 14.0, ("int", "whole")),
    ("=", 14.5, ("float",)),
    ("=", True, ("true",)),
    ("=", False, ("false",)),
    ("=", "14", ("text",)),
    ("=", "빠름", ("한글",)),
    ("=", "fAST", ("case",)),
    ("=", 1, ()),
    ("!=", 14, ("float", "below", "true", "false", "text", "한글", "case")),
    ("!=", True, (*NUMBERS, "false", "text", "한글", "case")),
    ("!=", "14", (*NUMBERS, "true", "false", "한글", "case")),
    ("<", 14, ("below",)),
    ("<", 14.25, ("int", "whole", "below")),
    ("<=", 14, ("int", "whole", "below")),
    (">", 14, ("float",)),
    (">", -2, NUMBERS),
    (">=", 14.0, ("int", "whole", "float")),
    (">=", 15, ()),
    ("in", (14, "빠름", True), ("int", "whole", "한글", "true")),
    ("in", ("15", 15), ()),
    ("not_in", (14, "빠름", True), ("float", "below", "false", "text", "case")),
]
SYMBOLS: dict[str, tuple[str, ...]] = {"goog": ("GOOG",), "both": ("GOOG", "AAPL"), "krx": ("삼성전자",)}
OF_LISTS: list[Case] = [
    ("=", "goog", ("goog", "both")),
    ("=", "삼성전자", ("krx",)),
    ("=", "GOO", ()),
    ("!=", "AAPL", ("goog", "krx")),
    ("in", ("aapl", "삼성전자"), ("both", "krx")),
    ("not_in", ("aapl", "MSFT"), ("goog", "krx")),
]
SHARPE = {"none": None, "zero": 0.0, "half": 0.5, "minus": -0.5}
OF_METRICS: list[Case] = [
    ("=", 0, ("zero",)),
    ("!=", 0, ("half", "minus")),
    ("<", 0.5, ("zero", "minus")),
    ("<=", 0.5, ("zero", "half", "minus")),
    (">", -0.5, ("zero", "half")),
    (">=", 0, ("zero", "half")),
    ("in", (0, 0.5, 7), ("zero", "half")),
    ("not_in", (0, 7), ("half", "minus")),
]


class BacktestFiltersContract:
    """A subclass gives the fixtures `archive`, `-> BacktestArchive`, and `queries`, `-> BacktestQueries`, on it."""

    @pytest.mark.parametrize("case", OF_PARAMETERS, ids=str)
    async def test_parameters_of_every_kind(
        self, archive: BacktestArchive, queries: BacktestQueries, case: Case
    ) -> None:
        runs = [
            a_backtest(backtest_id=name, strategy=a_tested_strategy(parameters=held)) for name, held in HELD.items()
        ]
        await check(archive, queries, runs, field="parameters.x", case=case)

    @pytest.mark.parametrize("case", OF_LISTS, ids=str)
    async def test_lists(self, archive: BacktestArchive, queries: BacktestQueries, case: Case) -> None:
        runs = [a_backtest(backtest_id=name, symbols=symbols) for name, symbols in SYMBOLS.items()]
        await check(archive, queries, runs, field="symbols", case=case)

    @pytest.mark.parametrize("case", OF_METRICS, ids=str)
    async def test_metrics_that_may_be_missing(
        self, archive: BacktestArchive, queries: BacktestQueries, case: Case
    ) -> None:
        runs = [a_backtest(backtest_id=name, metrics=some_metrics(sharpe_ratio=held)) for name, held in SHARPE.items()]
        await check(archive, queries, runs, field="sharpe_ratio", case=case)

    @pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
    @pytest.mark.parametrize("field", ["sharpe_ratio", "parameters.x"])
    def test_what_is_no_number_is_refused(self, field: str, value: float) -> None:
        with pytest.raises(InvalidQuestion, match=field):
            Filter(field=field, op=FilterOp.GT, value=value)


async def check(
    archive: BacktestArchive, queries: BacktestQueries, runs: Sequence[Backtest], *, field: str, case: Case
) -> None:
    op, value, expected = case
    for scope in (MINA, JUN):
        await archive.record(runs, scope=scope, at=MOMENT)
    found = await queries.matching([Filter(field=field, op=FilterOp(op), value=value)], scope=MINA)
    assert found == {card_id(MINA, "backtest", name) for name in expected}
