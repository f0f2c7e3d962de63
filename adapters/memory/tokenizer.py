"""Tokens that a person can count."""

import re

from domain.catalogue import ModelConfig

PIECE = re.compile(r"\s*(?:[\uac00-\ud7a3]|[^\W\uac00-\ud7a3]+|[^\w\s])")


def pieces(text: str) -> list[str]:
    """The text cut before each token, blanks kept with what follows them."""
    return PIECE.findall(text)


class WordTokenizer:
    """A word, a sign, or a Hangul syllable is a token, whatever the model."""

    def count(self, text: str, *, model: ModelConfig) -> int:  # noqa: ARG002  # the port has it for real vocabularies
        """Blanks are none."""
        return len(pieces(text))
