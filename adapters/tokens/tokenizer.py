"""Counting tokens as OpenAI's models do, and a little over for others."""

import importlib
import re
from collections.abc import Callable
from typing import Final

from domain.catalogue import ModelConfig

EXACT: Final = frozenset({"o200k_base", "cl100k_base"})
STAND_IN: Final = "cl100k_base"
OVER_PERCENT: Final = 10
TOKENS_A_HANGUL: Final = {"e5": 1}
BYTES_A_HANGUL: Final = 3
_HANGUL: Final = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
_SURROGATES: Final = re.compile("[\ud800-\udfff]")
REPLACEMENT: Final = "\ufffd"
MARKS: Final = 4
"""What some models put around every text: E5 a prefix and two signs."""
Count = Callable[[str], int]


class BpeTokenizer:
    """Exact for `o200k_base` and `cl100k_base`; every other encoding is over-estimated.

    The estimate is the count in `cl100k_base` and a tenth more, and for each Hangul character as many tokens as it
    has bytes, since an English vocabulary such as SmolLM2's falls back to bytes there; one for `e5`, which knows it.
    """

    def __init__(self) -> None:
        self._counts: dict[str, Count] = {}

    def count(self, text: str, *, model: ModelConfig) -> int:
        """Half surrogate pairs count as the mark that replaces them on the wire."""
        if not text:
            return 0
        text = _SURROGATES.sub(REPLACEMENT, text)
        if model.encoding in EXACT:
            return self._in(model.encoding)(text)
        return self._estimate(text, model.encoding)

    def _estimate(self, text: str, encoding: str) -> int:
        rest, hangul = _HANGUL.subn("", text)
        known = -(-self._in(STAND_IN)(rest) * (100 + OVER_PERCENT) // 100)
        # What stands alone between two Hangul characters, such as a blank, may be a token of its own there.
        return known + hangul * TOKENS_A_HANGUL.get(encoding, BYTES_A_HANGUL) + MARKS

    def _in(self, encoding: str) -> Count:
        """Loaded with the first text: a vocabulary takes half a second."""
        if encoding not in self._counts:
            self._counts[encoding] = _counter(encoding)
        return self._counts[encoding]


def _counter(encoding: str) -> Count:
    """`quicktok` where there is a build of it, else `bpe_openai`: the same counts, five to ten times slower."""
    try:
        quick = importlib.import_module("quicktok")
    except ModuleNotFoundError:
        slow = importlib.import_module("bpe_openai").get_encoding(encoding)
        return lambda text: len(slow.encode_ordinary(text))
    count: Count = quick.get_encoding(encoding).count
    return count
