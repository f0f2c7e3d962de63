"""First answers, in memory."""

from dataclasses import dataclass, replace
from datetime import datetime

from application.ports.answer_book import Claim, FirstAnswer, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    claim: Claim
    answer: FirstAnswer | None = None


class InMemoryAnswerBook:
    """Lines by user and key; each method runs without giving way, so it is a transaction."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, str], _Line] = {}

    async def claim(self, claim: Claim) -> Standing | FirstAnswer:
        """The answer that is kept, else how the claim stands."""
        line = self._lines.get(_place(claim))
        if line is None or line.claim.expires_at <= claim.at:
            return self._grant(claim)
        if line.claim.request.fingerprint != claim.request.fingerprint:
            return Standing.OF_ANOTHER_REQUEST
        if line.answer is not None:
            return line.answer
        return self._grant(claim) if line.claim.lease_ends_at <= claim.at else Standing.UNDER_WAY

    async def extend(self, claim: Claim, *, until: datetime) -> bool:
        """The lease of a claim without an answer ends then; False where it is no longer held."""
        line = self._held(claim)
        if line is None:
            return False
        self._lines[_place(claim)] = _Line(claim=replace(line.claim, lease_ends_at=until))
        return True

    async def keep(self, claim: Claim, answer: FirstAnswer) -> bool:
        """The answer is there until the claim expires; False, and nothing is kept, where it is no longer held."""
        line = self._held(claim)
        if line is None:
            return False
        self._lines[_place(claim)] = replace(line, answer=replace(answer, headers=dict(answer.headers)))
        return True

    async def release(self, claim: Claim) -> None:
        """The key is free, unless there is an answer or somebody else holds it."""
        if self._held(claim) is not None:
            del self._lines[_place(claim)]

    async def forget_expired(self, *, at: datetime, limit: int) -> int:
        """Lines that have expired by then are gone, at most so many; how many they were."""
        expired = [place for place, line in self._lines.items() if line.claim.expires_at <= at][:limit]
        for place in expired:
            del self._lines[place]
        return len(expired)

    def forget_user(self, user_id: str) -> dict[str, int]:
        """Nothing of the user is there any more; how much was, by kind."""
        mine = [place for place in self._lines if place[0] == user_id]
        for place in mine:
            del self._lines[place]
        return {"first_answers": len(mine)}

    def _grant(self, claim: Claim) -> Standing:
        self._lines[_place(claim)] = _Line(claim=claim)
        return Standing.GRANTED

    def _held(self, claim: Claim) -> _Line | None:
        """The line of this very claim, where it has no answer yet."""
        line = self._lines.get(_place(claim))
        mine = line is not None and line.answer is None and line.claim.claim_id == claim.claim_id
        return line if mine else None


def _place(claim: Claim) -> tuple[str, str]:
    return claim.request.scope.user_id, claim.request.key
