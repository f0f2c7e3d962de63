"""Whether a word only asks, and says nothing of what is looked for."""

from functools import lru_cache

from domain.vocabulary_asking import ENGLISH_ASKING, KOREAN_ASKING, KOREAN_ENDING, MARKS_ASKING
from domain.vocabulary_talk import ASIDE
from domain.vocabulary_words import COUNTED, FILLERS

__all__ = ["MARKS_ASKING", "asks", "asks_in_english", "only_asks"]
_LIGHT = frozenset((*COUNTED, *FILLERS, "backtests", "runs", "results", "back tests"))


def asks_in_english(word: str) -> bool:
    """Whether it is one of the words that ask; in lower case."""
    said = word.replace("’", "'")
    return said in ENGLISH_ASKING or said in ASIDE


def asks(word: str) -> bool:
    """Whether a word of either language asks, names runs as such, or only joins; in lower case."""
    return word in _LIGHT or asks_in_english(word) or only_asks(word)


@lru_cache(maxsize=4096)
def only_asks(run: str, *, attached: bool = False) -> bool:
    """Whether a run of Hangul only asks; `attached` to another word it may also end that."""
    if attached and KOREAN_ENDING.fullmatch(run):
        return True
    return KOREAN_ASKING.fullmatch(run) is not None
