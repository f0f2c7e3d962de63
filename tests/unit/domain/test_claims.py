import pytest

from domain.claims import Claim, claims_of, unfounded

RULES = "RSI(14) mean reversion. Buys when RSI(14) is below 30. Sells when RSI(14) is above 70. GOOG"


def test_a_number_is_read_with_the_act_and_the_side_before_it() -> None:
    assert claims_of("Buys when RSI(14) is below 30 and sells above 70.") == [
        Claim("enter", None, 14.0),
        Claim("enter", "below", 30.0),
        Claim("leave", "above", 70.0),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "RSI Rebound on GOOG. Buys GOOG when RSI(14) falls below 30 and sells when it is above 70.",
        "A calm strategy that waits for the bounce.",
    ],
)
def test_what_the_rules_say_is_founded(text: str) -> None:
    assert unfounded(text, RULES) is None


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("Sells when RSI(14) is below 30.", "30"),
        ("Buys when RSI(14) is above 30.", "30"),
        ("Buys when RSI(14) is below 35.", "35"),
        ("Buys when RSI is below -30.", "-30"),
        ("Buys TSLA when it falls.", "TSLA"),
    ],
)
def test_a_swapped_act_side_number_or_ticker_is_named(text: str, about: str) -> None:
    said = unfounded(text, RULES)
    assert said is not None
    assert about in said
