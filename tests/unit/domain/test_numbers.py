import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.numbers import Unit, plain, read_numbers

CASES: tuple[tuple[str, list[tuple[float, Unit]]], ...] = (
    ("샤프1.5배", [(1.5, Unit.MULTIPLE)]),
    ("2008년GOOG에서", [(2008, Unit.YEARS)]),
    ("거래74건", [(74, Unit.COUNT)]),
    ("수익률 ２０％", [(20, Unit.PERCENT)]),
    ("−5%", [(-5, Unit.PERCENT)]),
    ("5%p와 30bp", [(5, Unit.PERCENT), (30, Unit.BASIS_POINTS)]),
    ("3만 5천 원", [(35_000, Unit.MONEY)]),
    ("1억 5천만원", [(150_000_000, Unit.MONEY)]),
    ("2억", [(200_000_000, Unit.PLAIN)]),
    ("14만 써서", [(14, Unit.PLAIN)]),
    ("자본 3만 이상", [(30_000, Unit.PLAIN)]),
    ("1,234.5", [(1234.5, Unit.PLAIN)]),
    ("12,26,9", [(12, Unit.PLAIN), (26, Unit.PLAIN), (9, Unit.PLAIN)]),
    ("12/26/9", [(12, Unit.PLAIN), (26, Unit.PLAIN), (9, Unit.PLAIN)]),
    ("2004-2010", [(2004, Unit.PLAIN), (2010, Unit.PLAIN)]),
    ("z < -2", [(-2, Unit.PLAIN)]),
    ("20-day", [(20, Unit.BARS)]),
    ("20일선", [(20, Unit.BARS)]),
    ("30일 때", [(30, Unit.PLAIN)]),
    ("2표준편차", [(2, Unit.DEVIATIONS)]),
    ("2.5 standard deviations", [(2.5, Unit.DEVIATIONS)]),
    ("52주 3개월 2 years", [(52, Unit.WEEKS), (3, Unit.MONTHS), (2, Unit.YEARS)]),
    (".5", [(0.5, Unit.PLAIN)]),
    ("10k", [(10_000, Unit.PLAIN)]),
    ("1.5 million dollars", [(1_500_000, Unit.MONEY)]),
    ("3x", [(3, Unit.MULTIPLE)]),
    ("10 percent", [(10, Unit.PERCENT)]),
    ("아무 숫자도 없다", []),
)


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_a_number_is_read_with_its_unit(text: str, expected: list[tuple[float, Unit]]) -> None:
    assert [(number.value, number.unit) for number in read_numbers(text)] == expected


def test_a_share_is_a_fraction_whatever_it_was_written_in() -> None:
    assert [number.fraction for number in read_numbers("20% 50bp 0.3")] == [0.2, 0.005, 0.3]


@given(st.text())
def test_any_text_can_be_read_and_spans_lie_in_it_in_order(text: str) -> None:
    shown, at = plain(text), 0
    for number in read_numbers(text):
        assert at <= number.start < number.end <= len(shown)
        at = number.end


@given(st.integers(min_value=0, max_value=10**12), st.sampled_from(["", "샤프", "GOOG ", "(", "수익률"]))
def test_a_whole_number_is_found_behind_any_word(value: int, before: str) -> None:
    assert [number.value for number in read_numbers(f"{before}{value}이상")] == [value]
