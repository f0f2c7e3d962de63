import random
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.embedding import MOST_CHARACTERS, MOST_TEXTS, Embedded, Neighbour, joined, nearest_first, portions
from domain.usage import TokenUsage

neighbours = st.lists(
    st.builds(
        Neighbour, card_id=st.sampled_from(("a", "b", "B", "가")), similarity=st.sampled_from((-0.0, 0.0, 0.5, 1.0))
    )
)


@given(given_=neighbours, top_k=st.integers(0, 10))
def test_the_order_is_by_similarity_and_then_by_id(given_: list[Neighbour], top_k: int) -> None:
    order = nearest_first(given_, top_k)
    assert len(order) == min(top_k, len(given_))
    keys = [(-each.similarity, each.card_id) for each in order]
    assert keys == sorted(keys)


@given(given_=neighbours, top_k=st.integers(0, 10))
def test_the_first_of_more_are_the_same(given_: list[Neighbour], top_k: int) -> None:
    assert nearest_first(given_, top_k) == nearest_first(given_, top_k + 1)[:top_k]


@given(given_=neighbours, chance=st.randoms(use_true_random=False))
def test_it_does_not_matter_in_which_order_they_come(given_: list[Neighbour], chance: random.Random) -> None:
    shuffled = chance.sample(given_, len(given_))
    assert nearest_first(shuffled, 5) == nearest_first(given_, 5)


def test_the_best_is_kept_where_only_one_is_wanted() -> None:
    far, near = Neighbour(card_id="a", similarity=0.74), Neighbour(card_id="z", similarity=0.9)
    assert nearest_first([far, near], 1) == [near]


@pytest.mark.parametrize(
    ("texts", "sizes"),
    [
        ([], []),
        (["a"] * MOST_TEXTS, [MOST_TEXTS]),
        (["a"] * (MOST_TEXTS + 1), [MOST_TEXTS, 1]),
        (["가" * MOST_CHARACTERS, "b"], [1, 1]),
        (["가" * (MOST_CHARACTERS + 1)], [1]),
    ],
)
def test_a_request_carries_so_much_and_no_more(texts: list[str], sizes: list[int]) -> None:
    groups = portions(texts)

    assert [len(group) for group in groups] == sizes
    assert [text for group in groups for text in group] == texts


def test_fewer_texts_where_fewer_are_better() -> None:
    assert portions(["가", "나", "다"], most_texts=2) == [["가", "나"], ["다"]]


def an_answer(first: float, *, tokens: int | None) -> Embedded:
    return Embedded(vectors=(array("f", [first]),), usage=None if tokens is None else TokenUsage(input_tokens=tokens))


def test_what_several_requests_gave_is_one_answer_in_their_order() -> None:
    whole = joined([an_answer(0.5, tokens=3), an_answer(0.25, tokens=4)])
    assert [list(vector) for vector in whole.vectors] == [[0.5], [0.25]]
    assert whole.usage == TokenUsage(input_tokens=7)


def test_a_sum_that_would_leave_some_out_is_none() -> None:
    assert joined([an_answer(0.5, tokens=3), an_answer(0.25, tokens=None)]).usage is None
