"""The words of one user's cards in memory, so that a search reads no table."""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from domain.bm25 import K1, WordHit, WordHits, average_length, best_words, length_norm, rarity

Places: TypeAlias = npt.NDArray[np.uint32]
Floats: TypeAlias = npt.NDArray[np.float64]
MOST_TIMES = 2**16 - 1


class HeldWords:
    """For each term the places of the cards that say it, and how often. A card that goes leaves its place dead."""

    def __init__(self) -> None:
        self._ids: list[str] = []
        self._place: dict[str, int] = {}
        self._alive = bytearray()
        self._lengths = array("I")
        self._said: dict[str, tuple[array[int], array[int]]] = {}
        self._total = 0
        self._norms: Floats | None = None

    def __len__(self) -> int:
        return len(self._place)

    @property
    def places(self) -> int:
        """How many cards take memory, the dead ones too."""
        return len(self._ids)

    def change(self, rows: Iterable[tuple[str, str]], *, only: Iterable[str] | None = None) -> None:
        """Cards by id with their terms, blanks between them, are as they are here; those that are not in `only` go."""
        if only is not None:
            for card_id in self._place.keys() - set(only):
                self._forget(card_id)
        for card_id, words in rows:
            self._forget(card_id)
            self._put(card_id, Counter(words.split()))
        self._norms = None

    def search(self, terms: Sequence[str], *, top_k: int, among: frozenset[str] | None) -> WordHits:
        """As `domain.bm25.ranked`, to the last bit: the same sums in the same order."""
        scores, coverages = np.zeros(len(self._ids)), np.zeros(len(self._ids))
        held_by: dict[str, int] = {}
        asked = 0.0
        for term in dict.fromkeys(terms):
            places, times = self._living(term)
            held_by[term] = len(places)
            weight = rarity(len(self), len(places))
            asked += weight if len(places) else 0.0
            scores[places] += weight * (times * (K1 + 1) / (times + self._norm()[places]))
            coverages[places] += weight
        found = np.flatnonzero(scores) if among is None else self._of_these(among, scores)
        best = self._best(found, scores, top_k)
        hits = [
            WordHit(card_id=self._ids[place], score=float(scores[place]), coverage=float(coverages[place]) / asked)
            for place in best
        ]
        return WordHits(hits=best_words(hits, top_k), held_by=held_by, cards=len(self))

    def _of_these(self, among: frozenset[str], scores: Floats) -> npt.NDArray[np.intp]:
        """The places of these cards, of those that say anything that is asked for, in their order."""
        places = sorted(self._place[card_id] for card_id in among if card_id in self._place)
        wanted = np.array(places, dtype=np.intp)
        return wanted[scores[wanted] > 0]

    def _best(self, found: npt.NDArray[np.intp], scores: Floats, top_k: int) -> Iterator[int]:
        """The places of the best with all that tie with the last of them."""
        if len(found) > top_k:
            held = scores[found]
            found = found[held >= np.partition(held, len(held) - top_k)[len(held) - top_k]]
        last = -1.0
        for count, place in enumerate(found[np.argsort(-scores[found], kind="stable")].tolist()):
            if count >= top_k and scores[place] < last:
                return
            last = scores[place]
            yield place

    def _living(self, term: str) -> tuple[Places, Floats]:
        """The places that say the term, and how often each does."""
        if term not in self._said:
            return np.empty(0, dtype=np.uint32), np.empty(0)
        places, often = self._said[term]
        at = np.frombuffer(places, dtype=np.uint32)
        living = np.frombuffer(self._alive, dtype=np.bool_)[at]
        return at[living], np.frombuffer(often, dtype=np.uint16)[living].astype(np.float64)

    def _norm(self) -> Floats:
        """What is held against each place. Shapes: (places,)."""
        if self._norms is None:
            average = average_length(self._total, len(self))
            lengths = np.frombuffer(self._lengths, dtype=np.uint32)
            table = np.array([length_norm(length, average) for length in range(int(lengths.max(initial=0)) + 1)])
            self._norms = table[lengths]
        return self._norms

    def _put(self, card_id: str, counts: "Counter[str]") -> None:
        place = self._place[card_id] = len(self._ids)
        self._ids.append(card_id)
        self._alive.append(1)
        self._lengths.append(counts.total())
        self._total += counts.total()
        for term, times in counts.items():
            places, often = self._said.setdefault(term, (array("I"), array("H")))
            places.append(place)
            often.append(min(times, MOST_TIMES))

    def _forget(self, card_id: str) -> None:
        place = self._place.pop(card_id, None)
        if place is not None:
            self._alive[place] = 0
            self._total -= self._lengths[place]
