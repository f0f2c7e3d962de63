import random

from hypothesis import given
from hypothesis import strategies as st

from domain.embedding import Neighbour, nearest_first

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
