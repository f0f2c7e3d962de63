"""The layouts in which people save what pandas gives them."""

import csv
import io
import json
from typing import Any

import pandas as pd
import pytest

from domain.foreign_run import ForeignRun, UnreadableFile
from tests.golden.files import golden, read

SERIES: dict[str, Any] = json.loads(golden("backtesting", "crossover.json"))
OTHER: dict[str, Any] = json.loads(golden("backtesting", "winner.json"))
FRAME = pd.DataFrame([SERIES, OTHER])
NAMED = FRAME.set_index(pd.MultiIndex.from_tuples([("GOOG", 20), ("AAPL", 30)], names=["symbol", "fast"]))


def one() -> ForeignRun:
    (run,) = read("backtesting", golden("backtesting", "crossover.json"))
    return run


def two() -> list[ForeignRun]:
    return [
        run for name in ("crossover", "winner") for run in read("backtesting", golden("backtesting", f"{name}.json"))
    ]


def as_csv(rows: list[list[object]], delimiter: str = ",") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode()


SERIES_FILES = {
    "index": pd.Series(SERIES).to_json(),
    "split": pd.Series(SERIES).to_json(orient="split"),
    "table": pd.Series({k: str(v) for k, v in SERIES.items()}).to_json(orient="table"),
    "pairs": pd.Series(SERIES).reset_index().to_json(orient="records"),
    "frame": pd.Series(SERIES).to_frame().to_json(),
    "turned frame": pd.Series(SERIES).to_frame().T.to_json(),
    "list": json.dumps([SERIES]),
    "text in JSON": json.dumps(json.dumps(SERIES)),
    "as text": json.dumps({name: "nan" if value is None else str(value) for name, value in SERIES.items()}),
    "indented": json.dumps(SERIES, indent=4),
    "csv": as_csv([["", "0"], *map(list, SERIES.items())]).decode(),
    "csv with no header": as_csv(list(map(list, SERIES.items()))).decode(),
    "csv with semicolons": as_csv(list(map(list, SERIES.items())), ";").decode(),
    "csv with tabs": as_csv(list(map(list, SERIES.items())), "\t").decode(),
    "csv in a line": pd.Series(SERIES).to_frame().T.to_csv(index=False),
}


@pytest.mark.parametrize("layout", SERIES_FILES)
def test_a_series_is_one_run_however_it_is_saved(layout: str) -> None:
    (run,) = read("backtesting", SERIES_FILES[layout].encode())
    assert run.metrics == pytest.approx(one().metrics, rel=1e-9)
    assert (run.strategy, run.parameters, run.start, run.errors) == ("SmaCross", one().parameters, one().start, ())


FRAME_FILES = {
    "columns": FRAME.to_json(),
    "index": FRAME.to_json(orient="index"),
    "records": FRAME.to_json(orient="records"),
    "split": FRAME.to_json(orient="split"),
    "lines": FRAME.to_json(orient="records", lines=True),
    "turned": FRAME.T.to_json(),
    "csv": FRAME.to_csv(),
    "csv with no index": FRAME.to_csv(index=False),
    "turned csv": FRAME.T.to_csv(),
}


@pytest.mark.parametrize("layout", FRAME_FILES)
def test_a_frame_is_a_run_for_each_of_its_series(layout: str) -> None:
    runs = read("backtesting", FRAME_FILES[layout].encode())
    assert [run.metrics for run in runs] == [pytest.approx(run.metrics, rel=1e-9) for run in two()]
    assert [run.parameters for run in runs] == [run.parameters for run in two()]
    assert len({run.place for run in runs}) == 2


NAMED_FILES = {
    "csv": NAMED.to_csv(),
    "turned csv": NAMED.T.to_csv(),
    "table": NAMED.to_json(orient="table"),
    "records": NAMED.reset_index().to_json(orient="records"),
}


@pytest.mark.parametrize("layout", NAMED_FILES)
def test_an_index_with_names_tells_symbol_and_parameters(layout: str) -> None:
    first, second = read("backtesting", NAMED_FILES[layout].encode())
    assert (first.symbols, second.symbols) == (("GOOG",), ("AAPL",))
    assert (first.parameters["fast"], second.parameters["slow"]) == (20, 50)


def test_the_strategy_may_stand_in_the_index() -> None:
    rows = [["strategy", *FRAME.columns[:-1]], ["골든크로스", *list(FRAME.iloc[0])[:-1]]]
    (run,) = read("backtesting", as_csv(rows))
    assert run.strategy == "골든크로스"


