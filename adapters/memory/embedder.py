"""Vectors without a model: texts are near that share words, or parts of words."""

import hashlib
import math
import re
from array import array
from collections.abc import Sequence

from adapters.memory.tokenizer import pieces
from domain.catalogue import ModelConfig
from domain.embedding import Embedded, TextKind, Vector
from domain.errors import DeadlineExceeded, Refused, Violation
from domain.usage import TokenUsage

DEFAULT_DIMENSIONS = 256
TRIGRAM_WEIGHT = 0.4
"""A part of a word says less than the word; Korean endings and compounds are found by their parts."""
_WORD = re.compile(r"[a-z]+|\d+(?:\.\d+)?|[\uac00-\ud7a3]+")


class HashedWordsEmbedder:
    """The same vector for the same text in every process. `embedded` counts the texts it was given."""

    def __init__(self) -> None:
        self.embedded = 0

    async def embed(
        self,
        texts: Sequence[str],
        *,
        kind: TextKind,  # noqa: ARG002  # a question and a passage are the same words
        model: ModelConfig,
        timeout_seconds: float,
    ) -> Embedded:
        """One vector a text; an input token is a word, a sign or a Hangul syllable."""
        if timeout_seconds <= 0:
            raise DeadlineExceeded("no time is left")
        for i, text in enumerate(texts):
            if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
                raise Refused(Violation(field=f"texts[{i}]", message="must not hold a NUL or half a surrogate pair"))
        self.embedded += len(texts)
        size = model.dimensions or DEFAULT_DIMENSIONS
        usage = TokenUsage(input_tokens=sum(len(pieces(text)) for text in texts))
        return Embedded(vectors=tuple(hashed(text, size) for text in texts), usage=usage)


def hashed(text: str, dimensions: int) -> Vector:
    """Each word and each character trigram adds to, or takes from, one place. A text without words has a place too."""
    sums = [0.0] * dimensions
    for word in _WORD.findall(text.casefold()) or [""]:
        _add(sums, f"word:{word}", 1.0)
        marked = f"^{word}$"
        for start in range(len(marked) - 2):
            _add(sums, f"part:{marked[start : start + 3]}", TRIGRAM_WEIGHT)
    length = math.sqrt(sum(value * value for value in sums))
    if length == 0:  # what is added and what is taken away may meet, in few dimensions
        sums[0], length = 1.0, 1.0
    return array("f", (value / length for value in sums))


def _add(sums: list[float], feature: str, weight: float) -> None:
    number = int.from_bytes(hashlib.blake2b(feature.encode(), digest_size=8).digest(), "big")
    sums[(number >> 1) % len(sums)] += weight if number & 1 else -weight
