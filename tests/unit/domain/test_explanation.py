import pytest

from domain.drafting_parts import Borrowed
from domain.explanation import default_description, default_name, explain
from domain.josa import with_josa
from domain.language import Language
from domain.strategy import Direction, Risk
from tests.builders import a_spec

LOANS = (
    Borrowed(backtest_id="bt-2041", what="rsi.length", value=14.0),
    Borrowed(backtest_id="bt-2041", what="symbols", value="GOOG"),
)


@pytest.mark.parametrize(
    ("word", "josa", "expected"),
    [
        ("종가", "이", "종가가"),
        ("상단", "을", "상단을"),
        ("RSI(14)", "이", "RSI(14)가"),
        ("ROC(120)", "이", "ROC(120)이"),
        ("SMA(3)", "은", "SMA(3)은"),
        ("GOOG", "을", "GOOG를"),
        ("AAPL", "을", "AAPL을"),
        ("IBM", "은", "IBM은"),
        ("일봉", "으로", "일봉으로"),
        ("서울", "으로", "서울로"),
        ("URL", "으로", "URL로"),
        ("1", "으로", "1로"),
        ("10", "으로", "10으로"),
        ("bt-2041", "을", "bt-2041을"),
        ("5%", "을", "5%를"),
        ("Google", "은", "Google은"),
        ("", "은", "는"),
    ],
)
def test_a_particle_follows_the_sound_before_it(word: str, josa: str, expected: str) -> None:
    assert with_josa(word, josa) == expected


def test_a_strategy_is_explained_in_korean() -> None:
    assert explain(a_spec(), language=Language.KOREAN) == (
        "GOOG를 일봉으로 거래하는 평균회귀 전략입니다. RSI(14)가 30을 하향 돌파하면 매수합니다. "
        "RSI(14)가 70을 상향 돌파하면 매도해 청산합니다. "
        "한 번에 자본의 50%를 투입하고, 진입가에서 8% 불리해지면 손절합니다."
    )


def test_a_strategy_is_explained_in_english() -> None:
    assert explain(a_spec(), language=Language.ENGLISH) == (
        "A mean reversion strategy on daily bars of GOOG. Buys when RSI(14) crosses below 30. "
        "Sells when RSI(14) crosses above 70. "
        "Puts 50% of the capital into a position and stops out after a loss of 8%."
    )


def test_a_short_strategy_is_explained_as_one() -> None:
    spec = a_spec(direction=Direction.SHORT)
    assert "Sells short when" in explain(spec, language=Language.ENGLISH)
    assert "공매도합니다" in explain(spec, language=Language.KOREAN)


def test_every_member_of_the_risk_is_told() -> None:
    spec = a_spec(risk=Risk(position_fraction=1.0, stop_loss=0.055, take_profit=0.1, max_holding_bars=10))
    assert explain(spec, language=Language.ENGLISH).endswith(
        "Puts 100% of the capital into a position, stops out after a loss of 5.5%, takes profit at 10% "
        "and holds for at most 10 bars."
    )
    assert explain(spec, language=Language.KOREAN).endswith(
        "한 번에 자본의 100%를 투입하고, 진입가에서 5.5% 불리해지면 손절하고, 10% 유리해지면 이익을 실현하고, "
        "최대 10봉까지만 보유합니다."
    )


def test_what_was_borrowed_is_named_with_the_run_that_lent_it() -> None:
    assert explain(a_spec(), language=Language.ENGLISH, borrowed=LOANS).endswith("RSI 14, symbol GOOG as in bt-2041.")
    korean = explain(a_spec(), language=Language.KOREAN, borrowed=LOANS[:1])
    assert korean.endswith("RSI 14는 bt-2041을 따랐습니다.")


def test_the_name_says_indicators_and_family() -> None:
    assert default_name(a_spec(), language=Language.KOREAN) == "RSI(14) 평균회귀"
    assert default_name(a_spec(), language=Language.ENGLISH) == "RSI(14) mean reversion"


def test_the_description_says_when_it_enters_and_leaves() -> None:
    text = default_description(a_spec(), language=Language.KOREAN)
    assert text == "RSI(14)가 30을 하향 돌파하면 매수합니다. RSI(14)가 70을 상향 돌파하면 매도해 청산합니다."
