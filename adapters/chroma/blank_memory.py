"""Memory that Chroma asks for holds nothing of what this process had in it before.

Chroma 1.5.9 writes a collection's `length.bin` from memory that nobody has filled: 400 bytes of whatever lay there,
which was seen to be a user's words. The C library can fill what it gives out.
"""

import contextlib
import ctypes
from collections.abc import Iterator

FILL_WITH = -6
"""What glibc calls M_PERTURB: memory given out holds the complement of this byte, memory given back the byte."""
ZEROS, NOTHING = 0xFF, 0


@contextlib.contextmanager
def blank_memory() -> Iterator[None]:
    """Memory given out while the block runs is zeros; where the C library cannot do so, nothing is done."""
    try:
        option = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        yield
        return
    option(FILL_WITH, ZEROS)
    try:
        yield
    finally:
        option(FILL_WITH, NOTHING)
