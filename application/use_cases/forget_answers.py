"""Forget answers that nobody may ask for again."""

from dataclasses import dataclass

from application.ports.answer_book import AnswerBook
from application.ports.system import Clock

BATCH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetAnswers:
    """A small batch of first answers that have expired is gone; how many they were, `BATCH` where there may be more."""

    book: AnswerBook
    clock: Clock

    async def __call__(self) -> int:
        return await self.book.forget_expired(at=self.clock.now(), limit=BATCH)
