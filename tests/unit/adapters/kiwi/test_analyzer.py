import asyncio
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from adapters.kiwi.analyzer import KiwiAnalyzer
from application.ports.analyzer import Analyzer
from tests.architecture.source_tree import ROOT


@pytest.fixture(scope="module")
def kiwi() -> Iterator[KiwiAnalyzer]:
    """Loaded once for all: it takes a second."""
    analyzer = KiwiAnalyzer()
    yield analyzer
    asyncio.run(analyzer.aclose())


@pytest.fixture
def analyzer(kiwi: KiwiAnalyzer) -> Analyzer:
    return kiwi


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("조용한 장에서 과매도 반등을 노리는 전략", ("횡보", "과매도", "반등")),
        ("많이 떨어진 주식을 사서 평균으로 돌아올 때 파는 백테스트 보여줘", ("평균", "하락", "매수", "되돌림")),
        ("GOOG에서 RSI(14)가 20일선 위에 있을 때", ("goog", "rsi", "rsi(14)", "ma(20)")),
        ("요즘 괜찮은 거 뭐 있어?", ()),
        ("김치찌개 맛있게 끓이는 법", ("김치찌개", "맛있다", "끓이다")),
        ("삼성전자에서 골든크로스가 나면 사는 것", ("005930.ks", "골든크로스", "매수")),
        ("볼린저밴드 하단에서 줍는 방법", ("bollinger", "하단", "줍다")),
        ("김하준 결과 좀 보여줘", ("김하준",)),
        ("dmitri의 RSI 백테스트", ("dmitri's", "rsi")),
        ("스토캐스틱이 바닥에서 도는 것", ("stochastic", "하단", "도다")),
        ("역추세 백테스트만 추천해줘", ("mean_reversion",)),
        ("BTC/USDT 변동성이 커질 때 돌파", ("btc/usdt", "변동성", "breakout")),
    ],
)
async def test_korean_sentences_are_their_content_words(analyzer: Analyzer, text: str, terms: tuple[str, ...]) -> None:
    assert await analyzer.terms([text]) == [terms]


@pytest.mark.parametrize(
    "forms",
    [
        ("배당을 받았다", "배당이 받는", "배당"),
        ("거래량이 터질 때", "거래량은 터졌는데", "거래량 터지는"),
        ("오르면 산다", "오를 때 사는"),
    ],
)
async def test_the_forms_of_a_korean_word_are_one(analyzer: Analyzer, forms: tuple[str, ...]) -> None:
    assert len(set(await analyzer.terms(forms))) == 1


async def test_texts_keep_their_order_and_repeat(analyzer: Analyzer) -> None:
    texts = ["배당", "dividends", "배당", "", "커버드콜"]
    first = await analyzer.terms(texts)
    assert first[0] == first[2] == ("배당",)
    assert first[1:4:2] == [("dividend",), ()]
    assert await analyzer.terms(texts) == first


async def test_any_text_is_taken(analyzer: Analyzer) -> None:
    strange = ["가" * 5_000, "😀배당😀", "\ud800배당", "ㅋㅋㅋ", "배\u200b당", "日本株 배당", "\n\t"]
    terms = await analyzer.terms(strange)
    assert len(terms) == len(strange)
    assert terms[1] == ("배당",)
    assert not any(" " in term for card in terms for term in card)


def test_many_threads_and_loops_may_ask_at_once(kiwi: KiwiAnalyzer) -> None:
    texts = [f"배당 {n}번 눌림목 서울" for n in range(40)]
    with ThreadPoolExecutor(max_workers=4) as pool:
        answers = list(pool.map(lambda _: asyncio.run(kiwi.terms(texts)), range(4)))
    assert answers[0] == answers[1] == answers[2] == answers[3]
    assert set(answers[0]) == {("눌림목", "배당", "서울")}


def test_a_text_without_hangul_loads_nothing() -> None:
    code = (
        "import asyncio, sys; from adapters.kiwi.analyzer import KiwiAnalyzer; "
        "print(asyncio.run(KiwiAnalyzer().terms(['RSI mean reversion on BTC/USDT'])), 'kiwipiepy' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[('rsi', 'mean_reversion', 'btc/usdt')] False"
