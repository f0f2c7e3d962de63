"""Vectors as pgvector sends and takes them: a length, two bytes of nothing, and 32-bit floats, high byte first."""

import struct
import sys
from array import array

from domain.embedding import Vector

_HEADER = struct.Struct(">HH")


def encoded(vector: Vector) -> bytes:
    """The vector as the server takes it."""
    return _HEADER.pack(len(vector), 0) + _turned(vector).tobytes()


def decoded(received: bytes) -> Vector:
    """The vector that the server sent."""
    return _turned(array("f", received[_HEADER.size :]))


def _turned(vector: Vector) -> Vector:
    """Between the order of this machine and that of the network; another object where the two differ."""
    if sys.byteorder == "big":
        return vector
    turned = array("f", vector)
    turned.byteswap()
    return turned
