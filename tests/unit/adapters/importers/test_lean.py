import json
from typing import Any

import pytest

from domain.foreign_run import UnreadableFile
from tests.golden.files import READERS, golden, read
from tests.unit.adapters.importers.changed import document_of

RESULT: dict[str, Any] = json.loads(golden("lean", "crossover_not_by_engine.json"))


def as_file(document: object) -> bytes:
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    "document",
    [
        {"backtest": RESULT, "success": True},
        {"backtest": RESULT | {"name": "골든크로스 백테스트", "backtestId": "1"}, "success": True},
        {"results": RESULT, "name": "Packet", "periodStart": "2001-01-01T00:00:00Z"},
        {"Results": RESULT, "Type": "BacktestResult"},
    ],
)
def test_a_result_may_be_wrapped(document: object) -> None:
    (wrapped,), (bare,) = read("lean", as_file(document)), read("lean", as_file(RESULT))
    assert (wrapped.metrics, wrapped.start, wrapped.symbols) == (bare.metrics, bare.start, bare.symbols)


def test_the_name_is_that_of_the_run_else_that_of_its_file() -> None:
    bare = {name: each for name, each in RESULT.items() if name not in ("algorithmConfiguration", "state")}
    named = [
        (RESULT, "1234567890.json", "SmaCross"),
        ({"backtest": bare | {"name": "골든크로스"}}, "x.json", "골든크로스"),
        (bare, "BasicTemplateAlgorithm.json", "BasicTemplateAlgorithm"),
        (bare, "BasicTemplateAlgorithm-summary.json", "BasicTemplateAlgorithm"),
        (bare, "1234567890.json", None),
        (bare, "1234567890-summary.json", None),
    ]
    for document, file, name in named:
        (run,) = READERS["lean"].read(as_file(document), name=file)
        assert run.strategy == name


@pytest.mark.parametrize(
    ("trade", "symbols"),
    [
        ({"symbols": [{"value": "SPY", "id": "SPY R735QTJ8XC9X"}, {"value": "AAPL"}]}, ("SPY", "AAPL")),
        ({"Symbol": {"Value": "SPY", "ID": "SPY R735QTJ8XC9X", "Permtick": "SPY"}}, ("SPY",)),
        ({"symbol": "BTCUSD 18N"}, ("BTCUSD",)),
        ({"symbol": None}, ()),
    ],
)
def test_symbols_are_those_that_were_traded(trade: object, symbols: tuple[str, ...]) -> None:
    document = document_of("lean", {"closedTrades": [trade, trade]})
    (run,) = read("lean", as_file(document))
    assert run.symbols == symbols


def test_orders_tell_symbols_where_no_trade_was_closed() -> None:
    document = document_of("lean", {"closedTrades": []}) | {"orders": {"1": {"symbol": {"value": "005930"}}}}
    (run,) = read("lean", as_file(document))
    assert run.symbols == ("005930",)


def test_the_summary_is_read_where_there_is_nothing_better() -> None:
    statistics = {
        "Total Orders": "48", "Compounding Annual Return": "18.500%", "Drawdown": "12.250%", "Net Profit": "76.088%",
        "Sharpe Ratio": "1.42", "Sortino Ratio": "1.9", "Win Rate": "55%", "Total Fees": "$123.45",
        "Annual Standard Deviation": "0.22", "Start Equity": "100000", "End Equity": "176088",
    }  # fmt: skip
    (run,) = read("lean", as_file({"statistics": statistics, "charts": {}}))
    assert run.metrics == pytest.approx(
        {"total_return": 0.76088, "annual_return": 0.185, "volatility": 0.22, "sharpe_ratio": 1.42,
         "sortino_ratio": 1.9, "max_drawdown": 0.1225, "win_rate": 0.55, "fees_paid": 123.45}
    )  # fmt: skip
    assert (run.initial_capital, run.final_equity) == (100000, 176088)


def test_orders_are_no_trades() -> None:
    (run,) = read("lean", as_file(RESULT | {"statistics": {"Total Orders": "999", "Total Trades": "888"}}))
    assert run.metrics["trade_count"] == 10


@pytest.mark.parametrize("document", [{"charts": {}}, {"statistics": {}}, {"totalPerformance": None}, [RESULT]])
def test_a_file_with_no_statistics_is_refused(document: object) -> None:
    with pytest.raises(UnreadableFile, match="no result of LEAN"):
        read("lean", as_file(document))
