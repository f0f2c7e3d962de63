import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.bm25 import WordHit, WordHits, best_words, counted, gain, length_norm, ranked, rarity

counts = st.integers(1, 50)


@given(cards=st.integers(1, 10_000), holding=st.integers(0, 10_000))
def test_a_word_never_speaks_against_a_card(cards: int, holding: int) -> None:
    assert rarity(max(cards, holding), holding) > 0


@given(times=counts, length=counts, longer=counts)
def test_saying_it_again_is_better_and_saying_more_else_is_worse(times: int, length: int, longer: int) -> None:
    norm = length_norm(length, 20.0)
    assert gain(times + 1, norm) > gain(times, norm)
    assert gain(times, length_norm(length + longer, 20.0)) < gain(times, norm)


def test_the_score_is_the_one_of_the_book() -> None:
    cards = {"a": counted(["rsi", "goog"]), "b": counted(["macd", "aapl", "aapl", "2"])}
    (hit,) = ranked(["rsi"], cards, top_k=5).hits
    rare, norm = math.log(1 + (2 - 1 + 0.5) / (1 + 0.5)), 1.2 * (1 - 0.4 + 0.4 * 2 / 3)
    assert hit.score == pytest.approx(rare * 2.2 / (1 + norm))
    assert hit.coverage == 1.0


def test_words_known_are_weighed() -> None:
    hits = WordHits(held_by={"rsi": 3, "카카오": 0}, cards=3)
    assert hits.known(lambda term: 3.0 if term == "rsi" else 1.0) == 0.75
    assert WordHits(held_by={}, cards=0).known(lambda _: 1.0) == 1.0


def test_all_that_tie_with_the_last_come_along() -> None:
    hits = [WordHit(card_id=name, score=score, coverage=1.0) for name, score in (("b", 1.0), ("a", 1.0), ("c", 2.0))]
    assert [hit.card_id for hit in best_words(hits, 2)] == ["c", "a", "b"]
    assert [hit.card_id for hit in best_words(hits, 1)] == ["c"]
