"""The spaces of an index: the cards of one embedding model, built at one time into one store."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

_LATER = re.compile(r"(?P<model>.+)#(?P<generation>[1-9][0-9]{0,8})", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """A space by what its name says: `<model>` is the first generation, `<model>#2` the second.

    Generations count for all models together: a name is never given to two spaces, so that what is left somewhere of
    an old one is not taken for a part of a new one.
    """

    model_id: str
    generation: int = 1

    @property
    def name(self) -> str:
        """What a vector store is asked with."""
        return self.model_id if self.generation == 1 else f"{self.model_id}#{self.generation}"

    @staticmethod
    def of(name: str) -> "Space":
        """The space of that name."""
        later = _LATER.fullmatch(name)
        if later is None or later["generation"] == "1":
            return Space(model_id=name)
        return Space(model_id=later["model"], generation=int(later["generation"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSpace:
    """A space and the store that holds it: its identity, and what kind it is and where it runs, as far as is known.

    An identity is of what is stored, not of where: a store that was wiped has another one. `dimensions` is the size of
    the vectors, where that is known; `since` tells when the space got its part, and makes it no other space.
    """

    space: Space
    store: str
    dimensions: int | None = None
    kind: str | None = None
    url: str | None = None
    since: datetime | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        """What its store is asked with."""
        return self.space.name

    @property
    def model_id(self) -> str:
        """The embedding model that made its vectors."""
        return self.space.model_id


class BuildReason(StrEnum):
    """Why a space is built beside the one that answers."""

    MODEL = "model"
    REBUILD = "rebuild"
    MIGRATION = "migration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """A space that is being built to take the place of the one that answers; `error` is what went wrong last."""

    space: StoredSpace
    reason: BuildReason
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildProgress:
    """How many backtests are in the space that is being built, how many cannot be, and how many there are in all."""

    built: int = 0
    failed: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexState:
    """The space that answers, the one that is being built to take its place, and those that nobody asks any more."""

    serving: StoredSpace | None = None
    building: Build | None = None
    retired: tuple[StoredSpace, ...] = ()

    def next_space(self, model_id: str) -> Space:
        """A space of that model under a name that none of these has."""
        return Space(model_id=model_id, generation=max((each.space.generation for each in self._all()), default=0) + 1)

    def _all(self) -> Iterable[StoredSpace]:
        building = None if self.building is None else self.building.space
        return (*(each for each in (self.serving, building) if each is not None), *self.retired)

    def find(self, name: str) -> StoredSpace | None:
        """The space of that name, whatever its part; None where there is none."""
        return next((each for each in self._all() if each.name == name), None)
