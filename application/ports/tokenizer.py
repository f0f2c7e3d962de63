"""How many tokens a text is."""

from typing import Protocol

from domain.catalogue import ModelConfig


class Tokenizer(Protocol):
    """Counts tokens as a model's provider does, or a little over where its vocabulary is not known."""

    def count(self, text: str, *, model: ModelConfig) -> int:
        """The number of tokens; 0 for an empty text. Any text is accepted, special tokens read as plain text."""
