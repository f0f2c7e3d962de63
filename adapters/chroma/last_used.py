"""Copies of collections in memory, as many as there is room for."""

from collections import OrderedDict
from typing import Generic, Protocol, TypeVar

BYTES_IN_MEMORY = 128 * 1024 * 1024


class Held(Protocol):
    """Something that takes memory."""

    @property
    def bytes_held(self) -> int:
        """How much."""


T = TypeVar("T", bound=Held)


class LastUsed(Generic[T]):
    """By name. The one used last stays in any case; those unused longest make room."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, T] = OrderedDict()

    def get(self, name: str) -> T | None:
        """What is held under the name; it counts as used."""
        if name in self._held:
            self._held.move_to_end(name)
        return self._held.get(name)

    def keep(self, name: str, held: T) -> None:
        """It is held under the name from now on, as long as there is room."""
        self._held[name] = held
        self._held.move_to_end(name)
        while len(self._held) > 1 and sum(each.bytes_held for each in self._held.values()) > BYTES_IN_MEMORY:
            self._held.popitem(last=False)

    def forget(self, name: str) -> None:
        """Nothing is held under the name."""
        self._held.pop(name, None)

    def clear(self) -> None:
        """Nothing is held."""
        self._held.clear()
