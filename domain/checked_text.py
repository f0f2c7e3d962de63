"""A text that is checked while it is written: whole sentences come out, and none with a figure from nowhere."""

import re
from collections.abc import Callable, Iterable, Iterator

from domain.unsupported import unsupported_numbers

LONGEST_SENTENCE = 2_000
_END = re.compile(r"[.!?…。！？]+[\"'”’)\]*_]*(?=\s)|(?=\n)")
_NO_END = re.compile(r"(?:^|\s)(?:[-*•]\s*)?(?:\d{1,2}[.)]|vs\.|e\.g\.|i\.e\.|cf\.|approx\.|no\.)$", re.IGNORECASE)


class CheckedText:
    """Takes a text in pieces and gives it back in sentences. What came out, joined, is the whole text.

    A sentence that fails the check gives way to the next of `instead`, and to nothing once these are used up.
    """

    def __init__(self, fails: Callable[[str], bool], *, instead: Iterable[str] = ()) -> None:
        self._fails = fails
        self._instead = iter(instead)
        self._rest = ""
        self.begun = False
        self.refused = 0
        self.passed = 0

    def begin(self, sentences: Iterable[str]) -> Iterator[str]:
        """Sentences of our own before all others, a line each, unchecked."""
        for sentence in sentences:
            yield ("\n" if self.begun else "") + sentence
            self.begun = True

    def hear(self, piece: str) -> Iterator[str]:
        """The sentences that this piece completes."""
        sentences, self._rest = split_sentences(self._rest + piece)
        for sentence in sentences:
            yield from self._checked(sentence)

    def end(self) -> Iterator[str]:
        """What is left, as a last sentence."""
        left, self._rest = self._rest, ""
        yield from self._checked(left)

    def _checked(self, sentence: str) -> Iterator[str]:
        said = sentence.strip()
        if not said:
            return
        if self._fails(said):
            self.refused += 1
            said = next(self._instead, "")
            if not said:
                return
        else:
            self.passed += 1
        between = sentence[: len(sentence) - len(sentence.lstrip())] if self.begun else ""
        yield (between or (" " if self.begun else "")) + said
        self.begun = True


def split_sentences(text: str) -> tuple[list[str], str]:
    """The sentences that are whole, each with the blanks before it, and the rest. Joined, they are the text."""
    sentences, start = [], 0
    for match in _END.finditer(text):
        sentence = text[start : match.end()]
        if sentence.strip() and not _NO_END.search(sentence):
            sentences.append(sentence)
            start = match.end()
    rest = text[start:]
    return ([*sentences, rest], "") if len(rest) > LONGEST_SENTENCE else (sentences, rest)


def without_source(sources: Iterable[str]) -> Callable[[str], bool]:
    """The check whether a sentence has a number that none of the sources has."""
    known = tuple(sources)
    return lambda sentence: bool(unsupported_numbers(sentence, known))
