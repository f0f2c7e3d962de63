import base64
import math
import struct

import pytest

from adapters.openai.embedder import vector_of
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
