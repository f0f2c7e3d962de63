import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.terms import MAX_READ, korean_words, stem, telling, terms_of


@pytest.mark.parametrize(
    ("korean", "english", "term"),
    [
        ("평균회귀", "mean reversion", "mean_reversion"),
        ("역추세", "contrarian", "mean_reversion"),
        ("추세추종", "Trend Following", "trend_following"),
        ("골든크로스", "golden cross", "골든크로스"),
        ("볼린저 밴드", "Bollinger Bands", "bollinger"),
        ("볼린져밴드", "bbands", "bollinger"),
        ("상대강도지수", "relative strength index", "rsi"),
        ("과매도", "oversold", "과매도"),
        ("눌림목", "buying the dip", "눌림목"),
        ("구글", "Google", "goog"),
        ("비트코인", "BTC/USDT", "btc/usdt"),
        ("삼성전자", "005930.KS", "005930.ks"),
        ("시그널선", "signal line", "시그널선"),
        ("횡보장", "sideways", "횡보"),
        ("20일선", "20-day moving average", "ma(20)"),
    ],
)
def test_both_languages_say_the_same(korean: str, english: str, term: str) -> None:
    assert term in terms_of(korean)
    assert term in terms_of(english)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("GOOG", ("goog",)),
        ("RSI(14)", ("rsi", "rsi(14)")),
        ("RSI 14", ("rsi", "rsi(14)")),
        ("rsi(14, 30)", ("rsi", "rsi(14)")),
        ("RSI 30% 이하", ("rsi", "30%")),
        ("SMA(50)", ("sma", "sma(50)", "ma(50)")),
        ("BTC/USDT에서", ("btc/usdt",)),
        ("손절 5%", ("손절", "5%")),
        ("1.5배", ("1.5배",)),
        ("BRK.B", ("brk.b",)),
        ("샤프 지수와 수익률", ()),
        ("priya's RSI", ("priya's", "rsi")),
        ("google's runs", ("goog",)),
        ("my backtests, please", ()),
        ("백테스트 결과 보여줘", ()),
        ("", ()),
        ("!?…", ()),
    ],
)
def test_codes_calls_and_amounts_are_kept_whole_and_what_says_nothing_is_left_out(
    text: str, terms: tuple[str, ...]
) -> None:
    assert terms_of(text) == terms


def test_words_without_blanks_are_found_all_the_same() -> None:
    assert set(terms_of("GOOG골든크로스평균회귀전략")) == {"goog", "골든크로스", "mean_reversion"}


def test_particles_are_no_part_of_a_word() -> None:
    assert terms_of("배당을 재투자로") == ("배당", "재투자")
    assert terms_of("RSI를 MACD와") == ("rsi", "macd")


@pytest.mark.parametrize(
    "forms",
    [
        ("strategy", "strategies"), ("cross", "crosses", "crossed", "crossing"), ("dividend", "dividends"),
        ("rotate", "rotates", "rotated", "rotating"), ("dip", "dips", "dipping", "dipped"), ("loss", "losses"),
    ],
)  # fmt: skip
def test_the_forms_of_an_english_word_are_one(forms: tuple[str, ...]) -> None:
    assert len(set(map(stem, forms))) == 1


def test_what_the_field_knows_tells_more_than_what_goes_with_anything() -> None:
    told = [telling(term) for term in ("rsi", "카카오", "매수", "dividend", "줍다")]
    assert told == sorted(told, reverse=True)
    assert len(set(told)) == 5


@given(st.text(max_size=80))
def test_any_text_can_be_read_and_no_term_holds_a_blank(text: str) -> None:
    terms = terms_of(text)
    assert all(term and not any(map(str.isspace, term)) for term in terms)
    assert terms == terms_of(text)


def test_a_very_long_text_is_read_from_its_beginning() -> None:
    assert "macd" not in terms_of("rsi " * MAX_READ + "macd")


def test_the_words_for_a_dictionary_are_of_this_field() -> None:
    known = set(korean_words())
    assert {"백테스트", "역추세", "과매도", "골든크로스", "볼린저밴드", "평균회귀", "눌림목"} <= known
    assert all(len(word) > 1 and " " not in word for word in known)
