"""What a text may hold so that every store and every encoder can take it, and what a line of it may show."""

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

_PIECE = re.compile(r"[가-힣]+|[A-Za-z]+|\d{1,3}|[^\s\w]|[^\W\dA-Za-z가-힣]+")
_LAST_WORD = re.compile(r"\s\S{1,15}$")


def is_storable(text: str) -> bool:
    """Whether it has no NUL, which PostgreSQL refuses, and no half of a surrogate pair, which UTF-8 cannot write."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def one_line(text: str, most: int) -> str:
    """One line, controls taken out, at most so long, cut between words where one is near."""
    visible = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    line = " ".join(visible.split())
    if len(line) <= most:
        return line
    head = line[: most - 1]
    return f"{_LAST_WORD.sub('', head).rstrip() or head}…"


def text_size(text: str) -> int:
    """About how many tokens any vocabulary that knows Korean makes of it, a little over: no store of words is asked.

    Units: tokens. A syllable is one and a half, a Latin word one for every four letters, a digit a third.
    """
    hangul, size = 0, 0
    for match in _PIECE.finditer(text):
        piece = match[0]
        if "가" <= piece[0] <= "힣":
            hangul += len(piece)
        elif piece.isascii():
            size += 1 + (len(piece) - 1) // 4
        else:
            size += len(piece.encode("utf-8", "replace"))
    return size + hangul + -(-hangul // 2)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a message that offers what was probably meant; empty where nothing is near."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""
