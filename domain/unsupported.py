"""Figures that a text has from nowhere."""

import re
from collections.abc import Iterable

from domain.numbers import read_numbers

_LIST_MARKER = re.compile(r"^\s*(?:[-*•]\s*)?\d{1,2}[.)](?=\s)", re.MULTILINE)
_SAME = 1e-9


def unsupported_numbers(text: str, sources: Iterable[str]) -> tuple[str, ...]:
    """Every number of the text, as written, that no source has; the markers of a list do not count.

    A number is the same in another notation (18%, 18.0 percent, 0.18) and another one with another sign or scale.
    """
    known = [number.fraction for source in sources for number in read_numbers(source)]
    plain = _LIST_MARKER.sub(lambda marker: " " * len(marker[0]), text)
    return tuple(
        plain[number.start : number.end]
        for number in read_numbers(plain)
        if not any(abs(number.fraction - other) <= _SAME * max(1.0, abs(other)) for other in known)
    )
