import json
from typing import Any

import pytest

from domain.foreign_run import UnreadableFile
from tests.golden.files import golden, read

RUN: dict[str, Any] = json.loads(golden("backtrader", "crossover.json"))
ANALYZERS: dict[str, Any] = RUN["analyzers"]


def as_file(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def test_analyses_are_told_by_what_they_hold_whatever_they_are_called() -> None:
    renamed = {f"분석 {i}": each for i, each in enumerate(ANALYZERS.values())}
    (one,), (other,) = read("backtrader", as_file(renamed)), read("backtrader", as_file(ANALYZERS))
    assert one.metrics == other.metrics
    assert len(one.metrics) == 7


def test_several_runs_are_a_list() -> None:
    runs = read("backtrader", as_file([RUN, ANALYZERS, {}, RUN | {"strategy": "골든크로스"}]))
    assert [run.place for run in runs] == ["run 1", "run 2", "run 3", "run 4"]
    assert [bool(run.errors) for run in runs] == [False, False, True, False]
    assert runs[3].strategy == "골든크로스"


def test_the_total_return_is_no_logarithm() -> None:
    (run,) = read("backtrader", as_file({"returns": {"rtot": 0.6931471805599453, "rnorm": 0.1}}))
    assert run.metrics["total_return"] == pytest.approx(1.0)
    (run,) = read("backtrader", as_file({"returns": {"rtot": -0.6931471805599453}}))
    assert run.metrics["total_return"] == pytest.approx(-0.5)


def test_a_position_that_is_still_open_is_no_trade() -> None:
    analyzers = ANALYZERS | {"trades": {"total": {"total": 1, "open": 1}}}
    (run,) = read("backtrader", as_file(analyzers))
    assert (run.metrics["trade_count"], "win_rate" in run.metrics) == (0, False)


def test_what_else_the_run_says_is_kept() -> None:
    told = {
        "timeframe": "1d", "completed_at": "2026-11-20T18:30:00+09:00", "symbols": ["005930", 7, ""],
        "parameters": {"기간": 20, "on": True, "skip": None, "levels": {"low": 30}},
    }  # fmt: skip
    (run,) = read("backtrader", as_file(RUN | told))
    assert (run.timeframe, run.symbols) == ("1d", ("005930",))
    assert run.parameters == {"기간": 20, "on": True, "levels.low": 30}
    assert str(run.completed_at) == "2026-11-20 09:30:00+00:00"


@pytest.mark.parametrize("document", [{"annual": {"2009": 0.1}}, {"returns": 0.3}, [1, 2], "[]"])
def test_a_file_with_no_analysis_is_refused(document: object) -> None:
    with pytest.raises(UnreadableFile, match="no analysis of backtrader"):
        read("backtrader", as_file(document))
