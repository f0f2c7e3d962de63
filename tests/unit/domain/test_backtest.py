from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from math import inf, nan
from uuid import UUID

import pytest
from hypothesis import given

from domain.backtest import MAX_WHOLE_NUMBER, Backtest, IndexingState, Metrics, Source, StoredBacktest, card_id
from domain.errors import ImpossibleBacktest
from tests.arbitrary import backtests
from tests.builder_fields import BacktestFields
from tests.builders import MOMENT, a_backtest, a_bare_backtest, a_scope, a_tested_strategy, some_metrics


def violated(changes: BacktestFields) -> list[str]:
    with pytest.raises(ImpossibleBacktest) as refusal:
        a_backtest(**changes)
    return [violation.field for violation in refusal.value.violations]


def test_a_real_backtest_and_one_with_only_what_is_required_are_possible() -> None:
    assert a_backtest().metrics.trade_count == 48
    assert a_bare_backtest().metrics == Metrics(total_return=0.0)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"backtest_id": ""}, ["backtest_id"]),
        ({"backtest_id": " \t"}, ["backtest_id"]),
        ({"backtest_id": "x" * 201}, ["backtest_id"]),
        ({"backtest_id": "a\0b"}, ["backtest_id"]),
        ({"backtest_id": "a\ud800"}, ["backtest_id"]),
        ({"strategy": a_tested_strategy(name="")}, ["strategy.name"]),
        ({"strategy": a_tested_strategy(indicators=("rsi", ""))}, ["strategy.indicators[1]"]),
        ({"strategy": a_tested_strategy(description="x" * 20_001)}, ["strategy.description"]),
        ({"strategy": a_tested_strategy(parameters={"length": nan})}, ["strategy.parameters.length"]),
        ({"strategy": a_tested_strategy(parameters={"n": 2**53 + 1})}, ["strategy.parameters.n"]),
        ({"strategy": a_tested_strategy(parameters={"word": "\0"})}, ["strategy.parameters.word"]),
        ({"strategy": a_tested_strategy(parameters={"\ud800": 1})}, ["strategy.parameters"]),
        ({"symbols": ()}, ["symbols"]),
        ({"symbols": ("GOOG", "")}, ["symbols[1]"]),
        ({"symbols": ("GOOG",) * 1_001}, ["symbols"]),
        ({"notes": "메모\0"}, ["notes"]),
        ({"timeframe": "1d\0"}, ["timeframe"]),
        ({"source": Source(engine="\udfff", version="\0")}, ["source.engine", "source.version"]),
        ({"start": date(2014, 1, 1)}, ["start"]),
        ({"completed_at": datetime(2026, 1, 1)}, ["completed_at"]),  # noqa: DTZ001  # that is what is refused
        ({"initial_capital": 0.0}, ["initial_capital"]),
        ({"initial_capital": -5.0}, ["initial_capital"]),
        ({"final_equity": inf}, ["final_equity"]),
        ({"final_equity": 9_000.0}, ["metrics.total_return"]),
        ({"metrics": some_metrics(total_return=-0.1)}, ["metrics.total_return"]),
        ({"metrics": some_metrics(sharpe_ratio=nan)}, ["metrics.sharpe_ratio"]),
        ({"metrics": some_metrics(calmar_ratio=-inf)}, ["metrics.calmar_ratio"]),
        ({"metrics": some_metrics(win_rate=1.0001)}, ["metrics.win_rate"]),
        ({"metrics": some_metrics(max_drawdown=-0.18)}, ["metrics.max_drawdown"]),
        ({"metrics": some_metrics(max_drawdown=18.0)}, ["metrics.max_drawdown"]),
        ({"metrics": some_metrics(exposure_time=43.0)}, ["metrics.exposure_time"]),
        ({"metrics": some_metrics(volatility=-0.1)}, ["metrics.volatility"]),
        ({"metrics": some_metrics(profit_factor=-1.0)}, ["metrics.profit_factor"]),
        ({"metrics": some_metrics(fees_paid=-1.0)}, ["metrics.fees_paid"]),
        ({"metrics": some_metrics(trade_count=-1)}, ["metrics.trade_count"]),
        ({"metrics": some_metrics(trade_count=MAX_WHOLE_NUMBER + 1)}, ["metrics.trade_count"]),
        ({"metrics": some_metrics(trade_count=0, win_rate=0.5)}, ["metrics.win_rate", "metrics.profit_factor"]),
    ],
)
def test_what_cannot_be_is_refused_by_field(changes: BacktestFields, fields: list[str]) -> None:
    assert violated(changes) == fields


