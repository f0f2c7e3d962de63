import re
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.filters import Filter
from domain.numbers import plain
from domain.question import read_question
from tests.unit.domain.question_cases import CASES

DIGITS = re.compile(r"\d+(?:\.\d+)?")

# Pieces that carry one number each, in every role that a number can have.
PIECES = (
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


@given(st.text())
def test_any_text_is_a_question(text: str) -> None:
    assert read_question(text).text == text


@given(st.lists(st.sampled_from(PIECES), max_size=8), st.sampled_from(["", " "]))
def test_no_number_vanishes(pieces: list[str], between: str) -> None:
    text = between.join(pieces)
    question = read_question(text)
    left = {digits for place in (question.rest, *question.unapplied) for digits in DIGITS.findall(place)}
    executed = _values(question.filters)
    for digits in DIGITS.findall(plain(text)):
        value = float(digits)
        assert digits in left or {value, value / 100, value / 10_000, value * 10_000} & executed, (digits, question)


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
