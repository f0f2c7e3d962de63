"""A set of words as one pattern, and what each of its forms stands for."""

import re
from collections.abc import Iterable, Mapping, Sequence

from domain.vocabulary import Forms, Kind, Term, squeezed

Group = tuple[Kind, Mapping[str, Sequence[str]]]


class Lexicon:
    """Words with their kinds; of two groups with one form the first keeps it, of two forms the longer one matches."""

    def __init__(self, groups: Iterable[Group]) -> None:
        self._terms: dict[str, Term] = {}
        forms: list[str] = []
        for kind, group in groups:
            for word, named in group.items():
                for form in named:
                    self._terms.setdefault(squeezed(form), Term(kind=kind, word=word))
                    forms.append(form)
        self._pattern = Forms(forms)

    def match(self, text: str, at: int) -> "tuple[Term, re.Match[str]] | None":
        """The longest form that begins there, its plural taken off."""
        match = self._pattern.match(text, at)
        if match is None:
            return None
        key = squeezed(match[0])
        endings = (ending for ending in ("", "'s", "es", "s") if key.endswith(ending))
        term = next(filter(None, (self._terms.get(key[: len(key) - len(ending)]) for ending in endings)), None)
        return (term, match) if term is not None else None
