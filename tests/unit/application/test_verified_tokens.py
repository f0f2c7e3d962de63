import pytest

from adapters.memory.clock import SettableClock
from application.recent import Recent
from application.use_cases.authenticate import Authenticate
from application.verified_tokens import VERIFIED_SECONDS, VerifiedTokens
from domain.errors import Unauthenticated
from domain.identity import Role
from domain.token import TokenClaims
from tests.builders import MOMENT, later
from tests.unit.application.services import a_service

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiLquYDrr7zsp4AifQ.c2lnbmF0dXJl"


class CountedVerifier:
    """Knows one token, and counts the signatures it computes."""

    def __init__(self, *, expires_in: float = 3600) -> None:
        self.verified: list[str] = []
        self._claims = TokenClaims(
            user_id="김민지", roles=frozenset({Role.SERVICE}), expires_at=later(expires_in), begins_at=MOMENT
        )

    async def verify(self, token: str) -> TokenClaims:
        self.verified.append(token)
        if not token.startswith(TOKEN):
            raise Unauthenticated("no", reason="unverified")
        return self._claims


def remembering(verifier: CountedVerifier, *, most: int = 10) -> tuple[Authenticate, SettableClock]:
    clock = SettableClock(MOMENT)
    tokens = VerifiedTokens(verifier=verifier, clock=clock, recent=Recent(most=most))
    return Authenticate(keys=a_service().keys, clock=clock, tokens=tokens), clock


async def test_a_warm_token_costs_no_signature() -> None:
    verifier = CountedVerifier()
    authenticate, _ = remembering(verifier)
    principals = [await authenticate(TOKEN) for _ in range(10)]
    assert {(one.user_id, one.roles, one.key_id) for one in principals} == {
        ("김민지", frozenset({Role.SERVICE}), "jwt:김민지")
    }
    assert verifier.verified == [TOKEN]


async def test_a_token_that_ends_is_refused_on_the_warm_path_too() -> None:
    authenticate, clock = remembering(CountedVerifier(expires_in=10))
    await authenticate(TOKEN)
    clock.advance(10)
    with pytest.raises(Unauthenticated) as refused:
        await authenticate(TOKEN)
    assert refused.value.facts["reason"] == "expired"


async def test_after_five_minutes_a_signature_is_checked_again() -> None:
    verifier = CountedVerifier()
    authenticate, clock = remembering(verifier)
    await authenticate(TOKEN)
    clock.advance(VERIFIED_SECONDS)
    await authenticate(TOKEN)
    assert len(verifier.verified) == 2


async def test_what_was_refused_is_not_remembered_and_no_more_is_than_there_is_room_for() -> None:
    verifier = CountedVerifier()
    authenticate, _ = remembering(verifier, most=2)
    for token in (TOKEN, TOKEN + "a", TOKEN + "b", TOKEN):
        await authenticate(token)
    for _ in range(2):
        with pytest.raises(Unauthenticated):
            await authenticate("eyJmb3JnZWQ.e30.AAAA")
    assert len(verifier.verified) == 6


async def test_where_no_tokens_are_accepted_one_is_a_key_that_nobody_knows() -> None:
    service = a_service()
    with pytest.raises(Unauthenticated) as refused:
        await Authenticate(keys=service.keys, clock=service.clock)(TOKEN)
    assert refused.value.facts["reason"] == "unknown"
