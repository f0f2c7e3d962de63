"""Whatever is in a file: it is read, or refused with a reason."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.foreign_run import Stated, UnreadableFile, imported
from tests.golden.files import FORMATS, golden, read

TEXTS = {
    "backtesting": golden("backtesting", "crossover.json"),
    "freqtrade": golden("freqtrade", "winner.json"),
    "vectorbt": golden("vectorbt", "grid.json"),
    "lean": golden("lean", "crossover_not_by_engine.json"),
    "backtrader": golden("backtrader", "crossover.json"),
}
WORDS = (
    *("strategy", "A", "total", "closed", "won", "lost", "pnl", "max", "drawdown", "rtot", "rnorm", "sharperatio"),
    *("analyzers", "symbols", "start", "end", "schema", "data", "index", "columns", "name", "Start", "End"),
    *("Return [%]", "Total Return [%]", "# Trades", "Total Closed Trades", "Win Rate [%]", "_strategy", "Sharpe Ratio"),
    *("_equity_curve", "Equity", "totalPerformance", "portfolioStatistics", "tradeStatistics", "totalNetProfit"),
    *("backtest", "closedTrades", "orders", "state", "statistics", "Net Profit", "algorithmConfiguration"),
    *("profit_total", "total_trades", "profit_factor", "sharpe", "losses", "trades", "pairlist", "minimal_roi"),
    *("backtest_start", "backtest_start_ts", "strategy_name", "params", "returns", "initial_capital"),
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, -(10**400), 2**63])
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["-", "nan", "-inf", "12.5%", "2004-08-19", "9999-12-31T23:59:59-23:59", "0001-01-01", "1e999"])
)
DOCUMENTS = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=4), inner, max_size=8)
    ),
    max_leaves=40,
)


def read_or_refuse(file_format: str, content: bytes) -> None:
    try:
        runs = read(file_format, content)
    except UnreadableFile:
        return
    assert runs
    for run in runs:
        made = imported(run, Stated())
        assert (made.backtest is None) == bool(made.errors)


def replaced(document: dict[str, Any], by: object) -> list[dict[str, Any]]:
    """The document with another value in the place of one member, however deep it is."""
    made = []
    for name, value in document.items():
        made.append(document | {name: by})
        if isinstance(value, dict):
            made += [document | {name: inner} for inner in replaced(value, by)]
    return made


@pytest.mark.parametrize("file_format", FORMATS)
@settings(max_examples=200, deadline=None)
@given(document=DOCUMENTS)
def test_any_json_is_read_or_refused(file_format: str, document: Any) -> None:  # noqa: ANN401  # JSON
    read_or_refuse(file_format, json.dumps(document).encode())


@pytest.mark.parametrize("file_format", FORMATS)
@settings(max_examples=300, deadline=None)
@given(document=DOCUMENTS, draw=st.data())
def test_any_json_in_the_place_of_a_member_is_read_or_refused(
    file_format: str,
    document: Any,  # noqa: ANN401  # JSON
    draw: st.DataObject,
) -> None:
    changed = draw.draw(st.sampled_from(replaced(json.loads(TEXTS[file_format]), document)))
    read_or_refuse(file_format, json.dumps(changed).encode())


@pytest.mark.parametrize("file_format", FORMATS)
@settings(deadline=None)
@given(content=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_are_read_or_refused(file_format: str, content: bytes) -> None:
    read_or_refuse(file_format, content)


@pytest.mark.parametrize("file_format", ["backtesting", "vectorbt"])
@settings(deadline=None)
@given(
    lines=st.lists(st.lists(st.sampled_from(WORDS) | st.text(max_size=6), min_size=1, max_size=4), max_size=8),
    delimiter=st.sampled_from([",", ";", "\t"]),
)
def test_any_table_is_read_or_refused(file_format: str, lines: list[list[str]], delimiter: str) -> None:
    read_or_refuse(file_format, "\n".join(map(delimiter.join, lines)).encode("utf-8", "replace"))
