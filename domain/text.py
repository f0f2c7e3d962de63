"""What a text may hold so that every store and every encoder can take it, and what a line of it may show."""

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

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


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a message that offers what was probably meant; empty where nothing is near."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""
