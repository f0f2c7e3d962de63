"""Who reads which words of a question: each reader claims a stretch and says what came of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from domain.filters import Filter
from domain.lexer_tokens import Token, Words
from domain.ordering import Order

GLUE = "[JVc]{0,6}"
"""Particles, prepositions and commas between the words of one condition; bounded, so that no text takes long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Tokens `first` up to and without `last`: filters, or shown as unapplied; `kept` leaves the words in the rest.

    `words` are those of the whole where the tokens are only its first. `soft` filters hold only where nothing is left
    to search for by meaning.
    """

    first: int
    last: int
    filters: tuple[Filter, ...] = ()
    unapplied: bool = False
    kept: bool = False
    soft: bool = False
    order: Order | None = None
    limit: int | None = None
    words: str = ""


class Sentence:
    """The words of one question, and which of them are taken."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.letters = words.letters
        self.claims: list[Claim] = []
        self.shown: str | None = None
        """What the reader of negations sees, once it has looked."""

    def token(self, match: "re.Match[str]", group: str) -> Token:
        """The token that a group of a pattern matched."""
        return self.words.tokens[match.start(group)]

    def text_of(self, index: int) -> str:
        """One token as it is written."""
        token = self.words.tokens[index]
        return self.words.text[token.start : token.end]

    def matches(self, *patterns: "re.Pattern[str]") -> Iterator["re.Match[str]"]:
        """Each stretch that a pattern matches, from left to right, the first pattern that fits; claims may follow."""
        at = 0
        while at < len(self.letters):
            match = next(filter(None, (pattern.match(self.letters, at) for pattern in patterns)), None)
            if match is not None and match.end() > at:
                yield match
                at = match.end()
            else:
                at += 1

    def claim(self, claim: Claim) -> None:
        """No later reader sees these words, unless they are kept."""
        self.claims.append(claim)
        if not claim.kept or claim.unapplied:
            size = claim.last - claim.first
            self.letters = f"{self.letters[: claim.first]}{'_' * size}{self.letters[claim.last :]}"


def compiled(pattern: str) -> "re.Pattern[str]":
    """A pattern over letters of kinds; `~` stands for glue."""
    return re.compile(pattern.replace("~", GLUE))
