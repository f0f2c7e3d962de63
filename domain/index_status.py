"""How an index stands to the archive that it was made of."""

from dataclasses import dataclass, field

from domain.space import Build, BuildProgress, IndexState, StoredSpace


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveCounts:
    """Backtests by how they stand with the index, removals that wait, and the users who have any."""

    backtests: int = 0
    indexed: int = 0
    pending: int = 0
    failed: int = 0
    removals: int = 0
    users: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """Cards that should be in the space and are not, that are and should not be, and whose vector is another.

    `strangers` are cards of users whom the archive does not know at all; they cannot be named, since no store lists its
    users. `checked` cards were compared by id, `sampled` by vector.
    """

    checked: int = 0
    sampled: int = 0
    missing: int = 0
    surplus: int = 0
    altered: int = 0
    strangers: int = 0

    @property
    def is_none(self) -> bool:
        """Whether index and archive agree."""
        return not (self.missing or self.surplus or self.altered or self.strangers)

    def plus(self, other: "Drift") -> "Drift":
        """Both together."""
        return Drift(
            checked=self.checked + other.checked,
            sampled=self.sampled + other.sampled,
            missing=self.missing + other.missing,
            surplus=self.surplus + other.surplus,
            altered=self.altered + other.altered,
            strangers=self.strangers + other.strangers,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceCount:
    """A space, and how many cards its store counts in it; None where the store is not reached by these settings."""

    space: StoredSpace
    cards: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildStatus:
    """What is being built, and how far it is."""

    build: Build
    cards: int | None
    progress: BuildProgress = field(default_factory=BuildProgress)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexStatus:
    """The spaces with their counts; `drift` is None where it was not asked for or cannot be found out.

    `named_by_settings` tells whether the settings of this process name the store that serves.
    """

    state: IndexState
    serving: SpaceCount | None
    building: BuildStatus | None
    retired: tuple[SpaceCount, ...]
    archive: ArchiveCounts
    size_bytes: int | None
    named_by_settings: bool
    drift: Drift | None
