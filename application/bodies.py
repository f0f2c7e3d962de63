"""What is said in calls, on its way to where it is kept: heard beside a call, never in its way."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from application.ports.governance import GovernanceSource
from application.ports.signal import Signal
from application.ports.usage_ledger import UsageLedger
from domain.budget import Hold
from domain.call_body import CallBody
from domain.prompting import Message, Prompt
from domain.usage import Settlement, UsageEntry

MOST_UNDER_WAY = 10_000
"""Rows that are open at once. One that nobody settles here, since the sweeper does, is forgotten in its turn."""
MOST_CHARACTERS = 16_000_000
"""So much waits to be stored; what comes beyond it is not kept."""


@dataclass(slots=True, kw_only=True)
class Draft:
    """The body of a row that is still open."""

    entry: UsageEntry
    messages: tuple[Message, ...] | None = None
    heard: list[str] = field(default_factory=list)

    def hear(self, text: str) -> None:
        """One piece more of the answer."""
        if text:
            self.heard.append(text)

    def body(self) -> CallBody | None:
        """As it is to be kept; None for a call in which nothing is said, such as of an embedding."""
        if self.messages is None:
            return None
        entry, messages = self.entry, self.messages
        return CallBody(
            entry_id=entry.entry_id,
            operation_id=entry.operation_id,
            user_id=entry.user_id,
            at=entry.at,
            messages=tuple(Message(role=message.role, text=_storable(message.text)) for message in messages),
            answer=_storable("".join(self.heard)) if self.heard else None,
        )


@dataclass(slots=True, kw_only=True)
class BodyDesk:
    """Bodies of rows that are open, and of settled ones that wait to be stored.

    Nothing of it gives way or fails: a call is neither slower nor other for being heard. Where the rules do not ask
    for bodies, none is made.
    """

    governance: GovernanceSource
    work: Signal
    lost: int = 0
    """How many could not be kept since this was last looked at."""
    _drafts: dict[str, Draft] = field(default_factory=dict)
    _latest: dict[str, Draft] = field(default_factory=dict)
    _waiting: deque[CallBody] = field(default_factory=deque)
    _characters: int = 0

    def opened(self, entry: UsageEntry) -> None:
        """A row is open: what is said next in its operation is of it."""
        if not self.governance.current().retention.store_bodies:
            return
        if len(self._drafts) >= MOST_UNDER_WAY:
            self._forget(next(iter(self._drafts)))
        self._drafts[entry.entry_id] = self._latest[entry.operation_id] = Draft(entry=entry)

    def asked(self, operation_id: str, prompt: Prompt) -> Draft | None:
        """A provider is asked for the row of this operation that was opened last; None where it is not kept.

        The attempts of an operation follow one another.
        """
        draft = self._latest.get(operation_id)
        if draft is not None:
            draft.messages = prompt.messages
        return draft

    def settled(self, entry_id: str) -> None:
        """A row is final, and what was said in it waits to be stored."""
        draft = self._forget(entry_id)
        body = draft.body() if draft is not None else None
        if body is None:
            return
        if self._characters + body.characters > MOST_CHARACTERS:
            self.lost += 1
            return
        self._waiting.append(body)
        self._characters += body.characters
        self.work.notify()

    def take(self, most: int) -> list[CallBody]:
        """The bodies that have waited longest, so many at most; they wait no more."""
        taken = [self._waiting.popleft() for _ in range(min(most, len(self._waiting)))]
        self._characters -= sum(body.characters for body in taken)
        return taken

    def give_back(self, bodies: Sequence[CallBody]) -> None:
        """They wait again, before the others."""
        self._waiting.extendleft(reversed(bodies))
        self._characters += sum(body.characters for body in bodies)

    def forget(self, user_id: str) -> None:
        """Nothing that the user said waits here any more, nor will what they say in calls under way."""
        for entry_id in [entry_id for entry_id, draft in self._drafts.items() if draft.entry.user_id == user_id]:
            self._forget(entry_id)
        self._waiting = deque(body for body in self._waiting if body.user_id != user_id)
        self._characters = sum(body.characters for body in self._waiting)

    def _forget(self, entry_id: str) -> Draft | None:
        draft = self._drafts.pop(entry_id, None)
        if draft is not None and self._latest.get(draft.entry.operation_id) is draft:
            del self._latest[draft.entry.operation_id]
        return draft


@dataclass(frozen=True, slots=True, kw_only=True)
class OverheardLedger:
    """The same ledger; the desk hears of each row that it opens and settles, once that is committed."""

    ledger: UsageLedger
    desk: BodyDesk

    async def open(self, entry: UsageEntry, *, holds: Sequence[Hold] = ()) -> None:
        """As the port says."""
        await self.ledger.open(entry, holds=holds)
        self.desk.opened(entry)

    async def settle(self, entry_id: str, settlement: Settlement) -> bool:
        """As the port says."""
        settled = await self.ledger.settle(entry_id, settlement)
        self.desk.settled(entry_id)
        return settled

    async def settle_overdue(self, *, at: datetime) -> int:
        """As the port says."""
        return await self.ledger.settle_overdue(at=at)


def _storable(text: str) -> str:
    """The text with no half of a surrogate pair, which no store can write."""
    return text.encode("utf-8", "replace").decode()
