import pytest

from domain.backtest import Backtest
from domain.comparison import Comparison, ComparisonRequest, compare
from domain.comparison_checks import unfit_sentence
from domain.comparison_words import comparison_text
from domain.language import Language, language_of
from tests.builders import a_backtest, a_bare_backtest, a_tested_strategy, some_metrics

KOREAN, ENGLISH = Language.KOREAN, Language.ENGLISH


def runs() -> list[Backtest]:
    return [
        a_backtest(
            backtest_id="bt-1",
            strategy=a_tested_strategy(name="RSI 반등", parameters={"length": 14}),
            metrics=some_metrics(total_return=0.452, sharpe_ratio=0.61, max_drawdown=0.18),
        ),
        a_backtest(
            backtest_id="bt-2",
            strategy=a_tested_strategy(name="MACD 추세"),
            metrics=some_metrics(total_return=0.9, sharpe_ratio=1.2, max_drawdown=0.35, win_rate=None),
        ),
    ]


def compared(*metrics: str, question: str | None = None, among: list[Backtest] | None = None) -> Comparison:
    given = among or runs()
    ids = tuple(run.backtest_id for run in given)
    return compare(given, ComparisonRequest(backtest_ids=ids, metrics=metrics, question=question))


def test_the_words_hold_the_figures_as_they_are_rendered() -> None:
    korean = comparison_text(compared("total_return", "max_drawdown"), language=KOREAN)
    assert "총수익률은 bt-2가 90.0%로 가장 높습니다." in korean.summary
    assert "최대낙폭은 bt-1이 18.0%로 가장 낮습니다." in korean.summary
    english = comparison_text(compared("total_return", "max_drawdown"), language=ENGLISH)
    assert "bt-2 has the highest total return: 90.0%." in english.summary
    assert "bt-1 has the lowest max drawdown: 18.0%." in english.summary


@pytest.mark.parametrize("language", list(Language))
def test_the_first_is_recommended_by_its_criteria(language: Language) -> None:
    text = comparison_text(compared("sharpe_ratio"), language=language)
    assert "bt-2" in text.recommendation
    assert "bt-1" not in text.recommendation
    assert language_of(text.reasoning) is language


def test_the_worst_that_was_asked_for_is_not_recommended() -> None:
    comparison = compared(question="수익률이 가장 낮은 것은?")
    assert "추천합니다" not in comparison_text(comparison, language=KOREAN).recommendation
    assert "recommended" not in comparison_text(comparison, language=ENGLISH).recommendation
    assert "bt-1" in comparison_text(comparison, language=ENGLISH).recommendation


def test_a_tie_is_no_recommendation() -> None:
    comparison = compared("volatility")
    assert "하나를 고를 수 없습니다" in comparison_text(comparison, language=KOREAN).recommendation
    assert "neither can be preferred" in comparison_text(comparison, language=ENGLISH).recommendation


def test_a_single_run_with_figures_is_no_recommendation_either() -> None:
    comparison = compared("win_rate")
    assert "비교해서 추천할 수 없습니다" in comparison_text(comparison, language=KOREAN).recommendation
    assert "nothing to compare it with" in comparison_text(comparison, language=ENGLISH).recommendation


def test_without_any_figure_there_is_no_ranking() -> None:
    comparison = compared("calmar_ratio", among=[a_bare_backtest("a"), a_bare_backtest("b")])
    assert "순위를 매길 수 없습니다" in comparison_text(comparison, language=KOREAN).recommendation
    assert "cannot be ranked" in comparison_text(comparison, language=ENGLISH).recommendation


def test_differences_are_in_the_reasoning_and_weaken_the_recommendation() -> None:
    comparison = compared(among=[runs()[0], a_bare_backtest()])
    text = comparison_text(comparison, language=KOREAN)
    assert "단정할 수는 없습니다" in text.recommendation
    assert "2004-08-19 ~ 2013-03-01" in text.reasoning
    assert "bt-bare에는 기록되지 않은 지표가 있습니다" in text.reasoning


def test_ids_and_names_stay_on_their_line() -> None:
    odd = a_backtest(backtest_id="bt\n# 3", strategy=a_tested_strategy(name="a\r\nb " * 50))
    text = comparison_text(compared(among=[odd, runs()[1]]), language=ENGLISH)
    assert "\n" not in text.summary + text.recommendation + text.reasoning


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("bt-2의 샤프는 1.20으로 더 높습니다.", KOREAN),
        ("bt-2가 낙폭은 35.0%로 더 큽니다.", KOREAN),
        ("bt-2는 수익률이 가장 높습니다.", KOREAN),
        ("RSI 14를 쓰는 bt-1은 낙폭이 가장 작습니다.", KOREAN),
        ("bt-2 has a Sharpe of 1.2 against 0.61 for bt-1.", ENGLISH),
        ("bt-2 is recommended for its return of 90%.", ENGLISH),
        ("bt-1 and bt-2 ran from 2004 to 2013.", ENGLISH),
    ],
)
def test_a_sentence_that_holds_may_stand(sentence: str, language: Language) -> None:
    assert unfit_sentence(sentence, compared(), language=language) is None


@pytest.mark.parametrize(
    ("sentence", "language", "why"),
    [
        ("bt-2의 샤프는 1.30으로 더 높습니다.", KOREAN, "1.30"),
        ("bt-2의 수익률은 -90.0%입니다.", KOREAN, "-90.0%"),
        ("bt-1의 샤프는 1.20입니다.", KOREAN, "1.20"),
        ("bt-2의 승률은 62.0%입니다.", KOREAN, "62.0%"),
        ("bt-2 has a max drawdown of 90.0%.", ENGLISH, "90.0%"),
        ("bt-1 earned 44.8 points less.", ENGLISH, "44.8"),
        ("The data set is not available.", ENGLISH, "none of the runs"),
        ("bt-2 is better.", KOREAN, "language"),
        ("bt-2가 낫습니다.", ENGLISH, "language"),
        ("I would recommend bt-1.", ENGLISH, "bt-1 first"),
        ("bt-1을 추천합니다.", KOREAN, "bt-1 first"),
        ("bt-1의 샤프가 가장 높습니다.", KOREAN, "bt-1"),
        ("bt-2 has the lowest drawdown.", ENGLISH, "bt-2"),
    ],
)
def test_a_sentence_against_the_table_may_not(sentence: str, language: Language, why: str) -> None:
    said = unfit_sentence(sentence, compared(), language=language)
    assert said is not None
    assert why in said


def test_an_id_inside_of_another_is_not_named() -> None:
    among = [a_backtest(backtest_id="bt-1"), a_backtest(backtest_id="bt-12", metrics=some_metrics(sharpe_ratio=2.0))]
    comparison = compared(among=among)
    assert unfit_sentence("bt-12의 샤프는 2.00입니다.", comparison, language=KOREAN) is None
    assert unfit_sentence("bt-1의 샤프는 2.00입니다.", comparison, language=KOREAN) is not None


def test_a_number_of_the_question_is_no_invention() -> None:
    question = "낙폭 20% 안쪽인 것은?"
    sentence = "bt-1은 낙폭이 20%보다 작습니다."
    assert unfit_sentence(sentence, compared(question=question), language=KOREAN, question=question) is None
