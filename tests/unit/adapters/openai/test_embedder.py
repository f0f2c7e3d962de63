import base64
import math
import struct

import pytest

from adapters.openai.embedder import MOST_CHARACTERS, MOST_TEXTS, batches, vector_of
from domain.errors import UnusableCompletion


def coded(*numbers: float) -> str:
    return base64.b64encode(struct.pack(f"<{len(numbers)}f", *numbers)).decode()


def test_base64_is_little_endian_32_bit_floats_brought_to_length_1() -> None:
    vector = vector_of(coded(3.0, 4.0))

    assert vector.typecode == "f"
    assert list(vector) == pytest.approx([0.6, 0.8])


def test_plain_numbers_give_the_same_vector() -> None:
    assert vector_of([3.0, 4.0]) == vector_of(coded(3.0, 4.0))


@pytest.mark.parametrize(
    "embedding", ["", "not base64!", base64.b64encode(b"12345").decode(), coded(0.0, 0.0), coded(math.nan, 1.0), []]
)
def test_what_is_no_vector_is_refused(embedding: str | list[float]) -> None:
    with pytest.raises(UnusableCompletion):
        vector_of(embedding)


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
    groups = batches(texts)

    assert [len(group) for group in groups] == sizes
    assert [text for group in groups for text in group] == texts
