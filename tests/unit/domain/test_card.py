import unicodedata
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from domain.backtest import Backtest, StrategyType
from domain.card import context_text, embedding_text
from domain.language import Language
from tests.arbitrary import backtests
from tests.builders import a_backtest, a_bare_backtest, a_tested_strategy, some_metrics

LONG = "아주 긴 설명 " * 500


def test_a_card_says_family_indicators_and_parameters_in_both_languages() -> None:
    card = embedding_text(a_backtest())
    for words in (
        "평균회귀",
        "mean reversion",
        "상대강도지수",
        "relative strength index",
        "GOOG",
        "2004-2013",
    ):
        assert words in card


def test_a_card_holds_no_result() -> None:
    better = a_backtest(metrics=some_metrics(sharpe_ratio=2.5, total_return=0.9))
    assert embedding_text(better) == embedding_text(a_backtest())


def test_a_run_of_unknown_indicators_is_described_by_its_own_words() -> None:
    strategy = a_tested_strategy(name="비밀", indicators=("kalman",), description="칼만 필터로 추세를 잡는다")
    assert "칼만 필터" in embedding_text(a_backtest(strategy=strategy))


def test_a_band_breakout_is_told_from_a_band_reversion() -> None:
    cards = {
        embedding_text(a_backtest(strategy=a_tested_strategy(name="밴드", type=family, indicators=("bollinger",))))
        for family in (StrategyType.BREAKOUT, StrategyType.MEAN_REVERSION)
    }
    assert {"상단 돌파" in card for card in cards} == {True, False}


def test_a_bare_run_has_a_card() -> None:
    assert embedding_text(a_bare_backtest()) == "이름뿐인 전략. 005930.KS 2020"


def test_a_context_is_one_line_with_percentages() -> None:
    run = a_backtest(strategy=a_tested_strategy(parameters={"length": 14}, description=None), notes=None)
    assert context_text(run, language=Language.ENGLISH) == (
        "[bt-2041] RSI 평균회귀 (mean reversion) | parameters: length 14 | GOOG 1d | 2004-08-19 to 2013-03-01 | "
        "total return 45.2%, annual return 4.5%, Sharpe 0.61, max drawdown 18.0%, win rate 62.0%, profit factor 1.70, "
        "trades 48"
    )
    assert "총수익률 45.2%, 연수익률 4.5%, 샤프 0.61, 최대낙폭 18.0%" in context_text(run, language=Language.KOREAN)


def test_a_missing_figure_is_left_out() -> None:
    text = context_text(a_bare_backtest(), language=Language.ENGLISH)
    assert "total return 0.0%" in text
    assert "Sharpe" not in text


def test_what_users_wrote_is_cut_short_and_holds_no_controls() -> None:
    run = a_backtest(notes=f"줄\n바꿈\x1b[31m{LONG}", strategy=a_tested_strategy(description=LONG))
    text = context_text(run, language=Language.KOREAN)
    assert len(text) < 900
    assert "줄 바꿈" in text
    assert not any(unicodedata.category(character)[0] == "C" for character in text)


@given(backtests(), st.sampled_from(Language))
def test_every_run_has_a_short_card_and_a_context_of_one_line(run: Backtest, language: Language) -> None:
    assert 0 < len(embedding_text(run)) < 600
    assert len(context_text(run, language=language).splitlines()) == 1


def test_a_run_within_one_year_shows_it_once() -> None:
    run = a_backtest(start=date(2008, 1, 2), end=date(2008, 12, 30))
    assert "GOOG 1d 2008" in embedding_text(run)
    assert "2008-2008" not in embedding_text(run)
