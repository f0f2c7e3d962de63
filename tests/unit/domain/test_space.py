import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.space import Build, BuildReason, IndexState, Space, StoredSpace


@given(model_id=st.text(min_size=1).filter(lambda text: "#" not in text), generation=st.integers(1, 999_999_999))
def test_a_space_is_read_from_its_name(model_id: str, generation: int) -> None:
    space = Space(model_id=model_id, generation=generation)
    assert Space.of(space.name) == space


@pytest.mark.parametrize("name", ["e5", "e5#1", "e5#02", "e5#", "#2", "e5#٢", "text-embedding-3-small", "모델#이"])
def test_a_name_without_a_later_generation_is_that_of_a_first(name: str) -> None:
    assert Space.of(name) == Space(model_id=name)
    assert Space.of(name).name == name


def test_the_second_generation_says_so() -> None:
    assert Space(model_id="e5", generation=2).name == "e5#2"


def a_space(name: str) -> StoredSpace:
    return StoredSpace(space=Space.of(name), store="chroma-1")


def test_the_next_space_has_a_name_that_no_space_has_whatever_its_model() -> None:
    assert IndexState().next_space("e5").name == "e5"
    serving, retired = a_space("e5"), a_space("e5#9")
    building = Build(space=a_space("ada#7"), reason=BuildReason.MODEL)
    assert IndexState(serving=serving).next_space("ada").name == "ada#2"
    assert IndexState(serving=serving, building=building).next_space("e5").name == "e5#8"
    assert IndexState(serving=serving, building=building, retired=(retired,)).next_space("e5").name == "e5#10"
