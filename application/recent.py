"""What was used last, up to a number of things."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recent(Generic[K, V]):
    """At most `most` things by their name; the one that was not asked for the longest goes first."""

    most: int
    things: OrderedDict[K, V] = field(default_factory=OrderedDict)

    def __contains__(self, name: K) -> bool:
        return name in self.things

    def get(self, name: K) -> V | None:
        """The thing, used now; None where it is not here."""
        if name not in self.things:
            return None
        self.things.move_to_end(name)
        return self.things[name]

    def keep(self, name: K, thing: V) -> None:
        """It is here, in the place of whatever had its name."""
        self.things[name] = thing
        self.things.move_to_end(name)
        if len(self.things) > self.most:
            self.things.popitem(last=False)

    def forget(self) -> None:
        """Nothing is here."""
        self.things.clear()
