import json
from typing import Any

import msgspec
import pytest

from entrypoints.http.backtest_body import BacktestBody
from entrypoints.http.backtests import SearchBody
from entrypoints.http.misfits import MOST_FAULTS, MOST_SHOWN, misfits
from entrypoints.http.problems import Unreadable
from entrypoints.http.reading import decode
from tests.http.service import a_body


def fields(document: object, wanted: type[msgspec.Struct] = BacktestBody) -> dict[str, str]:
    return {fault.field: fault.message for fault in misfits(document, wanted)}


def test_what_fits_has_no_misfit() -> None:
    assert misfits(a_body(), BacktestBody) == ()


def test_every_member_at_fault_is_named_not_the_first_alone() -> None:
    body = a_body(backtest_id=5, symbols=["GOOG", 1, None], metrics={"sharpe_ratio": "0.6"})
    assert set(fields(body)) == {
        "backtest_id", "symbols[1]", "symbols[2]", "metrics.sharpe_ratio", "metrics.total_return",
    }  # fmt: skip


def test_members_of_a_dictionary_are_named_by_their_keys_korean_ones_too() -> None:
    body = a_body(strategy={"name": "x", "parameters": {"과매도": [30], "길이 (봉)": None, "length": 14}})
    assert set(fields(body)) == {"strategy.parameters.과매도", 'strategy.parameters["길이 (봉)"]'}


def test_items_of_lists_inside_of_lists_are_named_by_their_places() -> None:
    body = {"query": "RSI", "filters": [{"field": "symbols", "op": "in", "value": ["GOOG", {"a": 1}]}, 7]}
    assert set(fields(body, SearchBody)) == {"filters[0].value[1]", "filters[1]"}


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("backtestId", "backtest_id"),
        ("backtest-id", "backtest_id"),
        ("simbols", "symbols"),
        ("total_return", "metrics.total_return"),
        ("engine", "source.engine"),
    ],
)
def test_an_unknown_member_is_told_what_was_probably_meant(name: str, meant: str) -> None:
    assert fields(a_body(**{name: 1}))[name] == f"is no member here; did you mean {meant}?"


def test_an_unknown_member_like_no_other_is_just_unknown() -> None:
    assert fields(a_body(전혀_다른_것=1)) == {"전혀_다른_것": "is no member here"}


def test_a_missing_member_is_named_where_it_should_be() -> None:
    body = a_body(strategy={}, metrics={})
    assert fields(body) == {"strategy.name": "is missing", "metrics.total_return": "is missing"}


def test_the_words_of_an_enumeration_are_listed() -> None:
    (message,) = fields(a_body(strategy={"name": "x", "type": "추세추종"})).values()
    assert "trend_following, mean_reversion" in message


def test_no_more_faults_are_listed_than_anyone_reads() -> None:
    assert len(misfits(a_body(symbols=list(range(10_000))), BacktestBody)) == MOST_FAULTS


def test_a_name_without_end_is_cut() -> None:
    for name in ("가" * 100_000, "a b" * 100_000):
        (field,) = fields(a_body(**{name: 1}))
        assert len(field) < MOST_SHOWN + 10


@pytest.mark.parametrize("document", [None, [], "text", 5, True])
def test_a_body_that_is_no_object_is_one_fault_of_the_whole(document: object) -> None:
    assert set(fields(document)) == {""}


def test_a_member_that_may_be_anything_is_not_looked_into() -> None:
    assert misfits({"a": [1, {"b": None}]}, dict[str, Any]) == ()


def test_every_refusal_of_the_decoder_is_found_by_the_second_look() -> None:
    for member in a_body():
        wrongs: tuple[object, ...] = (7.5, "x", True, [[]], {"x": {}})
        for wrong in wrongs:
            body = json.dumps(a_body(**{member: wrong})).encode()
            try:
                msgspec.json.decode(body, type=BacktestBody)
            except msgspec.ValidationError:
                assert misfits(json.loads(body), BacktestBody), (member, wrong)
            else:
                assert misfits(json.loads(body), BacktestBody) == (), (member, wrong)


def test_a_body_that_is_wrong_and_broken_has_the_first_thing_named() -> None:
    with pytest.raises(Unreadable, match="backtest_id") as refused:
        decode(b'{"backtest_id": 5, "symbols" [', BacktestBody)
    assert len(refused.value.violations) == 1


def test_of_a_name_given_twice_the_last_one_counts() -> None:
    body = json.dumps(a_body()).encode()
    twice = b'{"notes": "first", "notes": "last", ' + body[1:]
    assert decode(twice, BacktestBody).notes == "last"
