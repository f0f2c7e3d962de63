from dataclasses import replace
from datetime import UTC, date, datetime

from domain.backtest import Source
from domain.errors import Violation
from domain.foreign_run import ForeignRun, Nulled, Stated, imported

RUN = ForeignRun(
    place="the run",
    engine="vectorbt",
    strategy="골든크로스",
    symbols=("GOOG",),
    start=date(2009, 1, 2),
    end=date(2012, 12, 31),
    metrics={"total_return": 0.3, "trade_count": 10, "win_rate": 0.3},
)


def id_of(run: ForeignRun, stated: Stated | None = None) -> str | None:
    return imported(run, stated or Stated()).backtest_id


def test_a_run_becomes_a_backtest_of_its_engine() -> None:
    made = imported(RUN, Stated())
    assert made.backtest is not None
    assert made.errors == ()
    assert (made.backtest.strategy.name, made.backtest.symbols) == ("골든크로스", ("GOOG",))
    assert made.backtest.source == Source(engine="vectorbt", version=None)
    assert (made.backtest.metrics.total_return, made.backtest.metrics.sharpe_ratio) == (0.3, None)


def test_what_is_stated_is_believed_before_the_file() -> None:
    stated = Stated(
        strategy="다른 이름", symbols=("AAPL", "IBM"), start=date(2010, 1, 1), end=date(2011, 1, 1), timeframe="1d",
        parameters={"fast": 20}, version="1.2.0", notes="메모", backtest_id="bt-1",
    )  # fmt: skip
    made = imported(replace(RUN, parameters={"fast": 10, "slow": 50}), stated).backtest
    assert made is not None
    assert (made.backtest_id, made.strategy.name, made.symbols) == ("bt-1", "다른 이름", ("AAPL", "IBM"))
    assert (made.start, made.end, made.timeframe) == (date(2010, 1, 1), date(2011, 1, 1), "1d")
    assert dict(made.strategy.parameters) == {"fast": 20, "slow": 50}
    assert (made.source, made.notes) == (Source(engine="vectorbt", version="1.2.0"), "메모")


def test_the_id_is_of_the_content_and_of_nothing_beside_it() -> None:
    same = [
        id_of(RUN),
        id_of(RUN, Stated(notes="메모")),
        id_of(RUN, Stated(version="1.2.0")),
        id_of(RUN, Stated(strategy="골든크로스", symbols=("GOOG",))),
        id_of(replace(RUN, place="elsewhere", completed_at=datetime(2026, 1, 1, tzinfo=UTC))),
        id_of(replace(RUN, nulled=(Nulled(metric="sharpe_ratio", reason="is NaN"),))),
    ]
    assert len(set(same)) == 1
    assert same[0] is not None
    assert same[0].startswith("vectorbt-")
    others = [
        id_of(RUN, Stated(symbols=("AAPL",))),
        id_of(RUN, Stated(parameters={"fast": 20})),
        id_of(replace(RUN, metrics={**RUN.metrics, "total_return": 0.31})),
        id_of(replace(RUN, engine="backtrader")),
    ]
    assert len({*same, *others}) == 5


def test_what_is_missing_is_named_with_the_option_that_says_it() -> None:
    bare = ForeignRun(place="the run", engine="vectorbt")
    assert [(error.field, error.message) for error in imported(bare, Stated()).errors] == [
        ("strategy.name", "is not in the file; say --strategy NAME"),
        ("symbols", "is not in the file; say --symbol SYMBOL"),
        ("start", "is not in the file; say --start DAY"),
        ("end", "is not in the file; say --end DAY"),
        ("metrics.total_return", "is not in the file"),
    ]


def test_everything_that_stands_against_a_run_is_told() -> None:
    wrong = replace(RUN, metrics={"total_return": 0.3, "win_rate": 1.5}, end=date(2001, 1, 1))
    assert [error.field for error in imported(wrong, Stated()).errors] == ["metrics.win_rate", "start"]
    unread = replace(wrong, errors=(Violation(field="metrics.sharpe_ratio", message="is no number"),), symbols=())
    assert [error.field for error in imported(unread, Stated()).errors] == ["metrics.sharpe_ratio", "symbols"]


def test_without_a_trade_there_is_no_share_of_winners() -> None:
    idle = replace(RUN, metrics={"total_return": 0.0, "trade_count": 0, "win_rate": 0.0, "profit_factor": 0.0})
    made = imported(idle, Stated())
    assert made.backtest is not None
    assert made.backtest.metrics.win_rate is None
    assert [each.metric for each in made.nulled] == ["win_rate", "profit_factor"]


def test_why_a_figure_is_missing_is_kept_with_the_notes() -> None:
    run = replace(RUN, nulled=(Nulled(metric="sharpe_ratio", reason="is NaN in the file"),))
    made = imported(run, Stated(notes="수수료 제외")).backtest
    assert made is not None
    assert made.notes == "수수료 제외\nmissing: sharpe_ratio (is NaN in the file)"


def test_a_place_is_one_short_line_that_can_be_printed() -> None:
    place = imported(replace(RUN, place=f"strategy \ud800\n{'가' * 500}"), Stated()).place
    assert len(place) <= 120
    assert place.isprintable()
