"""What is wrong with a file, collected, and how places in it and near misses are named."""

import re

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
