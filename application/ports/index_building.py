"""A space of the index that is built beside the one that answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.audit import AuditEntry
from domain.backtest import Backtest
from domain.identity import UserScope
from domain.space import Build, BuildProgress, StoredSpace


class IndexBuilding(Protocol):
    """Begins and ends what is built. At most one space is built at a time."""

    async def begin(self, build: Build, *, at: datetime, act: AuditEntry | None = None) -> None:
        """The space is built from now on, with nothing in it; one that was built before is retired.

        The act, where there is one, is noted with it. Raises: StoreUnavailable.
        """

    async def claim(self, builder: str, *, at: datetime, lease_seconds: float, error: str | None = None) -> bool:
        """Whether this builder may go on, alone until its lease ends; `error` is what went wrong last, if anything.

        False too where nothing is being built. Raises: StoreUnavailable.
        """

    async def switch(self, space: StoredSpace, *, at: datetime) -> bool:
        """The space, which is being built, answers from now on, and the one before is retired; or nothing changes.

        It does where the space holds all that is indexed and nothing that is gone. What is queued then, taken or not,
        is queued for the new space: whoever took it before finishes nothing. Raises: StoreUnavailable.
        """

    async def abandon(self, *, at: datetime, act: AuditEntry | None = None) -> None:
        """Nothing is being built any more; the space is retired. Raises: StoreUnavailable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unbuilt:
    """A backtest that the space lacks. `sequence` tells it from another of the same id, recorded later."""

    card_id: str
    scope: UserScope
    sequence: str
    backtest: Backtest


@dataclass(frozen=True, slots=True, kw_only=True)
class Surplus:
    """A card that the space may hold and whose backtest is gone."""

    card_id: str
    scope: UserScope


class IndexContents(Protocol):
    """What of the archive is in the space that is being built. What is queued for the indexes is left to the queue."""

    async def missing(self, *, limit: int, besides: frozenset[str] = frozenset()) -> list[Unbuilt]:
        """Backtests that are not in it, user by user, oldest first, without those of some users.

        Raises: StoreUnavailable.
        """

    async def surplus(self, *, limit: int) -> list[Surplus]:
        """Cards in it whose backtest is gone. Raises: StoreUnavailable."""

    async def mark(self, cards: Sequence[Unbuilt], *, error: str | None = None) -> None:
        """They are in it; or, with an error, cannot be, and are tried again once it answers.

        Raises: StoreUnavailable.
        """

    async def unmark(self, cards: Sequence[Surplus]) -> None:
        """They are not in it any more. Raises: StoreUnavailable."""


class BuildReport(Protocol):
    """How far the space is that is being built."""

    async def progress(self) -> BuildProgress:
        """All zero but the total where nothing is being built. Raises: StoreUnavailable."""
