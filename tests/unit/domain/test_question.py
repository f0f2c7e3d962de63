import re
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.filters import Filter
from domain.numbers import plain
from domain.ordering import Order
from domain.question import read_question
from tests.builders import MOMENT, a_backtest
from tests.unit.domain.question_cases import CASES
from tests.unit.domain.questions_english import ENGLISH
from tests.unit.domain.questions_english_later import ENGLISH_LATER
from tests.unit.domain.questions_korean import KOREAN
from tests.unit.domain.questions_korean_later import KOREAN_LATER

DIGITS = re.compile(r"\d+(?:\.\d+)?")

# Pieces that carry one number each, in every role that a number can have.
PIECES = (
    "상위 다섯 개", "세 개", "a hundred trades", "started in 2009", "2012년 이전에 끝난", "fast 12 slow 26",
    "MACD(12,26,9)", "과매도 31", "샤프 0.4~0.9", "수익률 +8%", "마이너스 6%", "10위까지", "최근 4개",
    "between 2 and 6", "거래 0건", "without", "이거나", "or", "보다 큰", "년", "a year", "January 4, 2011",
    "sub-0.3 sharpe", "win rate of 62", "초기 자본 7만원", "최악의",
    "샤프 1.7 이상", "MDD20%이하", "fewer than 43 trades", "win rate of 61% or more", "수익률 17%", "RSI(13)", "RSI 13",
    "27일 이동평균", "상위 3개", "top 7", "알파 0.37 초과", "2008년", "since 2005", "최근 5개월", "length=19", "foo=23",
    "손실 11% 이내", "between 3 and 9", "88", "%", "GOOG", "말고", "이상", "below", "가장 높은", "MACD 12/26/9", "에서",
    "-2.5", "90%p", "15bp", "3만", "and", "사이", "RSI", "(", ")", ",", "승률 150 이상", "excluding", "빼고", "0.5배",
)  # fmt: skip


def shown(condition: Filter) -> str:
    value = condition.value
    if isinstance(value, tuple):
        return f"{condition.field} {condition.op} {','.join(map(str, value))}"
    return f"{condition.field} {condition.op} {f'{value:g}' if isinstance(value, float) else value}"


@pytest.mark.parametrize(("text", "filters", "rest", "unapplied"), CASES, ids=[case[0] for case in CASES])
def test_a_question_is_taken_apart(text: str, filters: tuple[str, ...], rest: str, unapplied: tuple[str, ...]) -> None:
    question = read_question(text)
    assert tuple(map(shown, question.filters)) == filters
    assert question.rest == rest
    assert question.unapplied == unapplied
    assert question.text == text


@pytest.mark.parametrize(("text", "filters", "order", "limit"), [*KOREAN, *ENGLISH, *KOREAN_LATER, *ENGLISH_LATER])
def test_a_question_of_conditions_orders_and_counts_is_read_exactly(
    text: str, filters: str, order: str, limit: int | None
) -> None:
    question = read_question(text)
    assert (together(map(shown, question.filters)), in_short(question.order), question.limit) == (
        together(filters.split("; ") if filters else ()),
        order,
        limit,
    )
    assert question.only_conditions
    assert not question.unapplied


def in_short(order: Order | None) -> str:
    return "" if order is None else f"{'-' if order.descending else ''}{order.field}"


def together(filters: Iterable[str]) -> set[tuple[str, ...]]:
    """Filters without regard to their order, all names that are not wanted of a field as one."""
    found, unwanted = set(), dict[str, list[str]]()
    for condition in filters:
        field, op, values = condition.split(" ", 2)
        names = [f"{float(value):g}" if value.isdecimal() else value for value in sorted(values.split(","))]
        if op in ("!=", "not_in"):
            unwanted.setdefault(field, []).extend(names)
        else:
            found.add((field, op, *names))
    return found | {(field, "not_in", *sorted(names)) for field, names in unwanted.items()}


@given(st.text())
def test_any_text_is_a_question(text: str) -> None:
    assert read_question(text).text == text


@given(st.lists(st.sampled_from(PIECES), max_size=8), st.sampled_from(["", " "]))
def test_no_number_vanishes(pieces: list[str], between: str) -> None:
    text = between.join(pieces)
    question = read_question(text)
    left = {digits for place in (question.rest, *question.unapplied) for digits in DIGITS.findall(place)}
    executed = _values(question.filters) | {float(question.limit or 0)}
    for digits in DIGITS.findall(plain(text)):
        value = float(digits)
        assert digits in left or {value, value / 100, value / 10_000, value * 100, value * 10_000} & executed, (
            digits,
            question,
        )


