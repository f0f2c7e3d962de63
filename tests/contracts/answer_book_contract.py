"""What every book of first answers promises."""

import asyncio
from dataclasses import replace

import pytest

from application.ports.answer_book import KEPT_FOR, AnswerBook, Claim, FirstAnswer, KeyedRequest, Standing
from domain.identity import UserScope
from tests.builders import later

LEASE_SECONDS = 120.0
DAY = KEPT_FOR.total_seconds()
ANSWER = FirstAnswer(
    status=200, headers={"content-type": "application/json", "x-name": "값"}, body='{"answer": "낙폭 18%"}'.encode()
)


def a_request(user: str = "민지@quant.kr", key: str = "order-1", fingerprint: str = "f-1") -> KeyedRequest:
    return KeyedRequest(scope=UserScope(user_id=user), key=key, fingerprint=fingerprint)


def a_claim(claim_id: str = "c-1", *, after: float = 0.0, request: KeyedRequest | None = None) -> Claim:
    at = later(after)
    return Claim(request=request or a_request(), claim_id=claim_id, at=at, lease_ends_at=later(after + LEASE_SECONDS))


class AnswerBookContract:
    """A subclass gives `book`, declared `-> AnswerBook`, with nothing in it."""

    async def test_a_new_key_is_granted_and_is_under_way_until_it_is_answered(self, book: AnswerBook) -> None:
        assert await book.claim(a_claim()) is Standing.GRANTED
        assert await book.claim(a_claim("c-2", after=1)) is Standing.UNDER_WAY

    async def test_a_kept_answer_comes_back_byte_by_byte(self, book: AnswerBook) -> None:
        claim = a_claim()
        await book.claim(claim)
        answer = replace(ANSWER, body=bytes(range(256)) * 100)
        assert await book.keep(claim, answer)
        assert await book.claim(a_claim("c-2", after=1)) == answer
        assert await book.claim(a_claim("c-3", after=LEASE_SECONDS + 1)) == answer

    async def test_an_answer_with_nothing_in_it_is_one_too(self, book: AnswerBook) -> None:
        claim = a_claim()
        await book.claim(claim)
        assert await book.keep(claim, FirstAnswer(status=204))
        assert await book.claim(a_claim("c-2")) == FirstAnswer(status=204)

    @pytest.mark.parametrize("kept", [True, False], ids=["answered", "under way"])
    @pytest.mark.parametrize("after", [0.0, LEASE_SECONDS + 1])
    async def test_another_request_under_the_same_key_is_told_so_whatever_came_of_the_first(
        self,
        book: AnswerBook,
        kept: bool,  # noqa: FBT001  # a parameter of the test
        after: float,
    ) -> None:
        claim = a_claim()
        await book.claim(claim)
        if kept:
            await book.keep(claim, ANSWER)
        other = a_claim("c-2", after=after, request=a_request(fingerprint="f-2"))
        assert await book.claim(other) is Standing.OF_ANOTHER_REQUEST

    async def test_two_users_and_two_keys_never_meet(self, book: AnswerBook) -> None:
        claim = a_claim()
        await book.claim(claim)
        await book.keep(claim, ANSWER)
        for number, request in enumerate(
            (a_request("민지@quant.k"), a_request("alex@quant.io"), a_request(key="order-1 "), a_request(key="Order-1"))
        ):
            assert await book.claim(a_claim(f"o-{number}", request=request)) is Standing.GRANTED
        assert await book.claim(a_claim("c-2")) == ANSWER

    async def test_a_released_key_is_free_for_any_request(self, book: AnswerBook) -> None:
        claim = a_claim()
        await book.claim(claim)
        await book.release(claim)
        await book.release(claim)
        assert await book.claim(a_claim("c-2", request=a_request(fingerprint="f-2"))) is Standing.GRANTED

    async def test_an_answer_is_not_released(self, book: AnswerBook) -> None:
        claim = a_claim()
        await book.claim(claim)
        await book.keep(claim, ANSWER)
        await book.release(claim)
        assert await book.claim(a_claim("c-2")) == ANSWER

    async def test_a_claim_whose_lease_is_over_is_taken_over_and_its_holder_changes_nothing_more(
        self, book: AnswerBook
    ) -> None:
        crashed, heir = a_claim(), a_claim("c-2", after=LEASE_SECONDS)
        await book.claim(crashed)
        assert await book.claim(a_claim("c-3", after=LEASE_SECONDS - 1)) is Standing.UNDER_WAY
        assert await book.claim(heir) is Standing.GRANTED
        assert not await book.keep(crashed, replace(ANSWER, body=b"late"))
        assert not await book.extend(crashed, until=later(1_000_000))
        await book.release(crashed)
        assert await book.claim(a_claim("c-4", after=LEASE_SECONDS)) is Standing.UNDER_WAY
        assert await book.keep(heir, ANSWER)
        assert await book.claim(a_claim("c-5", after=LEASE_SECONDS)) == ANSWER

    async def test_an_extended_lease_ends_later(self, book: AnswerBook) -> None:
        claim = a_claim()
        await book.claim(claim)
        assert await book.extend(claim, until=later(2 * LEASE_SECONDS))
        assert await book.claim(a_claim("c-2", after=2 * LEASE_SECONDS - 1)) is Standing.UNDER_WAY
        assert await book.claim(a_claim("c-3", after=2 * LEASE_SECONDS)) is Standing.GRANTED

    async def test_an_answer_is_kept_once_and_its_lease_is_over(self, book: AnswerBook) -> None:
        claim = a_claim()
        await book.claim(claim)
        assert await book.keep(claim, ANSWER)
        assert not await book.keep(claim, replace(ANSWER, body=b"again"))
        assert not await book.extend(claim, until=later(1_000_000))
        assert await book.claim(a_claim("c-2")) == ANSWER

    async def test_what_was_never_claimed_is_not_kept(self, book: AnswerBook) -> None:
        assert not await book.keep(a_claim(), ANSWER)
        assert await book.claim(a_claim("c-2")) is Standing.GRANTED

    async def test_a_day_after_the_claim_the_key_is_free_for_any_request(self, book: AnswerBook) -> None:
        claim = a_claim()
        await book.claim(claim)
        await book.keep(claim, ANSWER)
        assert await book.claim(a_claim("c-2", after=DAY - 1)) == ANSWER
        another = a_claim("c-3", after=DAY, request=a_request(fingerprint="f-2"))
        assert await book.claim(another) is Standing.GRANTED
        assert await book.claim(a_claim("c-4", after=DAY, request=another.request)) is Standing.UNDER_WAY

    async def test_expired_lines_are_forgotten_a_few_at_a_time_and_no_others(self, book: AnswerBook) -> None:
        old = [a_claim(f"c-{n}", request=a_request(key=f"order-{n}")) for n in range(5)]
        young = a_claim("y-1", after=1, request=a_request("alex@quant.io"))
        for claim in (*old, young):
            await book.claim(claim)
        for claim in (*old[:3], young):
            await book.keep(claim, ANSWER)
        assert await book.forget_expired(at=later(DAY - 1), limit=3) == 0
        assert [await book.forget_expired(at=later(DAY), limit=3) for _ in range(3)] == [3, 2, 0]
        assert await book.claim(a_claim("y-2", after=2, request=young.request)) == ANSWER
        assert await book.claim(a_claim("c-9", after=2, request=old[0].request)) is Standing.GRANTED

    async def test_of_many_at_once_one_is_granted(self, book: AnswerBook) -> None:
        standings = await asyncio.gather(*(book.claim(a_claim(f"c-{n}")) for n in range(20)))
        assert sorted(map(str, standings)) == ["granted"] + ["under way"] * 19

    async def test_of_many_heirs_at_once_one_is_granted(self, book: AnswerBook) -> None:
        await book.claim(a_claim())
        heirs = [a_claim(f"h-{n}", after=LEASE_SECONDS) for n in range(20)]
        standings = await asyncio.gather(*map(book.claim, heirs))
        assert sorted(map(str, standings)) == ["granted"] + ["under way"] * 19
