"""What a text is taken apart into."""

from dataclasses import dataclass
from datetime import date

from domain.numbers import Number
from domain.vocabulary import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One word: its kind, where it stands, what it stands for, its number or its span of days."""

    kind: Kind
    start: int
    end: int
    word: str = ""
    number: Number | None = None
    days: tuple[date, date] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A text, taken apart. `letters` has one letter a token: what grammars match over."""

    text: str
    tokens: tuple[Token, ...]
    letters: str

    def slice(self, first: int, last: int) -> str:
        """The text from token `first` up to and without token `last`."""
        return self.text[self.tokens[first].start : self.tokens[last - 1].end] if last > first else ""
