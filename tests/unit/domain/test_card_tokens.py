"""What is embedded of a run is at most 80 tokens, counted by the vocabularies of the models that embed."""

import json
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.files.configuration import load_configuration
from adapters.tokens.tokenizer import BpeTokenizer
from domain.backtest import Backtest, StrategyType
from domain.card import embedding_text, full_text, passages
from domain.catalogue import ModelCapability, ModelConfig
from domain.indicators import IndicatorKind
from domain.text import text_size
from entrypoints.http.backtest_body import BacktestBody
from tests.architecture.source_tree import ROOT
from tests.builders import a_backtest, a_bare_backtest, a_tested_strategy

MOST = 80
TOKENIZER = BpeTokenizer()
MODELS = [model for model in load_configuration(None).catalogue if ModelCapability.EMBEDDING in model.capabilities]
NAMES = (
    "RSI 과매도 반등", "상승 추세 RSI 눌림목 매수 전략 2호기", "Opening range breakout with volume filter, v7",
    "비밀 전략 " * 12, "αβγ Стратегия 戦略", "🚀🚀🚀 to the moon 🚀🚀🚀", "x" * 200,
)  # fmt: skip


def real_runs() -> Iterator[Backtest]:
    for line in (ROOT / "entrypoints/cli/demo_backtests.ndjson").read_text(encoding="utf-8").splitlines():
        yield msgspec.convert(json.loads(line)["backtest"], BacktestBody).read()


def tokens(text: str, model: ModelConfig) -> int:
    return TOKENIZER.count(text, model=model)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.model_id)
def test_no_card_of_a_real_run_is_longer(model: ModelConfig) -> None:
    cards = {embedding_text(run) for run in real_runs()}
    assert len(cards) > 300
    assert max(tokens(card, model) for card in cards) <= MOST


@given(
    name=st.sampled_from(NAMES),
    family=st.none() | st.sampled_from(StrategyType),
    indicators=st.lists(st.sampled_from([*IndicatorKind, "kalman"]), max_size=4).map(tuple),
    symbols=st.lists(st.sampled_from(("GOOG", "005930.KS", "BTC/USDT")), min_size=1, max_size=6).map(tuple),
    length=st.integers(1, 300),
)
def test_no_card_of_any_likely_run_is_longer(
    *, name: str, family: StrategyType | None, indicators: tuple[str, ...], symbols: tuple[str, ...], length: int
) -> None:
    strategy = a_tested_strategy(
        name=name, type=family, indicators=indicators, parameters={"length": length, "과매도 기준": 30}
    )
    card = embedding_text(a_backtest(strategy=strategy, symbols=symbols))
    assert max(tokens(card, model) for model in MODELS) <= MOST
    assert symbols[0] in card


def test_no_card_is_much_longer_than_it_is_reckoned() -> None:
    for card in {embedding_text(run) for run in real_runs()}:
        for model in MODELS:
            assert tokens(card, model) - text_size(card) <= 10


def test_the_whole_card_says_everything_in_both_languages() -> None:
    text = full_text(a_backtest(symbols=("005930.KS", "GOOG")))
    for words in (
        "RSI 상대강도지수", "relative strength index", "평균회귀", "mean reversion", "RSI(14)", "oversold 30",
        "005930.KS", "삼성전자", "samsung electronics", "구글", "google", "1d", "2004-2013", "과매도에서 사고",
        "Buys oversold", "fees included",
    ):  # fmt: skip
        assert words in text


def test_what_the_user_wrote_is_told_from_what_templates_say() -> None:
    written = [part.text for part in passages(a_backtest()) if part.written]
    assert written == [
        "RSI 평균회귀 (mean reversion)",
        "과매도에서 사고 과매수에서 판다. Buys oversold, sells overbought.",
        "수수료 0.1 % 포함 — fees included",
    ]
    assert full_text(a_bare_backtest()).startswith("이름뿐인 전략 · 005930.KS · ")
