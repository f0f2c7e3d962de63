"""Texts as terms, without a dictionary of Korean."""

from collections.abc import Sequence

from domain.terms import terms_of


class PlainAnalyzer:
    """Korean words outside of this field lose their particle and nothing more."""

    async def terms(self, texts: Sequence[str]) -> list[tuple[str, ...]]:
        """The terms of each text in their order."""
        return [terms_of(text) for text in texts]
