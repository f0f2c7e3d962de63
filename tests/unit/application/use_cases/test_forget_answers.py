from adapters.memory.answer_book import InMemoryAnswerBook
from adapters.memory.clock import SettableClock
from application.ports.answer_book import KEPT_FOR, Claim, KeyedRequest
from application.use_cases.forget_answers import BATCH, ForgetAnswers
from domain.identity import UserScope
from tests.builders import MOMENT


async def test_what_has_expired_is_forgotten_a_batch_at_a_time() -> None:
    book, clock = InMemoryAnswerBook(), SettableClock(MOMENT)
    for number in range(BATCH + 3):
        request = KeyedRequest(scope=UserScope(user_id="민지"), key=f"order-{number}", fingerprint="f")
        await book.claim(Claim(request=request, claim_id=f"c-{number}", at=MOMENT, lease_ends_at=MOMENT))
    forget = ForgetAnswers(book=book, clock=clock)
    assert await forget() == 0
    clock.advance(KEPT_FOR.total_seconds())
    assert [await forget() for _ in range(3)] == [BATCH, 3, 0]
