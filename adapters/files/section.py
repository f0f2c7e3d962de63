"""Typed reading of one mapping of a file; what is wrong is reported, and something harmless is read in its place."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from adapters.files.report import Report, item, member
from adapters.files.yaml_tree import Items, Members, Scalar, Tree
from domain.text import did_you_mean

E = TypeVar("E", bound=StrEnum)
MAX_DIGITS = 15
WORD = r"[a-z][a-z0-9_]{0,79}"
A_WORD = "a lower-case word of letters, digits and _"
_WHOLE = re.compile(r"[+-]?\d[\d_]*")
_DECIMAL = re.compile(r"[+-]?\d[\d_]*(\.\d+)?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NOTHING = Scalar("", "nothing")


class Section:
    """One mapping. Each member is asked for once; `close` reports those that nobody asked for."""

    def __init__(self, tree: Tree, path: str, report: Report) -> None:
        self.path = path
        self.report = report
        self._asked: list[str] = []
        self._members: dict[str, Tree] = {}
        if isinstance(tree, Members):
            self._members = tree.values
            self.readable = True
        else:
            self.readable = False
            report.add(path, f"must be a mapping, not {tree.kind}")

    def close(self) -> None:
        """Every member that is left over is reported."""
        for name in self._members:
            if name not in self._asked:
                near = did_you_mean(name, self._asked)
                self.report.add(member(self.path, name), f"is not known here (known: {', '.join(self._asked)}){near}")

    def has(self, name: str) -> bool:
        """Whether the member is there and holds something."""
        tree = self._members.get(name, _NOTHING)
        return tree.kind != "nothing" if isinstance(tree, Scalar) else bool(tree.values)

    def is_sound(self, *names: str) -> bool:
        """Whether nothing is wrong so far with these members, so that what follows from them can be checked."""
        return not any(self.report.mentions(member(self.path, name)) for name in names)

    def wrong(self, name: str, message: str) -> None:
        """The member is reported."""
        self.report.add(member(self.path, name), message)

    def is_named(self, name: str, pattern: str, accepted: str) -> None:
        """The section itself is reported where its name is not acceptable."""
        if not re.fullmatch(pattern, name):
            self.report.add(self.path, f"must be named with {accepted}, not {name!r}")

    def text(self, name: str, *, default: str | None = None, accepts: str = ".+", meaning: str = "text") -> str:
        """A text that the pattern accepts as a whole."""
        scalar = self._scalar(name, required=default is None)
        if scalar is None:
            return default or ""
        if scalar.kind not in ("text", "a date"):
            self.wrong(name, f"must be text, not {scalar.kind} ({scalar.text}); quote it if it is meant")
        elif not re.fullmatch(accepts, scalar.text, re.DOTALL):
            self.wrong(name, f"must be {meaning}, not {scalar.text!r}")
        return scalar.text

    def choice(self, name: str, of: type[E], *, default: E | None = None) -> E:
        """One word of a closed list."""
        scalar = self._scalar(name, required=default is None)
        if scalar is None:
            return default or next(iter(of))
        return self._word(member(self.path, name), scalar.text, of) or next(iter(of))

    def choices(self, name: str, of: type[E], *, required: bool = True) -> frozenset[E]:
        """Several words of a closed list."""
        words = (self._word(path, word, of) for path, word in self.texts(name, required=required))
        return frozenset(word for word in words if word is not None)

    def whole(self, name: str, *, least: int, most: int = 10**9, default: int | None = None) -> int:
        """A whole number in a range, both ends included."""
        scalar = self._scalar(name, required=default is None)
        if scalar is None:
            return least if default is None else default
        if not _WHOLE.fullmatch(scalar.text) or not least <= int(scalar.text) <= most:
            self.wrong(name, f"must be a whole number from {least} to {most}, not {scalar.text!r}")
            return least
        return int(scalar.text)

    def whole_or_none(self, name: str, *, least: int, most: int = 10**9) -> int | None:
        """The same; None where it is missing or `null`."""
        if not self.has(name):
            self._asked.append(name)
            return None
        return self.whole(name, least=least, most=most)

    def decimal(self, name: str, *, required: bool = True, decimals: int = 6, zero: bool = True) -> Decimal | None:
        """An amount, exactly as written, quoted or not; None where it is missing or wrong."""
        scalar = self._scalar(name, required=required)
        if scalar is None:
            return None
        amount = _amount(scalar.text, decimals)
        if amount is None or amount < 0 or (amount == 0 and not zero):
            least = "0 or more" if zero else "more than 0"
            at_most = f", with at most {decimals} decimals," if decimals else " and whole,"
            self.wrong(name, f"must be {least}{at_most} such as '{'0.15' if decimals else '15'}', not {scalar.text!r}")
            return None
        return amount

    def as_written(self, name: str) -> str:
        """The words of a value, quoted or not, for whoever checks them elsewhere; empty where it is missing."""
        scalar = self._scalar(name, required=True)
        return "" if scalar is None else scalar.text

    def all_as_written(self, name: str) -> tuple[str, ...] | None:
        """The words of a list's values, for whoever checks them elsewhere; None where it is missing."""
        if not isinstance(self._members.get(name), Items) and not self.has(name):
            self._asked.append(name)
            return None
        found = []
        for path, tree in self._items(name, required=False):
            if isinstance(tree, Scalar):
                found.append(tree.text)
            else:
                self.report.add(path, f"must be a single value, not {tree.kind}")
        return tuple(found)

    def flag(self, name: str, *, default: bool) -> bool:
        """True or false."""
        scalar = self._scalar(name, required=False)
        if scalar is None:
            return default
        if scalar.text not in ("true", "false") or scalar.kind != "true or false":
            self.wrong(name, f"must be true or false, not {scalar.text!r}")
        return scalar.text == "true"

    def day(self, name: str) -> date:
        """A day."""
        scalar = self._scalar(name, required=True)
        if scalar is None:
            return date.min
        try:
            if _DATE.fullmatch(scalar.text):
                return date.fromisoformat(scalar.text)
        except ValueError:
            pass  # reported below: no such day
        self.wrong(name, f"must be a day such as 2026-11-01, not {scalar.text!r}")
        return date.min

    def texts(self, name: str, *, required: bool = True) -> list[tuple[str, str]]:
        """A list of different texts, each with its path."""
        found: list[tuple[str, str]] = []
        for path, tree in self._items(name, required=required):
            if not isinstance(tree, Scalar) or tree.kind != "text" or not tree.text:
                self.report.add(path, f"must be text, not {tree.kind}")
            elif any(tree.text == text for _, text in found):
                self.report.add(path, f"names {tree.text!r} a second time")
            else:
                found.append((path, tree.text))
        return found

    def sections(self, name: str) -> Iterator["Section"]:
        """A list of mappings; empty where it is missing."""
        for path, tree in self._items(name, required=False):
            section = Section(tree, path, self.report)
            if section.readable:
                yield section

    def section(self, name: str, *, required: bool = True) -> "Section | None":
        """A mapping; None where it is missing or wrong."""
        self._asked.append(name)
        if not self.has(name):
            if required:
                self.wrong(name, "is missing")
            return None
        section = Section(self._members[name], member(self.path, name), self.report)
        return section if section.readable else None

    def named(self) -> Iterator[tuple[str, "Section"]]:
        """Every member as a mapping, with its name: for mappings whose keys are names."""
        for name, tree in self._members.items():
            self._asked.append(name)
            section = Section(tree, member(self.path, name), self.report)
            if section.readable:
                yield name, section

    def names(self) -> frozenset[str]:
        """The names of all members."""
        return frozenset(self._members)

    def _scalar(self, name: str, *, required: bool) -> Scalar | None:
        self._asked.append(name)
        tree = self._members.get(name, _NOTHING)
        if not isinstance(tree, Scalar):
            self.wrong(name, f"must be a single value, not {tree.kind}")
        elif tree.kind != "nothing":
            return tree
        elif required:
            self.wrong(name, "is missing")
        return None

    def _items(self, name: str, *, required: bool) -> list[tuple[str, Tree]]:
        self._asked.append(name)
        path, tree = member(self.path, name), self._members.get(name, _NOTHING)
        if isinstance(tree, Items):
            if required and not tree.values:
                self.report.add(path, "must not be empty")
            return [(item(path, i), value) for i, value in enumerate(tree.values)]
        if self.has(name):
            self.report.add(path, f"must be a list, not {tree.kind}")
        elif required:
            self.report.add(path, "is missing")
        return []

    def _word(self, path: str, word: str, of: type[E]) -> E | None:
        try:
            return of(word)
        except ValueError:
            known = [known.value for known in of]
            self.report.add(path, f"must be one of {', '.join(known)}, not {word!r}{did_you_mean(word, known)}")
            return None


def _amount(text: str, decimals: int) -> Decimal | None:
    if not _DECIMAL.fullmatch(text) or sum(character.isdigit() for character in text) > MAX_DIGITS:
        return None
    return Decimal(text) if len(text.partition(".")[2]) <= decimals else None
