import random

import pytest

from domain.checked_text import LONGEST_SENTENCE, CheckedText, split_sentences, without_source
from domain.unsupported import unsupported_numbers

SOURCES = (
    "[bt-2041] RSI | GOOG 1d | 2004-08-19 to 2013-03-01 | total return 45.2%, Sharpe 0.61, fees 10,096.1",
    "샤프 −0.2",
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The Sharpe of [bt-2041] is 0.61.", ()),
        ("총수익률은 45.2%이고 샤프는 0.61배입니다.", ()),
        ("It made 0.452, or 45.20 percent.", ()),
        ("샤프는 -0.2였습니다.", ()),
        ("Fees were 10096.1 from 2004 on.", ()),
        ("1. The Sharpe is 0.61\n2) The return is 45.2%", ()),
        ("no number at all", ()),
        ("The Sharpe is 0.62.", ("0.62",)),
        ("The Sharpe is -0.61.", ("-0.61",)),
        ("샤프가 ６１입니다.", ("６１",)),
        ("It made 45.2.", ("45.2",)),
        ("손실은 4520%였고 낙폭은 18.0%였습니다.", ("4520%", "18.0%")),
        ("It rose 0.2.", ("0.2",)),
    ],
)
def test_a_number_is_supported_where_a_source_has_it(text: str, found: tuple[str, ...]) -> None:
    assert unsupported_numbers(text, SOURCES) == found


def through(text: str, *, instead: tuple[str, ...] = (), sizes: random.Random | None = None) -> tuple[str, CheckedText]:
    checked = CheckedText(without_source(SOURCES), instead=instead)
    said, at = "", 0
    while at < len(text):
        size = sizes.randrange(1, 9) if sizes else len(text)
        said += "".join(checked.hear(text[at : at + size]))
        at += size
    return said + "".join(checked.end()), checked


@pytest.mark.parametrize(
    "text",
    [
        "The Sharpe is 0.61. It made 45.2%.",
        "1. First 0.61\n2. Second 45.2%\n\nDone",
        "샤프는 0.61입니다! 정말요? 네.",
        "one line\n\nanother, e.g. this vs. that. End",
        "no end",
    ],
)
def test_a_text_that_passes_stays_as_it_is(text: str) -> None:
    said, checked = through(text)
    assert (said, checked.refused) == (text, 0)


def test_a_sentence_that_fails_gives_way_to_the_next_spare_one_and_then_to_nothing() -> None:
    text = "Sharpe 0.61. Sharpe 9.9. Fine. Return 99%. Again 77."
    said, checked = through(text, instead=("The run made 45.2%.",))
    assert said == "Sharpe 0.61. The run made 45.2%. Fine."
    assert (checked.refused, checked.passed) == (3, 2)


def test_how_the_text_is_cut_into_pieces_makes_no_difference() -> None:
    text = "Sharpe 0.61, e.g. here. Sharpe 9.9.\n1. Return 45.2%!\n- Return 99%.\n\n끝입니다… “0.61.” And on"
    whole, _ = through(text, instead=("Spare.",))
    for seed in range(50):
        cut, _ = through(text, instead=("Spare.",), sizes=random.Random(seed))  # noqa: S311  # where to cut
        assert cut == whole


def test_a_number_is_not_torn_at_its_point() -> None:
    checked = CheckedText(without_source(SOURCES))
    assert list(checked.hear("Sharpe 0.")) == []
    assert list(checked.hear("61. And")) == ["Sharpe 0.61."]


def test_a_sentence_without_an_end_comes_out_all_the_same() -> None:
    sentences, rest = split_sentences("a" * (LONGEST_SENTENCE + 1))
    assert ([len(one) for one in sentences], rest) == ([LONGEST_SENTENCE + 1], "")


def test_sentences_of_our_own_come_first_a_line_each() -> None:
    checked = CheckedText(without_source(()))
    said = [*checked.begin(["One 1.", "Two 2."]), *checked.hear("Three. "), *checked.end()]
    assert "".join(said) == "One 1.\nTwo 2. Three."
