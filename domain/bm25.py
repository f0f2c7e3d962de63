"""How well the words of cards answer those of a question: BM25, the one reckoning of every text index.

Source: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009; the rarity is the form
that is never negative.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

K1 = 1.2
"""How soon a word that is said again stops to count."""
B = 0.4
"""How much a long card is held against its words; little, since a long card here is one with notes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordHit:
    """A card that holds words of the question: by rarity, the share `coverage` of those that stand in any card."""

    card_id: str
    score: float
    coverage: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WordHits:
    """The cards that hold words of a question, best first; in how many cards each word stands, of how many in all."""

    hits: tuple[WordHit, ...] = ()
    held_by: Mapping[str, int]
    cards: int

    def known(self, weight: Callable[[str], float], *, also: Callable[[str], bool] = lambda _: False) -> float:
        """The share of the question's words, each with its weight, that stand in any card; 1 where none has any.

        `also` says which words count as standing there though they do not.
        """
        asked = sum(map(weight, self.held_by))
        known = [term for term, holding in self.held_by.items() if holding or also(term)]
        return sum(map(weight, known)) / asked if asked else 1.0


def rarity(cards: int, holding: int) -> float:
    """What a word says that so many of the cards hold: much where they are few."""
    return math.log(1 + (cards - holding + 0.5) / (holding + 0.5))


def average_length(words: int, cards: int) -> float:
    """How many words a card has, any number where none has one."""
    return words / cards if words else 1.0


def length_norm(length: int, average: float) -> float:
    """How much is held against a card of so many words."""
    return K1 * (1 - B + B * length / average)


def gain(times: int, norm: float) -> float:
    """What a word gives that a card says so often."""
    return times * (K1 + 1) / (times + norm)


def ranked(
    terms: Sequence[str],
    cards: Mapping[str, Mapping[str, int]],
    *,
    top_k: int,
    among: frozenset[str] | None = None,
) -> WordHits:
    """The best of the cards, given as how often each says what: the reference that every text index is held to."""
    asked = list(dict.fromkeys(terms))
    held_by = {term: sum(term in card for card in cards.values()) for term in asked}
    rarities = {term: rarity(len(cards), holding) for term, holding in held_by.items()}
    whole = _added(rarities[term] for term in asked if held_by[term])
    lengths = {card_id: sum(card.values()) for card_id, card in cards.items()}
    average = average_length(sum(lengths.values()), len(cards))
    hits = []
    for card_id, card in cards.items():
        held = [term for term in asked if term in card]
        if held and (among is None or card_id in among):
            norm = length_norm(lengths[card_id], average)
            score = _added(rarities[term] * gain(card[term], norm) for term in held)
            coverage = _added(rarities[term] for term in held) / whole
            hits.append(WordHit(card_id=card_id, score=score, coverage=coverage))
    return WordHits(hits=best_words(hits, top_k), held_by=held_by, cards=len(cards))


def _added(numbers: Iterable[float]) -> float:
    """Plainly, one after the other: newer versions of `sum` are more exact, and no other engine is."""
    total = 0.0
    for number in numbers:
        total += number
    return total


def best_words(hits: Sequence[WordHit], top_k: int) -> tuple[WordHit, ...]:
    """The best, ties by card id: so many, and all that score as the last of them does."""
    ordered = sorted(hits, key=lambda hit: (-hit.score, hit.card_id))
    if len(ordered) <= top_k:
        return tuple(ordered)
    last = ordered[top_k - 1].score
    return tuple(hit for hit in ordered if hit.score >= last)


def counted(terms: Sequence[str]) -> Mapping[str, int]:
    """How often each term stands there."""
    return Counter(terms)