def test_every_violation_is_listed_at_once() -> None:
    broken = some_metrics(win_rate=1.5, max_drawdown=-1.0, sharpe_ratio=nan)
    fields = violated({"backtest_id": "", "symbols": (), "start": date(2020, 1, 1), "metrics": broken})
    assert set(fields) == {
        "backtest_id", "symbols", "start", "metrics.win_rate", "metrics.max_drawdown", "metrics.sharpe_ratio",
    }  # fmt: skip


def test_a_refusal_names_the_backtest() -> None:
    with pytest.raises(ImpossibleBacktest) as refusal:
        a_backtest(symbols=())
    assert refusal.value.facts["backtest_id"] == "bt-2041"


@pytest.mark.parametrize(
    "changes",
    [
        {"start": date(2013, 3, 1)},
        {"metrics": some_metrics(win_rate=0.0, max_drawdown=1.0, exposure_time=1.0)},
        {"metrics": some_metrics(trade_count=0, win_rate=None, profit_factor=None)},
        {"metrics": some_metrics(total_return=0.0), "final_equity": 10_000.0},
        {"metrics": some_metrics(total_return=-1.4), "final_equity": -4_000.0},
        {"metrics": some_metrics(total_return=-1e-12)},
        {"notes": ""},
        {"strategy": a_tested_strategy(parameters={"n": 2**53, "word": "", "flag": True})},
    ],
)
def test_what_lies_on_the_edge_is_possible(changes: BacktestFields) -> None:
    assert a_backtest(**changes).backtest_id == "bt-2041"


@given(run=backtests())
def test_equal_backtests_have_equal_fingerprints(run: Backtest) -> None:
    parameters = dict(reversed(list(run.strategy.parameters.items())))
    again = replace(run, strategy=replace(run.strategy, parameters=parameters))
    assert again.fingerprint() == run.fingerprint()
    assert len(run.fingerprint()) == 64


@pytest.mark.parametrize(
    "changes",
    [
        {"notes": None},
        {"notes": "다른 메모"},
        {"symbols": ("GOOG", "GOOG")},
        {"final_equity": 14_520.000000000002},
        {"metrics": some_metrics(sharpe_ratio=None)},
        {"strategy": a_tested_strategy(parameters={"length": "14"})},
        {"strategy": a_tested_strategy(type=None)},
        {"completed_at": MOMENT + timedelta(microseconds=1)},
        {"source": None},
    ],
)
def test_other_content_has_another_fingerprint(changes: BacktestFields) -> None:
    assert a_backtest(**changes).fingerprint() != a_backtest().fingerprint()


def test_a_fingerprint_is_what_it_was_in_the_databases_of_older_versions() -> None:
    assert a_backtest().fingerprint() == "1e78d6426eedf4add21e98912009f3f8ad719600c4ebaf4392eb71cba270f765"


def test_a_flag_is_not_a_number_in_a_fingerprint() -> None:
    flag, number = (a_backtest(strategy=a_tested_strategy(parameters={"x": x})) for x in (True, 1))
    assert flag.fingerprint() != number.fingerprint()


def test_the_same_number_and_the_same_moment_written_otherwise_are_the_same_content() -> None:
    whole = a_backtest(strategy=a_tested_strategy(parameters={"length": 14, "shift": 0}))
    seoul = MOMENT.astimezone(timezone(timedelta(hours=9)))
    again = replace(
        whole, strategy=a_tested_strategy(parameters={"length": 14.0, "shift": -0.0}), completed_at=seoul,
        initial_capital=10_000,
    )  # fmt: skip
    assert again.fingerprint() == whole.fingerprint()


def test_card_ids_differ_by_user_kind_and_id_and_give_none_away() -> None:
    ids = {
        card_id(a_scope(user), kind, identifier)
        for user in ("mina", "준")
        for kind in ("backtest", "strategy")
        for identifier in ("1", "2")
    }
    assert len(ids) == 8
    assert card_id(a_scope("mina"), "backtest", "1") in ids
    assert all(UUID(each).version == 5 for each in ids)


def test_a_stored_backtest_knows_its_card() -> None:
    stored = StoredBacktest(
        backtest=a_backtest(), scope=a_scope("준"), sequence="1", recorded_at=MOMENT, indexing=IndexingState.PENDING
    )
    assert stored.card_id == card_id(a_scope("준"), "backtest", "bt-2041")
