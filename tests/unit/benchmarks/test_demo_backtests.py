"""The stored backtests: enough of them, varied, possible, and the ones that the script makes."""

import json
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from benchmarks import make_backtests
from benchmarks.backtests.families import FAMILIES
from benchmarks.backtests.prices import SYMBOLS, load_bars
from benchmarks.backtests.researchers import RESEARCHERS, Period, experiments
from benchmarks.make_backtests import MOST_BYTES, STORED

KINDS = {*("sma", "ema", "rsi", "macd", "bollinger", "atr"), *("roc", "donchian", "stochastic", "zscore", "volume_sma")}
TYPES = {"trend_following", "mean_reversion", "breakout", "momentum", "arbitrage", "market_making", "other"}
FAMILY_OF = {words.name: key for key, family in FAMILIES.items() for words in (family.ko, family.en)}
METRICS = {
    *("total_return", "annual_return", "volatility", "sharpe_ratio", "sortino_ratio", "calmar_ratio", "max_drawdown"),
    *("win_rate", "profit_factor", "trade_count", "exposure_time", "fees_paid", "benchmark_return"),
}
FIELDS = {
    *("backtest_id", "strategy", "symbols", "timeframe", "start", "end", "initial_capital", "final_equity"),
    *("metrics", "completed_at", "source"),
}

Line = dict[str, Any]


def refuse(literal: str) -> None:
    pytest.fail(f"{literal} is not JSON")


def read(path: Path) -> list[Line]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line, parse_constant=refuse) for line in lines]


@pytest.fixture(scope="module")
def stored() -> list[Line]:
    return read(STORED)


def violations(backtest: Line) -> list[str]:
    """What the service would refuse a backtest for."""
    m, capital, final = (backtest["metrics"], backtest["initial_capital"], backtest["final_equity"])
    completed = datetime.fromisoformat(backtest["completed_at"])
    rules = {
        "start after end": date.fromisoformat(backtest["start"]) <= date.fromisoformat(backtest["end"]),
        "win rate": m["win_rate"] is None or 0 <= m["win_rate"] <= 1,
        "rates without trades": m["trade_count"] > 0 or m["win_rate"] is m["profit_factor"] is None,
        "trades without a win rate": m["trade_count"] == 0 or m["win_rate"] is not None,
        "sign of the return": (m["total_return"] > 0) == (final > capital)
        and (m["total_return"] < 0) == (final < capital),
        "size of the return": abs(final / capital - 1 - m["total_return"]) < 1e-4,
        "drawdown": 0 <= m["max_drawdown"] <= 1,
        "exposure": 0 <= m["exposure_time"] <= 1,
        "fees": m["fees_paid"] >= 0 and (m["fees_paid"] > 0) == (m["trade_count"] > 0),
        "completion": completed.utcoffset() == timedelta(0),
    }
    return [name for name, holds in rules.items() if not holds]


def test_every_backtest_is_possible(stored: list[Line]) -> None:
    assert {line["backtest"]["backtest_id"]: found for line in stored if (found := violations(line["backtest"]))} == {}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"start": "2030-01-01"}, "start after end"),
        ({"win_rate": 1.2}, "win rate"),
        ({"trade_count": 0}, "rates without trades"),
        ({"win_rate": None}, "trades without a win rate"),
        ({"total_return": 0}, "sign of the return"),
        ({"final_equity": 1}, "size of the return"),
        ({"max_drawdown": -0.1}, "drawdown"),
        ({"exposure_time": 1.1}, "exposure"),
        ({"fees_paid": 0}, "fees"),
        ({"completed_at": "2026-06-01T00:00:00+09:00"}, "completion"),
    ],
)
def test_an_impossible_backtest_would_be_noticed(stored: list[Line], change: Line, named: str) -> None:
    backtest = stored[0]["backtest"]
    top = {name: value for name, value in change.items() if name in FIELDS}
    inner = {name: value for name, value in change.items() if name in METRICS}
    assert named in violations(backtest | top | {"metrics": backtest["metrics"] | inner})


