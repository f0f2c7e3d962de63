"""What is wrong with a file, collected, and how places in it and near misses are named."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from domain.errors import ConfigurationError, Violation

_PLAIN = re.compile(r"[A-Za-z0-9_-]+")


class Report:
    """Every mistake found so far, in the order in which it was found."""

    def __init__(self) -> None:
        self._violations: list[Violation] = []

    def add(self, path: str, message: str) -> None:
        """One more mistake."""
        self._violations.append(Violation(field=path, message=message))

    def mentions(self, path: str) -> bool:
        """Whether something is wrong there, or further in."""
        inside = (f"{path}.", f"{path}[")
        return any(found.field == path or found.field.startswith(inside) for found in self._violations)

    def close(self) -> None:
        """Nothing where nothing is wrong. Raises: ConfigurationError, with every mistake."""
        if self._violations:
            raise ConfigurationError(*self._violations)


def member(path: str, name: str) -> str:
    """The path of a member; a name with dots or spaces stands in brackets."""
    if not _PLAIN.fullmatch(name):
        return f"{path}[{name!r}]"
    return f"{path}.{name}" if path else name


def item(path: str, position: int) -> str:
    """The path of an element of a list."""
    return f"{path}[{position}]"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a message that offers what was probably meant; empty where nothing is near."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""
