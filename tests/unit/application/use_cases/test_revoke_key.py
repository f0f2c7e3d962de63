import pytest

from application.use_cases.authenticate import Authenticate
from application.use_cases.revoke_key import RevokeKey
from domain.errors import NotFound, Unauthenticated
from domain.identity import key_digest
from tests.builders import MOMENT, an_api_key
from tests.unit.application.services import a_service

SECRET = "qt_lost_on_a_train"


async def test_a_revoked_key_opens_nothing_from_then_on() -> None:
    service = a_service()
    await service.keys.add(an_api_key(digest=key_digest(SECRET)))
    authenticate = Authenticate(keys=service.keys, clock=service.clock)
    await authenticate(SECRET)
    revoked = await RevokeKey(keys=service.keys, clock=service.clock)("key-1")
    assert revoked.revoked_at == MOMENT
    with pytest.raises(Unauthenticated):
        await authenticate(SECRET)


async def test_revoking_again_keeps_the_earlier_end() -> None:
    service = a_service()
    await service.keys.add(an_api_key())
    revoke = RevokeKey(keys=service.keys, clock=service.clock)
    await revoke("key-1")
    service.clock.advance(60)
    assert (await revoke("key-1")).revoked_at == MOMENT


async def test_a_key_that_is_not_there_cannot_be_revoked() -> None:
    service = a_service()
    with pytest.raises(NotFound):
        await RevokeKey(keys=service.keys, clock=service.clock)("key-9")
