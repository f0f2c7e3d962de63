"""BM25 as a baseline: words between blanks, no morphology, no weights but the usual ones."""

import math
from collections import Counter
from collections.abc import Sequence

K1, B = 1.2, 0.75


class WordIndex:
    """Texts of one user, to be ranked by the words of a question. Source: Robertson and Zaragoza, 2009."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._counts = [Counter(words_of(text)) for text in texts]
        self._lengths = [sum(counts.values()) for counts in self._counts]
        self._mean = sum(self._lengths) / max(1, len(self._lengths))
        self._holding = Counter(word for counts in self._counts for word in counts)

    def ranked(self, question: str) -> list[int]:
        """The places of the texts that share a word with it, best first, ties in order."""
        scores = [self._score(words_of(question), place) for place in range(len(self._counts))]
        return sorted((place for place, score in enumerate(scores) if score > 0), key=lambda place: -scores[place])

    def _score(self, words: Sequence[str], place: int) -> float:
        counts = self._counts[place]
        norm = K1 * (1 - B + B * self._lengths[place] / self._mean)
        return sum(self._rarity(word) * counts[word] * (K1 + 1) / (counts[word] + norm) for word in words)

    def _rarity(self, word: str) -> float:
        holding = self._holding[word]
        return math.log(1 + (len(self._counts) - holding + 0.5) / (holding + 0.5))


def words_of(text: str) -> list[str]:
    """What stands between blanks, in lower case."""
    return text.casefold().split()