def test_every_backtest_has_the_fields_and_words_of_the_api(stored: list[Line]) -> None:
    for line in stored:
        backtest = line["backtest"]
        strategy = backtest["strategy"]
        assert line.keys() == {"user_id", "backtest"}
        assert backtest.keys() - {"notes"} == FIELDS
        assert backtest["metrics"].keys() == METRICS
        assert set(strategy["indicators"]) <= KINDS
        assert strategy["type"] in TYPES
        assert backtest["timeframe"] == "1d"
        assert all(type(value) in {int, float} for value in strategy["parameters"].values())


def test_there_are_enough_and_they_fit(stored: list[Line]) -> None:
    assert len(stored) >= 360
    assert STORED.stat().st_size <= MOST_BYTES
    families = Counter(FAMILY_OF[line["backtest"]["strategy"]["name"]] for line in stored)
    assert families.keys() == FAMILIES.keys()
    assert len(families) >= 9
    assert {line["backtest"]["symbols"][0] for line in stored} == set(SYMBOLS)
    assert {line["user_id"] for line in stored} == {"minji", "alex", "jun"}


def test_a_user_has_no_id_and_no_experiment_twice(stored: list[Line]) -> None:
    ids = Counter((line["user_id"], line["backtest"]["backtest_id"]) for line in stored)
    assert max(ids.values()) == 1
    for researcher in RESEARCHERS:
        made = [(e.family, e.symbol, e.period, sorted(e.parameters.items())) for e in experiments(researcher)]
        assert all(made.count(one) == 1 for one in made)


def test_users_share_ids_but_no_content(stored: list[Line]) -> None:
    by_id = defaultdict(list)
    for line in stored:
        by_id[line["backtest"]["backtest_id"]].append(line["backtest"])
    shared = [same for same in by_id.values() if len(same) == 3]
    assert by_id["bt-0001"] in shared
    assert len(shared) >= 100
    for same in shared:
        assert len({(b["strategy"]["name"], b["symbols"][0], b["final_equity"]) for b in same}) == 3


def test_about_half_is_described_in_korean(stored: list[Line]) -> None:
    korean = sum(
        any("가" <= letter <= "힣" for letter in line["backtest"]["strategy"]["description"]) for line in stored
    )
    assert 0.4 <= korean / len(stored) <= 0.6


@pytest.mark.parametrize("user_id", [researcher.user_id for researcher in RESEARCHERS])
def test_the_first_runs_of_a_user_show_the_whole_mix(stored: list[Line], user_id: str) -> None:
    researcher = next(r for r in RESEARCHERS if r.user_id == user_id)
    first = [line["backtest"] for line in stored if line["user_id"] == user_id][:60]
    assert {FAMILY_OF[b["strategy"]["name"]] for b in first} == set(researcher.families)
    assert {b["symbols"][0] for b in first} == set(researcher.symbols)


def test_the_script_makes_the_stored_file_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "again.ndjson"
    assert make_backtests.main(["--out", str(out)]) == 0
    assert out.read_bytes() == STORED.read_bytes()
    assert "482 backtests" in capsys.readouterr().out


def test_a_file_too_large_to_ship_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(make_backtests, "MOST_BYTES", 100)
    assert make_backtests.main(["--out", str(tmp_path / "large.ndjson")]) == 1
    assert "may ship" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_no_split_reads_as_a_crash_between_two_days(symbol: str) -> None:
    bars = load_bars(symbol)
    overnight = bars.open[1:] / bars.close[:-1]
    # Apple's profit warning of 2000-09-29 opened 47 % lower; its splits, unadjusted, would open 50 % lower.
    assert (overnight > 0.505).all()
    assert (overnight < 1.5).all()


def test_a_period_without_prices_is_not_covered() -> None:
    bars = load_bars("GOOG")
    assert not Period(start="1990-01-01", end="1991-01-01", ko="", en="").covers(bars)
    assert not Period(start="2003-01-01", end="2007-09-30", ko="", en="").covers(bars)
    assert not Period(start="2013-01-01", end="2018-12-31", ko="", en="").covers(bars)
    assert Period(start="2007-10-01", end="2009-06-30", ko="", en="").covers(bars)