@pytest.mark.parametrize(
    ("told", "name", "parameters"),
    [
        ("SmaCross", "SmaCross", {}),
        ("SmaCross(n1=10,n2=20)", "SmaCross", {"n1": 10, "n2": 20}),
        ("SmaCross(n1=10, ratio=0.5, on=True, kind=ema)", "SmaCross",
         {"n1": 10, "ratio": 0.5, "on": True, "kind": "ema"}),
        ("골든크로스(단기=20)", "골든크로스", {"단기": 20}),
        ("", None, {}),
    ],
)  # fmt: skip
def test_the_strategy_is_told_with_its_parameters(told: str, name: str | None, parameters: dict[str, object]) -> None:
    (run,) = read("backtesting", json.dumps(SERIES | {"_strategy": told}).encode())
    assert (run.strategy, run.parameters) == (name, parameters)


def test_an_object_in_the_place_of_the_strategy_names_none() -> None:
    (run,) = read("backtesting", json.dumps(SERIES | {"_strategy": {"equity": 1.0, "fast": 20}}).encode())
    assert (run.strategy, run.errors) == (None, ())


@pytest.mark.parametrize(
    "curve",
    [
        {"1230854400000": {"Equity": 5000.0}, "1231113600000": {"Equity": 5100.0}},
        {"1231113600000": {"Equity": 5100.0}, "1230854400000": {"Equity": 5000.0}},
        {"Equity": {"2009-01-02T00:00:00.000": 5000.0, "2009-01-05T00:00:00.000": 5100.0}},
    ],
)
def test_an_equity_curve_that_was_kept_tells_the_capital(curve: object) -> None:
    (run,) = read("backtesting", json.dumps(SERIES | {"_equity_curve": curve, "_trades": {}}).encode())
    assert run.initial_capital == 5000.0


@pytest.mark.parametrize(
    ("start", "day"),
    [
        (1230854400000, "2009-01-02"),
        (1230854400, "2009-01-02"),
        (1230854400000000, "2009-01-02"),
        (1230854400000000000, "2009-01-02"),
        ("1230854400000", "2009-01-02"),
        (-631152000000, "1950-01-01"),
        (63072000000, "1972-01-01"),
        ("2009-01-02", "2009-01-02"),
        ("2009-01-02 00:00:00", "2009-01-02"),
        ("2009-01-02 00:00:00+09:00", "2009-01-02"),
        ("2009-01-02T23:59:59.123456789Z", "2009-01-02"),
        ("2009-01-02 00:00:00 KST", "2009-01-02"),
    ],
)
def test_a_day_is_told_in_many_ways(start: object, day: str) -> None:
    (run,) = read("backtesting", json.dumps(SERIES | {"Start": start}).encode())
    assert str(run.start) == day


@pytest.mark.parametrize("start", [0, 1005, "1005", -1, None, "NaT", "soon", "2009-13-45", True, [], 1e300, "9" * 50])
def test_a_bar_s_number_is_no_day(start: object) -> None:
    (run,) = read("backtesting", json.dumps(SERIES | {"Start": start}).encode())
    assert run.start is None


def test_korean_csv_of_a_spreadsheet_is_read() -> None:
    rows = [["", "값"], *map(list, (SERIES | {"_strategy": "골든크로스"}).items())]
    (run,) = read("backtesting", as_csv(rows).decode().encode("cp949"))
    assert (run.strategy, run.metrics) == ("골든크로스", one().metrics)


def test_a_line_that_is_no_run_costs_no_other() -> None:
    text = f"{json.dumps(SERIES)}\n{{broken\n{json.dumps(OTHER)}\n[]\n"
    runs = read("backtesting", text.encode())
    assert [(run.place, [error.message for error in run.errors][:1]) for run in runs[::2]] == [
        ("line 1", []),
        ("line 3", []),
    ]
    assert "no JSON" in runs[1].errors[0].message
    assert runs[3].errors[0].message == "holds no statistics"


def test_a_line_of_a_table_that_is_too_short_costs_no_other() -> None:
    lines = FRAME.to_csv().splitlines()
    first, second = read("backtesting", "\n".join([lines[0], lines[1].rsplit(",", 5)[0], lines[2]]).encode())
    assert "cells where the header has" in first.errors[0].message
    assert second.errors == ()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (as_csv([["", "a", "b"], ["Return [%]", 1, 2], ["# Trades", 3]]), "line 3 has 2 cells where others have 3"),
        (b"Return [%]\n# Trades\n", "holds no statistics of backtesting.py"),
        (golden("vectorbt", "crossover.csv"), "it looks like vectorbt: quantrail import vectorbt"),
        (golden("vectorbt", "grid.json"), "it looks like vectorbt: quantrail import vectorbt"),
        (golden("freqtrade", "winner.json"), "it looks like freqtrade: quantrail import freqtrade"),
        (golden("lean", "idle_not_by_engine.json"), "it looks like lean: quantrail import lean"),
        (golden("backtrader", "crossover_bare.json"), "it looks like backtrader: quantrail import backtrader"),
    ],
)
def test_a_table_that_is_none_says_why(content: bytes, says: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read("backtesting", content)
    assert says in str(refused.value)
