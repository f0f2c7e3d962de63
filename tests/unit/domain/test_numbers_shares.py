import pytest

from domain.numbers import Unit
from domain.numbers_shares import share_at
from domain.question import read_question
from tests.unit.domain.test_question import shown


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("a quarter", 25.0), ("three quarters", 75.0), ("two thirds", 200 / 3), ("six out of ten", 60.0),
        ("7 trades out of 10", 70.0), ("one in four", 25.0), ("3분의 1", 100 / 3), ("사분의 일", 25.0), ("육할", 60.0),
        ("5할 5푼", 55.0),
    ],
)  # fmt: skip
def test_a_share_in_words_is_a_percentage(text: str, percent: float) -> None:
    number = share_at(text, 0)
    assert number is not None
    assert number.value == pytest.approx(percent)
    assert (number.unit, number.end) == (Unit.PERCENT, len(text))


@pytest.mark.parametrize("text", ["ten out of six", "quarter", "5할인", "분의 1", "0 out of 0", "a quarter of those"])
def test_what_is_no_share_is_none(text: str) -> None:
    assert share_at(text, 0) is None


@pytest.mark.parametrize(
    "text", ["won more than 50 trades", "시장을 5% 이상 이긴 전략", "strategies that turned 100k into more than 180k"]
)
def test_what_only_looks_like_a_condition_is_shown_and_not_applied(text: str) -> None:
    question = read_question(text)
    assert not question.filters
    assert question.limit is None
    assert question.unapplied


@pytest.mark.parametrize(
    "text",
    [
        "거래가 열 번 이하라서 의미 없는 것들 빼고 보여줘",
        "낙폭 40% 넘게 깨진 전략은 제외하고 보여줘",
        "everything except the IBM runs where the sharpe is below 1",
    ],
)
def test_a_condition_that_a_later_negation_governs_is_never_applied_as_it_stands(text: str) -> None:
    question = read_question(text)
    assert not any(condition.field in ("trade_count", "max_drawdown", "sharpe_ratio") for condition in question.filters)
    assert question.unapplied


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("200일 이평선 쓴 것", {"parameters.length = 200", "indicators in sma,ema,wma"}),
        ("200일 이평선 위에서 눌림을 기다리는 전략", {"indicators in sma,ema,wma"}),
    ],
)
def test_the_length_of_one_average_is_a_condition_where_nothing_else_is_said(text: str, filters: set[str]) -> None:
    assert set(map(shown, read_question(text).filters)) == filters
