"""First answers, kept for those who ask again under the same key."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from domain.identity import UserScope

KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedRequest:
    """A request under a key that its user chose. `fingerprint` tells it from any other request."""

    scope: UserScope
    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The right to answer a request; it ends with its lease, unless that is extended."""

    request: KeyedRequest
    claim_id: str
    at: datetime
    lease_ends_at: datetime

    @property
    def expires_at(self) -> datetime:
        """From when on the key is free again, whatever came of it."""
        return self.at + KEPT_FOR


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstAnswer:
    """What is said again to whoever asks again."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class Standing(StrEnum):
    """How a claim fares where there is no answer yet."""

    GRANTED = "granted"
    UNDER_WAY = "under way"
    OF_ANOTHER_REQUEST = "of another request"


class AnswerBook(Protocol):
    """A line for each key of a user. Several processes may write it at once."""

    async def claim(self, claim: Claim) -> Standing | FirstAnswer:
        """The answer that is kept, else how the claim stands; of several at once one is granted.

        It is granted where the key is new or has expired, and where its holder's lease is over without an answer and
        the request is the same. Raises: StoreUnavailable.
        """

    async def extend(self, claim: Claim, *, until: datetime) -> bool:
        """The lease of a claim without an answer ends then; False where it is no longer held."""

    async def keep(self, claim: Claim, answer: FirstAnswer) -> bool:
        """The answer is there until the claim expires; False, and nothing is kept, where it is no longer held."""

    async def release(self, claim: Claim) -> None:
        """The key is free, unless there is an answer or somebody else holds it. Raises: StoreUnavailable."""

    async def forget_expired(self, *, at: datetime, limit: int) -> int:
        """Lines that have expired by then are gone, at most so many; how many they were."""