def _values(filters: tuple[Filter, ...]) -> set[float]:
    values: set[float] = set()
    for condition in filters:
        if isinstance(condition.value, date):
            values |= {condition.value.year, condition.value.month, condition.value.day}
        elif isinstance(condition.value, int | float):
            values.add(abs(condition.value))
    return values


def test_spaces_make_no_difference_to_what_is_executed() -> None:
    spaced = read_question("샤프 1.5 이상이고 MDD 20% 이하인 GOOG")
    assert read_question("샤프1.5이상이고MDD20%이하인GOOG").filters == spaced.filters


def test_full_width_digits_and_the_unicode_minus_read_like_plain_ones() -> None:
    assert read_question("수익률 −１０％ 이상").filters == read_question("수익률 -10% 이상").filters


def test_a_decomposed_text_reads_like_a_composed_one() -> None:
    decomposed = unicodedata.normalize("NFD", "샤프 1 이상")
    assert read_question(decomposed).filters == read_question("샤프 1 이상").filters


NEGATED = (
    "{} 말고",
    "{} 빼고",
    "{} 제외",
    "{} 아닌 것",
    "exclude {}",
    "not {}",
    "without {}",
    "never {}",
    "don't show {}",
)
OUTCOMES = ("손실 난", "수익이 난", "적자", "돈 번", "losing", "profitable", "lost money", "made money", "unprofitable")
OWN_NEGATION = re.compile("not|n't|never|without|exclud|말고|빼고|제외|않|아닌|안 |없|못")
OWN_CLAUSE = re.compile("났고|[?]")
PLACES = ("{}", "{} 전략", "{} GOOG", "{} runs", "RSI {} 전략", "AAPL runs that {}", "{} GOOG 결과")


def _on_return(text: str) -> set[Filter]:
    return {condition for condition in read_question(text).filters if condition.field == "total_return"}


@pytest.mark.parametrize("negation", NEGATED)
@pytest.mark.parametrize("text", [place.format(word) for place in PLACES for word in OUTCOMES])
def test_no_outcome_is_executed_as_it_stands_where_it_is_negated(text: str, negation: str) -> None:
    assert len(_on_return(text)) == 1
    assert not _on_return(text) & _on_return(negation.format(text))


@pytest.mark.parametrize("negation", NEGATED)
@pytest.mark.parametrize(
    "text", [case[0] for case in CASES if not OWN_NEGATION.search(case[0]) and not OWN_CLAUSE.search(case[0])]
)
def test_no_outcome_of_any_question_outlives_a_negation_of_the_whole(text: str, negation: str) -> None:
    outcomes = {condition for condition in _on_return(text) if condition.value == 0}
    assert not outcomes & _on_return(negation.format(text))


ORDERS = (
    ("샤프지수가 제일 높은 백테스트 3개", "sharpe_ratio", True, 3),
    ("best sharpe on AAPL", "sharpe_ratio", True, None),
    ("top 5 by Sharpe", "sharpe_ratio", True, 5),
    ("top 3", None, False, 3),
    ("RSI 전략 4개", None, False, 4),
    ("GOOG 전략 상위 3개", None, False, 3),
    ("worst 3 drawdowns", "max_drawdown", True, 3),
    ("best drawdown", "max_drawdown", False, None),
    ("낙폭이 가장 작은 것", "max_drawdown", False, None),
    ("수익률 하위 2개", "total_return", False, 2),
    ("손실이 가장 적었던 실행", "total_return", True, None),
    ("biggest loss on IBM", "total_return", False, None),
    ("거래 적은 순으로", "trade_count", False, None),
    ("sorted by Sharpe ascending", "sharpe_ratio", False, None),
    ("best sharpe and worst drawdown", "sharpe_ratio", True, None),
    ("best Sharpe, the lowest drawdown", "sharpe_ratio", True, None),
    ("거래가 적은 추세추종", None, False, None),
    ("not the best sharpe", None, False, None),
    ("샤프가 가장 높은 전략 빼고", None, False, None),
    ("top 10% by sharpe", None, False, None),
    ("the best RSI strategy", None, False, None),
    ("지표 3개를 쓰는 전략", None, False, None),
)


@pytest.mark.parametrize(("text", "field", "descending", "limit"), ORDERS)
def test_an_order_and_a_count_are_read(text: str, field: str | None, *, descending: bool, limit: int | None) -> None:
    question = read_question(text)
    assert question.order == (Order(field=field, descending=descending) if field is not None else None)
    assert question.limit == limit
    assert question.unapplied or field is not None or limit is not None


def test_a_second_order_is_shown_as_unapplied() -> None:
    assert read_question("best sharpe and worst drawdown").unapplied == ("worst drawdown",)


