"""The corpus: large, varied, possible, the same each time, and as untidy as real records are."""

import subprocess
import sys
from collections import Counter
from datetime import date

import pytest

from benchmarks.retrieval.corpus import Run, corpus, digest
from benchmarks.retrieval.families import FAMILIES
from benchmarks.retrieval.gold import kinds_called, own_runs
from benchmarks.retrieval.markets import TIMEFRAMES, bars_of
from benchmarks.retrieval.people import PEOPLE
from benchmarks.retrieval.service import backtest_of
from benchmarks.retrieval.wording import SAYINGS

RUNS = corpus()


def test_it_is_as_large_as_an_evaluation_needs() -> None:
    assert len(RUNS) >= 2_000
    assert len(own_runs(RUNS)) == len(PEOPLE) >= 20


def test_every_record_is_one_that_the_api_takes() -> None:
    assert [backtest_of(run).backtest_id for run in RUNS] == [run.backtest_id for run in RUNS]


def test_ids_are_unique_within_a_user_and_shared_among_users() -> None:
    keys = [(run.user_id, run.backtest_id) for run in RUNS]
    assert len(set(keys)) == len(keys)
    assert max(Counter(key for _, key in keys).values()) >= 5


def test_another_process_with_another_hash_seed_makes_the_same() -> None:
    command = "from benchmarks.retrieval.corpus import corpus, digest; print(digest(corpus()))"
    environment = {"PYTHONHASHSEED": "7", "PYTHONPATH": ":".join(filter(None, ["."]))}
    made = subprocess.run([sys.executable, "-c", command], env=environment, capture_output=True, text=True, check=True)
    assert made.stdout.strip() == digest(RUNS)


def test_every_family_symbol_and_bar_is_there_often_enough_to_ask_about() -> None:
    assert set(FAMILIES) == set(SAYINGS)
    assert min(Counter(run.truth.family for run in RUNS)[family] for family in FAMILIES) >= 40
    seen = Counter((run.truth.symbol, run.record["timeframe"]) for run in RUNS)
    assert {symbol for symbol, _ in seen} == set(TIMEFRAMES)
    assert {timeframe for _, timeframe in seen} == {"1h", "4h", "1d", "1w", "1mo"}


def test_some_runs_nearly_repeat_another_of_the_same_user() -> None:
    again = [run for run in RUNS if run.truth.again is not None]
    assert len(again) >= 150
    by_key = {(run.user_id, run.backtest_id): run for run in RUNS}
    for run in again:
        first = by_key[run.user_id, run.truth.again or ""]
        assert (first.truth.family, first.truth.symbol) == (run.truth.family, run.truth.symbol)
        assert first.truth.parameters == run.truth.parameters
        assert first.record["strategy"]["name"] == run.record["strategy"]["name"]


@pytest.mark.parametrize("part", ["type", "indicators", "parameters", "description"])
def test_some_records_leave_out_part_of_the_strategy(part: str) -> None:
    without = [run for run in RUNS if not run.record["strategy"][part]]
    assert 15 <= len(without) <= len(RUNS) // 10


def test_some_records_have_few_metrics_and_many_have_no_note() -> None:
    assert len([run for run in RUNS if len(run.record["metrics"]) == 4]) >= 20
    assert len([run for run in RUNS if "notes" not in run.record]) >= 200


def tells_its_strategy(run: Run) -> bool:
    strategy = run.record["strategy"]
    codes = strategy["name"].startswith(("전략 ", "exp "))
    return bool(strategy["indicators"] or strategy["description"]) and (not codes or bool(strategy["description"]))


def test_a_reader_can_always_tell_what_was_run() -> None:
    assert [run.backtest_id for run in RUNS if not tells_its_strategy(run)] == []


def test_recorded_indicators_are_those_of_the_truth_however_they_are_spelled() -> None:
    for run in RUNS:
        recorded = {kind for name in run.record["strategy"]["indicators"] for kind in kinds_called(name)}
        assert recorded in (set(), set(run.truth.kinds))


def test_a_run_told_in_full_has_nothing_left_out() -> None:
    for run in RUNS[::9]:
        strategy = run.told_in_full().record["strategy"]
        assert (strategy["type"], strategy["indicators"]) == (run.truth.type, sorted(run.truth.kinds))
        assert strategy["parameters"] == run.truth.parameters


def test_a_project_is_one_persons_alone() -> None:
    projects = [project for person in PEOPLE for project in person.projects]
    assert len(set(projects)) == len(projects)
    for person in PEOPLE:
        named = {run.user_id for run in RUNS if run.record["strategy"]["name"].startswith(person.projects[0])}
        assert named == {person.user_id}


def test_a_week_opens_with_its_first_day_and_closes_with_its_last() -> None:
    daily, weekly = bars_of("AAPL", "1d"), bars_of("AAPL", "1w")
    days = daily.between("2008-01-07", "2008-01-11")
    week = weekly.between("2008-01-07", "2008-01-11")
    assert len(days) == 5
    assert len(week) == 1
    assert (week.open[0], week.close[0]) == (days.open[0], days.close[-1])
    assert (week.high[0], week.low[0]) == (days.high.max(), days.low.min())
    assert week.volume[0] == pytest.approx(days.volume.sum())


def test_there_are_no_bars_of_another_length() -> None:
    with pytest.raises(KeyError):
        bars_of("BTCUSD", "1d")


def test_the_years_of_a_run_are_those_of_its_prices() -> None:
    for run in RUNS[::13]:
        bars = bars_of(run.truth.symbol, run.record["timeframe"])
        assert date.fromisoformat(str(bars.days[0])) <= run.truth.start < run.truth.end
        assert run.truth.end <= date.fromisoformat(str(bars.days[-1]))
