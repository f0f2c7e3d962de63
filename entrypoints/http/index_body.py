"""How the index stands, on the wire."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from application.surveying import Differences
from application.use_cases.verify_index import Verified
from domain.index_status import ArchiveCounts, BuildStatus, Drift, IndexStatus, SpaceCount
from domain.space import Build, BuildProgress, StoredSpace

MOST_USERS = 1_000
MOST_IDS = 20


class SpaceBody(msgspec.Struct, frozen=True, kw_only=True):
    """A space: vectors of one model, built at one time. `cards` is what its store counts, null where out of reach."""

    space: str
    model_id: str
    generation: int
    dimensions: int | None
    store: str | None
    url: str | None
    identity: str
    since: datetime | None
    cards: int | None

    @staticmethod
    def of(counted: SpaceCount) -> "SpaceBody":
        """The space as it goes out."""
        space = counted.space
        return SpaceBody(
            space=space.name,
            model_id=space.model_id,
            generation=space.space.generation,
            dimensions=space.dimensions,
            store=space.kind,
            url=space.url,
            identity=space.store,
            since=space.since,
            cards=counted.cards,
        )


class BuildBody(msgspec.Struct, frozen=True, kw_only=True):
    """A space that is being built. `reason` is model, rebuild or migration; `error` what it waits for, if anything."""

    space: str
    model_id: str
    reason: str
    store: str | None
    url: str | None
    since: datetime | None
    built: int
    failed: int
    total: int
    cards: int | None
    error: str | None

    @staticmethod
    def begun(build: Build) -> "BuildBody":
        """As it is before anything is counted."""
        return BuildBody.of(BuildStatus(build=build, cards=None))

    @staticmethod
    def of(status: BuildStatus) -> "BuildBody":
        """The build as it goes out."""
        space: StoredSpace = status.build.space
        progress: BuildProgress = status.progress
        return BuildBody(
            space=space.name,
            model_id=space.model_id,
            reason=status.build.reason.value,
            store=space.kind,
            url=space.url,
            since=space.since,
            built=progress.built,
            failed=progress.failed,
            total=progress.total,
            cards=status.cards,
            error=status.build.error,
        )


class ArchiveBody(msgspec.Struct, frozen=True, kw_only=True):
    """Backtests by how they stand with the index, cards that wait to be removed, and users."""

    backtests: int
    indexed: int
    pending: int
    failed: int
    removals: int
    users: int

    @staticmethod
    def of(counts: ArchiveCounts) -> "ArchiveBody":
        """The numbers as they go out."""
        return ArchiveBody(
            backtests=counts.backtests,
            indexed=counts.indexed,
            pending=counts.pending,
            failed=counts.failed,
            removals=counts.removals,
            users=counts.users,
        )


class DriftBody(msgspec.Struct, frozen=True, kw_only=True):
    """`missing` cards should be in the space and are not, `surplus` ones are and should not be.

    `altered` have another vector than was paid for, of those `sampled`; `strangers` are of users whom the archive does
    not know.
    """

    checked: int
    sampled: int
    missing: int
    surplus: int
    altered: int
    strangers: int

    @staticmethod
    def of(drift: Drift) -> "DriftBody":
        """The numbers as they go out."""
        return DriftBody(
            checked=drift.checked,
            sampled=drift.sampled,
            missing=drift.missing,
            surplus=drift.surplus,
            altered=drift.altered,
            strangers=drift.strangers,
        )


class IndexStatusBody(msgspec.Struct, frozen=True, kw_only=True):
    """The index and the archive side by side. `named_by_settings` is false where a start would not find the store."""

    serving: SpaceBody | None
    building: BuildBody | None
    retired: list[SpaceBody]
    archive: ArchiveBody
    size_bytes: int | None
    named_by_settings: bool
    drift: DriftBody | None

    @staticmethod
    def of(status: IndexStatus) -> "IndexStatusBody":
        """The status as it goes out."""
        return IndexStatusBody(
            serving=None if status.serving is None else SpaceBody.of(status.serving),
            building=None if status.building is None else BuildBody.of(status.building),
            retired=list(map(SpaceBody.of, status.retired)),
            archive=ArchiveBody.of(status.archive),
            size_bytes=status.size_bytes,
            named_by_settings=status.named_by_settings,
            drift=None if status.drift is None else DriftBody.of(status.drift),
        )


class UserDriftBody(msgspec.Struct, frozen=True, kw_only=True):
    """What differs of one user's cards, at most 20 ids of each kind."""

    user_id: str
    missing: list[str]
    surplus: list[str]
    altered: list[str]

    @staticmethod
    def of(user: Differences) -> "UserDriftBody":
        """The ids as they go out."""
        return UserDriftBody(
            user_id=user.scope.user_id,
            missing=_first(user.missing),
            surplus=_first(user.surplus),
            altered=_first(user.altered),
        )


class VerifiedIndexBody(msgspec.Struct, frozen=True, kw_only=True):
    """What was compared, what differs, and of which users, at most 1,000; `repaired` says that it is being mended."""

    space: str
    drift: DriftBody
    users: list[UserDriftBody]
    repaired: bool

    @staticmethod
    def of(verified: Verified) -> "VerifiedIndexBody":
        """The findings as they go out."""
        return VerifiedIndexBody(
            space=verified.space.name,
            drift=DriftBody.of(verified.drift),
            users=list(map(UserDriftBody.of, verified.users[:MOST_USERS])),
            repaired=verified.repaired,
        )


def _first(cards: Iterable[str]) -> list[str]:
    return sorted(cards)[:MOST_IDS]
