"""What a text says about trading: enough to tell a weak model's prose that contradicts its strategy."""

import re
from typing import NamedTuple

_WORD = re.compile(
    r"(?P<enter>\b(?:buy|buys|enter|enters|long)\b)"
    r"|(?P<leave>\b(?:sell|sells|exit|exits|close[sd]? (?:it|the position))\b)"
    r"|(?P<above>\b(?:above|over|exceeds|higher than|rises to|more than|upper)\b|>)"
    r"|(?P<below>\b(?:below|under|lower than|falls to|less than|lower)\b|<)"
    r"|(?P<number>-?\d+(?:\.\d+)?)",
    re.IGNORECASE,
)
_TICKER = re.compile(r"\b[A-Z]{2,}\b")


class Claim(NamedTuple):
    """A number, with what was said before it: to enter or to leave, above or below; None where nothing was."""

    act: str | None
    side: str | None
    number: float


def claims_of(text: str) -> list[Claim]:
    """Every number of an English text, in order, with the act and the side that it was said for."""
    act: str | None = None
    side: str | None = None
    found = []
    for match in _WORD.finditer(text):
        kind = match.lastgroup or ""
        if kind in ("enter", "leave"):
            act, side = kind, None
        elif kind == "number":
            found.append(Claim(act=act, side=side, number=float(match[0])))
        else:
            side = kind
    return found


def unfounded(text: str, source: str) -> str | None:
    """What an English text says that its source does not: a number said otherwise, a ticker; None where nothing."""
    known = claims_of(source)
    said = [claim for claim in claims_of(text) if claim not in known]
    if said:
        return f"it said of {said[0].number:g} what the strategy does not"
    strange = set(_TICKER.findall(text)) - set(_TICKER.findall(source))
    return f"it named {min(strange)}, which the strategy does not" if strange else None
