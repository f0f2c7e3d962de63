import pytest

from domain.backtest import Metrics, StrategyType
from domain.josa import with_fitting_josa
from domain.language import Language
from domain.report import SectionKind, escaped
from domain.report_figures import alike, figures_of, label_of
from domain.report_filling import fill_template
from domain.report_slots import report_language, slots_of
from domain.report_templates import template_sentences
from tests.builders import a_backtest, a_bare_backtest, a_tested_strategy, some_metrics

PLAIN = (
    ("a *b* _c_ `d`", r"a \*b\* \_c\_ \`d\`"),
    ("[x](https://y)", r"\[x\](https\://y)"),
    ("www.evil.example", r"www\.evil.example"),
    ("<img src=x> &amp; $x$ ~y~ a|b", r"\<img src=x\> \&amp; \$x\$ \~y\~ a\|b"),
    ("# no heading", r"\# no heading"),
    ("- no list", r"\- no list"),
    ("1. no list", r"1\. no list"),
    ("one\n\n# line", "one # line"),
    ("45.2%, 14,520.40 — 그대로 (1.5)", "45.2%, 14,520.40 — 그대로 (1.5)"),
)
PARTICLES = (
    ("0.61", "으로 끝났다", "0.61로 끝났다"),
    ("0.60", "로 끝났다", "0.60으로 끝났다"),
    ("45.2%", "을 냈다", "45.2%를 냈다"),
    ("14,520", "를 냈다", "14,520을 냈다"),
    ("18.0%", "이었다", "18.0%였다"),
    ("0.66", "였다", "0.66이었다"),
    ("GOOG", "’은 오른다", "GOOG’는 오른다"),
    ("0.61", "이상이다", "0.61이상이다"),
    ("48", "회이고", "48회이고"),
    ("0.25", "과 같다", "0.25와 같다"),
)


@pytest.mark.parametrize(("text", "markdown"), PLAIN)
def test_plain_text_has_no_markup_as_markdown(text: str, markdown: str) -> None:
    assert escaped(text) == markdown


@pytest.mark.parametrize(("word", "rest", "whole"), PARTICLES)
def test_a_particle_takes_the_form_that_its_word_asks_for(word: str, rest: str, whole: str) -> None:
    assert with_fitting_josa(word, rest) == whole


def test_derived_figures_are_computed_from_the_run() -> None:
    figures = figures_of(a_backtest(), None, Language.ENGLISH)
    shown = {name: figures[name].text for name in ("benchmark_gap", "years", "trades_per_year", "fees_share")}
    assert shown == {
        "benchmark_gap": "-476.8 percentage points", "years": "8.5", "trades_per_year": "5.6", "fees_share": "1.0%",
    }  # fmt: skip
    assert figures["return_over_drawdown"].value == pytest.approx(0.452 / 0.18)
    assert figures["exposure_years"].text == "3.7"


def test_what_is_not_known_has_no_figure() -> None:
    assert set(figures_of(a_bare_backtest(), None, Language.KOREAN)) == {"total_return"}


def test_peers_are_ranked_in_the_direction_that_is_better() -> None:
    peers = [
        a_backtest(backtest_id="low", metrics=some_metrics(max_drawdown=0.1, sharpe_ratio=0.1)),
        a_backtest(backtest_id="high", metrics=some_metrics(max_drawdown=0.5, sharpe_ratio=2.0)),
        a_backtest(backtest_id="none", metrics=some_metrics(max_drawdown=None, sharpe_ratio=None)),
    ]
    figures = figures_of(a_backtest(), peers, Language.KOREAN)
    assert (figures["peer_best.max_drawdown"].backtest_id, figures["peer_best.max_drawdown"].text) == ("low", "10.0%")
    assert figures["peer_best.sharpe_ratio"].backtest_id == "high"
    assert figures["peer_rank.max_drawdown"].text == figures["peer_rank.sharpe_ratio"].text == "2"
    assert (figures["peer_ranked.sharpe_ratio"].text, figures["peer_count"].text) == ("3", "3")
    assert figures["peer_median.max_drawdown"].text == "30.0%"


def test_every_figure_has_a_label_in_both_languages() -> None:
    for name in figures_of(a_backtest(), [a_backtest(backtest_id="b")], Language.KOREAN):
        assert label_of(name, Language.KOREAN) != label_of(name, Language.ENGLISH)


def test_a_run_is_compared_with_those_of_its_family_or_its_indicators() -> None:
    trend = StrategyType.TREND_FOLLOWING
    others = [
        a_backtest(backtest_id="same"),
        a_backtest(backtest_id="rsi", strategy=a_tested_strategy(type=trend)),
        a_backtest(backtest_id="far", strategy=a_tested_strategy(name="MACD", type=trend, indicators=("macd",))),
        a_backtest(),
    ]
    assert [run.backtest_id for run in alike(a_backtest(), others)] == ["same", "rsi"]
    assert len(alike(a_bare_backtest(), others)) == len(others)


ADVICE = (
    (some_metrics(trade_count=7), "With 7 trades the result may be chance"),
    (some_metrics(trade_count=0, win_rate=None, profit_factor=None), "The entry rule never came true"),
    (some_metrics(), "Simply holding would have earned 476.8 percentage points more"),
    (some_metrics(max_drawdown=0.5), "The return is small for a drawdown of 50.0%"),
    (some_metrics(max_drawdown=0.4), "Ask whether a drawdown of 40.0% could be sat through"),
    (some_metrics(exposure_time=0.97), "It was in the market 97.0% of the time"),
    (some_metrics(win_rate=0.8, profit_factor=0.9), "The win rate of 80.0% hides a profit factor of 0.90"),
)


@pytest.mark.parametrize(("metrics", "said"), ADVICE)
def test_advice_follows_from_the_figures(metrics: Metrics, said: str) -> None:
    here = slots_of(a_backtest(metrics=metrics), language=Language.ENGLISH)
    advice = [fill_template(sentence, here).text for sentence in template_sentences(SectionKind.NEXT, here)]
    assert any(sentence.startswith(said) for sentence in advice)
    assert len(advice) <= 4


def test_the_language_of_a_report_is_that_of_the_runs_own_texts() -> None:
    plain = a_tested_strategy(name="RSI", description=None)
    assert report_language(a_backtest(strategy=plain, notes=None)) is Language.ENGLISH
    assert report_language(a_backtest(strategy=plain, notes="메모")) is Language.KOREAN
