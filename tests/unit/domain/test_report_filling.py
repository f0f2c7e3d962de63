import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.backtest import Backtest
from domain.language import Language
from domain.report import Figure, SectionKind
from domain.report_filling import fill, fill_template
from domain.report_slots import Slots, slots_of
from domain.report_templates import template_sentences, template_title
from tests.arbitrary import backtests
from tests.builders import a_backtest, a_tested_strategy, some_metrics
from tests.unit.domain.report_cases import ENGLISH, KOREAN

PEERS = (
    a_backtest(backtest_id="bt-7", metrics=some_metrics(total_return=0.6, sharpe_ratio=0.4, max_drawdown=0.3)),
    a_backtest(backtest_id="bt-8", metrics=some_metrics(total_return=0.1, sharpe_ratio=0.6, max_drawdown=0.2)),
)
PIECES = st.sampled_from(
    (
        "{{total_return}}", "{{sharpe_ratio}}", "{{ max_drawdown}}", "{{nothing}}", "{{symbols}}", "{{years}}", "14",
        "RSI(14)", "length 14", "45.2%", "두 배", "twice", ". ", "! ", "\n", "은", "이었", "is",
        " ", "-", "%", "[a](b)", "**", "수익", "return", "2004-08-19", "①", "bt-2041", "{{", "}}",
        "{{parameter.length}}", "5", "0.61", "{{peer_count}}위",
    )
)  # fmt: skip


def slots(language: Language, run: Backtest | None = None) -> Slots:
    return slots_of(run or a_backtest(), language=language, peers=PEERS)


@pytest.mark.parametrize(("sentence", "shown"), KOREAN)
def test_a_korean_sentence_is_filled_or_refused(sentence: str, shown: str | None) -> None:
    assert fill(sentence, slots(Language.KOREAN)).text == (shown or "")


@pytest.mark.parametrize(("sentence", "shown"), ENGLISH)
def test_an_english_sentence_is_filled_or_refused(sentence: str, shown: str | None) -> None:
    assert fill(sentence, slots(Language.ENGLISH)).text == (shown or "")


def test_there_are_enough_cases_to_mean_something() -> None:
    assert len(KOREAN) + len(ENGLISH) >= 60
    for cases in (KOREAN, ENGLISH):
        refused = sum(shown is None for _, shown in cases)
        assert min(refused, len(cases) - refused) >= 15


def test_each_figure_says_where_it_is_from() -> None:
    filled = fill("{{peer_best.total_return}} and {{total_return}} and {{total_return}}.", slots(Language.ENGLISH))
    assert filled.figures == (
        Figure(text="60.0%", backtest_id="bt-7", metric="peer_best.total_return", value=0.6),
        Figure(text="45.2%", backtest_id="bt-2041", metric="total_return", value=0.452),
    )


def test_a_sentence_that_fails_gives_way_to_a_template_that_says_another_thing() -> None:
    told = "The return is {{total_return}}. The Sharpe ratio is 9.9. It is a plain rule."
    instead = ["The total return is {{total_return}}.", "The Sharpe ratio is {{sharpe_ratio}}."]
    filled = fill(told, slots(Language.ENGLISH), instead=instead)
    assert filled.text == "The return is 45.2%. The Sharpe ratio is 0.61. It is a plain rule."
    assert (filled.sentences, filled.refused) == (3, 1)


def test_where_no_sentence_passes_the_templates_are_the_whole_text() -> None:
    instead = ["The total return is {{total_return}}.", "The Sharpe ratio is {{sharpe_ratio}}."]
    filled = fill("It made 45%. And 12 more.", slots(Language.ENGLISH), instead=instead)
    assert filled.text == "The total return is 45.2%. The Sharpe ratio is 0.61."


def test_a_metric_without_a_value_has_no_slot() -> None:
    run = a_backtest(metrics=some_metrics(sharpe_ratio=None, total_return=1e307))
    assert fill("샤프는 {{sharpe_ratio}}입니다. 수익은 {{total_return}}입니다.", slots(Language.KOREAN, run)).text == ""


def test_a_name_of_digits_alone_cannot_be_told_from_a_figure() -> None:
    run = a_backtest(symbols=("005930",), strategy=a_tested_strategy(name="50%"))
    assert fill("It made 50% on 005930.", slots(Language.ENGLISH, run)).text == ""
    assert fill("It was run on {{symbols}}.", slots(Language.ENGLISH, run)).text == "It was run on 005930."


def test_a_parameter_named_like_a_metric_is_no_excuse_for_a_number() -> None:
    run = a_backtest(strategy=a_tested_strategy(parameters={"sharpe": 9, "length": 14}))
    assert fill("The Sharpe 9 is high.", slots(Language.ENGLISH, run)).text == ""


def test_a_slot_in_a_name_is_not_read() -> None:
    run = a_backtest(strategy=a_tested_strategy(name="{{total_return}} rule"))
    assert fill("It is {{strategy_name}}.", slots(Language.ENGLISH, run)).text == "It is {{total_return}} rule."


@given(backtests(), st.sampled_from(Language), st.lists(PIECES, max_size=25).map("".join))
def test_no_number_is_shown_that_is_neither_a_figure_nor_the_runs_own(
    run: Backtest, language: Language, told: str
) -> None:
    here = slots_of(run, language=language, peers=PEERS)
    filled = fill(told, here)
    assert unaccounted(filled.text, here, {figure.text for figure in filled.figures}) == ""


@given(backtests(), st.sampled_from(Language), st.sampled_from((None, (), PEERS)))
def test_every_template_is_complete_for_every_run(
    run: Backtest, language: Language, peers: tuple[Backtest, ...] | None
) -> None:
    here = slots_of(run, language=language, peers=peers)
    assert fill_template(template_title(here), here).text
    for kind in SectionKind:
        for sentence in template_sentences(kind, here):
            filled = fill_template(sentence, here)
            assert filled.text.endswith(".")
            assert "  " not in filled.text


def unaccounted(text: str, here: Slots, figures: set[str]) -> str:
    """The digits of a text after its figures and the words of the run are taken out, longest first."""
    own = {unicodedata.normalize("NFKC", word) for word in here.words.values()}
    rest = unicodedata.normalize("NFKC", text)
    for known in sorted({*figures, *own}, key=len, reverse=True):
        rest = re.sub(rf"(?<![0-9]){re.escape(known)}", "", rest) if known else rest
    rest = here.quotable.sub("", rest)
    return "".join(character for character in rest if unicodedata.numeric(character, None) is not None)