@pytest.mark.parametrize(
    ("text", "families"),
    [
        ("RSI 말고 다른 역추세 전략", ("mean_reversion",)),
        ("momentum or trend following on AAPL", ("momentum", "trend_following")),
        ("평균회귀 말고 추세추종", ("trend_following",)),
        ("not a breakout", ()),
        ("추세추종 전략 빼고", ()),
        ("과매도 반등", ("mean_reversion",)),
        ("20-day breakout", ("breakout",)),
        ("볼린저 상단 돌파", ("breakout",)),
    ],
)
def test_families_that_are_wanted_are_read(text: str, families: tuple[str, ...]) -> None:
    assert read_question(text).families == families


@pytest.mark.parametrize("text", ["20-day breakout", "볼린저 상단 돌파", "신고가를 돌파하면 사는 전략", "거래량 돌파"])
def test_a_break_out_that_only_describes_hides_no_run_of_another_family(text: str) -> None:
    assert not [condition for condition in read_question(text).filters if condition.field == "strategy_type"]


@pytest.mark.parametrize("text", ["샤프 1 이상인 GOOG 찾아줘", "top 5 by Sharpe", "전략 3개", "profitable runs"])
def test_a_question_of_nothing_but_conditions_orders_and_counts_says_so(text: str) -> None:
    assert read_question(text).only_conditions


@pytest.mark.parametrize(
    "text", ["", "전략 보여줘", "샤프 1 이상이고 횡보장에서 통한 전략", "what worked in range-bound markets"]
)
def test_a_question_with_more_to_search_for_or_with_nothing_is_not_only_conditions(text: str) -> None:
    assert not read_question(text).only_conditions


@pytest.mark.parametrize(
    ("text", "unapplied"),
    [
        ("샤프 1 이상이거나 승률 60% 이상", ("샤프 1 이상", "승률 60% 이상")),
        ("Sharpe above 1 or win rate above 60%", ("Sharpe above 1", "win rate above 60%")),
        ("not profitable or on GOOG", ("not profitable", "GOOG")),
        ("GOOG 샤프 1 이상, MSFT 샤프 2 이상", ("샤프 1 이상", "샤프 2 이상")),
        ("average return above 5%", ("average return above 5%",)),
        ("거래당 수익률 1% 이상", ("거래당 수익률 1% 이상",)),
        ("more than 30 trades a year", ("more than 30 trades a year",)),
        ("지난달에 돌린 것", ("지난달에",)),
        ("this year's runs", ("this year's",)),
        ("return greater than drawdown", ("return greater than drawdown",)),
        ("낙폭이 없는 전략", ("낙폭이 없는",)),
        ("win rate of 60", ("win rate of 60",)),
        ("longest backtests", ("longest",)),
        ("수익률 상위 10%", ("수익률 상위 10%",)),
        ("종목이 2개 이상인 백테스트", ("종목이 2개 이상",)),
        ("두 번째로 수익률 높은 것", ("수익률 높은 것",)),
    ],
)
def test_what_no_conjunction_of_filters_says_is_shown_and_not_executed(text: str, unapplied: tuple[str, ...]) -> None:
    question = read_question(text)
    assert question.unapplied == unapplied
    assert all(condition.field == "symbols" for condition in question.filters)
    assert question.order is None


@pytest.mark.parametrize(
    ("text", "order", "unapplied"),
    [
        ("승률이 제일 높고 낙폭이 제일 낮은 것", "-win_rate", ("낙폭이 제일 낮은 것",)),
        ("sort by sharpe then by drawdown", "-sharpe_ratio", ("then by drawdown",)),
    ],
)
def test_of_two_rankings_the_first_is_the_order(text: str, order: str, unapplied: tuple[str, ...]) -> None:
    question = read_question(text)
    assert in_short(question.order) == order
    assert question.unapplied == unapplied


@pytest.mark.parametrize(
    "text",
    [
        "보다 나은 전략",
        "볼린저를 쓰는",
        "내려가는 장",
        "저점에서 사는",
        "이기는 전략",
        "안전한 전략",
        "technology",
        "what worked best",
    ],
)
def test_words_that_say_something_are_left_to_search_for(text: str) -> None:
    question = read_question(text)
    assert question.rest or question.filters or question.unapplied


def test_the_latest_come_first() -> None:
    question = read_question("가장 최근 백테스트 2개")
    old, new = (
        a_backtest(backtest_id=name, completed_at=MOMENT + timedelta(days=n)) for n, name in enumerate(("old", "new"))
    )
    never = a_backtest(backtest_id="never", completed_at=None)
    assert question.order is not None
    assert question.order.ordered([old, never, new]) == [new, old]
