import pytest

from domain.numbers import Unit
from domain.numbers_spelled import half_at, spelled_at


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("sixty percent", 60), ("fifty-five per cent", 55), ("twenty one%", 21), ("seven pct", 7),
        ("nineteen percent", 19), ("one hundred percent", 100), ("hundred percent", 100), ("육십 퍼센트", 60),
        ("육십오프로", 65), ("십 퍼센트", 10), ("십오%", 15), ("오 퍼센트", 5), ("백 퍼센트", 100), ("삼십 퍼", 30),
    ],
)  # fmt: skip
def test_a_percentage_in_words_is_a_number(text: str, value: int) -> None:
    number = spelled_at(text, 0)
    assert number is not None
    assert (number.value, number.unit, number.end) == (value, Unit.PERCENT, len(text))


@pytest.mark.parametrize(
    "text", ["sixty", "sixty strategies", "one percentile", "이 프로그램", "구글", "사 봐", "백테스트"]
)
def test_a_word_that_is_no_percentage_is_no_number(text: str) -> None:
    assert spelled_at(text, 0) is None


def test_half_is_fifty_percent() -> None:
    assert [half.value for text in ("절반", "half") if (half := half_at(text, 0)) is not None] == [50, 50]
    assert half_at("halfway", 0) is None
