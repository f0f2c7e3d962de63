"""The prompt templates there are."""

from typing import Protocol

from domain.language import Language
from domain.prompting import PromptTemplate


class PromptLibrary(Protocol):
    """Templates by name and language; the latest version serves."""

    def get(self, name: str, *, language: Language) -> PromptTemplate:
        """The template. Raises: NotFound."""
