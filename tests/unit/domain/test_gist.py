"""What a question is about, by its vector."""

from array import array

import pytest

from domain import gist_weights
from domain.gist import STRATEGIES, gist_of

SIZE = 384
AXES = [array("f", [float(place == axis) for place in range(SIZE)]) for axis in range(SIZE)]


def test_every_strategy_has_its_weights_and_its_terms() -> None:
    assert set(STRATEGIES) == set(gist_weights.NAMES) - {"absent", "off"}
    assert len(gist_weights.BIAS) == len(gist_weights.NAMES)
    assert all(STRATEGIES.values())


def test_of_a_model_that_nothing_was_learned_for_and_of_no_direction_nothing_is_said() -> None:
    assert gist_of(AXES[0], "text-embedding-3-small") is None
    assert gist_of(array("f", [0.0] * SIZE), gist_weights.MODEL_ID) is None


@pytest.mark.parametrize("axis", range(0, SIZE, 48))
def test_how_likely_it_is_lies_between_0_and_1_and_its_terms_are_those_of_strategies(axis: int) -> None:
    gist = gist_of(AXES[axis], gist_weights.MODEL_ID)
    assert gist is not None
    assert 0.0 <= gist.likely <= 1.0
    assert set(gist.terms) <= {str(term) for terms in STRATEGIES.values() for term in terms}


def test_how_long_a_vector_is_says_nothing() -> None:
    once = gist_of(AXES[5], gist_weights.MODEL_ID)
    thrice = gist_of(array("f", [3 * one for one in AXES[5]]), gist_weights.MODEL_ID)
    assert once is not None
    assert thrice is not None
    assert once.likely == pytest.approx(thrice.likely)
    assert once.terms == thrice.terms
