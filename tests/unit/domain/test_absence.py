"""What is named outright and stands in no card."""

import pytest

from domain.absence import names_what_is_absent
from domain.terms import terms_of


def absent(text: str, *held: str) -> bool:
    """Where cards hold these terms alone."""
    return names_what_is_absent(text, {term: int(term in held) for term in terms_of(text)})


@pytest.mark.parametrize(
    "text",
    [
        "straddles on options",
        "콜옵션 델타 헤지",
        "일목균형표 구름대",
        "카카오 RSI 전략",
        "Dana's RSI backtests",
        "나래 님 RSI 결과",
        "나래가 돌린 것",
        "나래의 RSI 백테스트 보여줘",
        "dana 계정에 있는 것",
        "user dana",
        "what did dana run",
        "zz-0042 결과",
        "mean reversion on QQX",
    ],
)
def test_things_of_finance_people_ids_and_codes_that_no_card_says_are_absent(text: str) -> None:
    assert absent(text, "rsi", "mean_reversion")


@pytest.mark.parametrize(
    "text",
    [
        "rides long moves until they end",
        "싸게 사서 반등하면 파는 전략",
        "what's the best one",
        "today's runs",
        "제가 돌린 RSI",
        "팀장님이 보자고 하셔서",
        "RSI AND MACD please",
        "MDD",
        "작년의 RSI 결과",
        "",
    ],
)
def test_plain_words_and_whoever_asks_are_not(text: str) -> None:
    assert not absent(text)


def test_what_a_card_says_is_not_absent() -> None:
    assert absent("Dana's options on QQX")
    assert not absent("Dana's options on QQX", "dana's", "option", "qqx")
