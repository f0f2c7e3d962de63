import pytest

from application.use_cases.authenticate import Authenticate
from application.use_cases.revoke_key import RevokeKey
from domain.errors import NotFound, Unauthenticated
from domain.identity import key_digest
from tests.builders import MOMENT, a_caller, an_api_key, an_audit_entry
from tests.unit.application.services import a_service

SECRET = "qt_lost_on_a_train"


async def test_a_revoked_key_opens_nothing_from_then_on() -> None:
    service = a_service()
    await service.keys.add(an_api_key(digest=key_digest(SECRET)), act=an_audit_entry())
    authenticate = Authenticate(keys=service.keys, clock=service.clock)
    await authenticate(SECRET)
    revoked = await RevokeKey(keys=service.keys, clock=service.clock, ids=service.ids)("key-1", caller=a_caller())
    assert revoked.revoked_at == MOMENT
    with pytest.raises(Unauthenticated):
        await authenticate(SECRET)


async def test_revoking_again_keeps_the_earlier_end() -> None:
    service = a_service()
    await service.keys.add(an_api_key(), act=an_audit_entry())
    revoke = RevokeKey(keys=service.keys, clock=service.clock, ids=service.ids)
    await revoke("key-1", caller=a_caller())
    service.clock.advance(60)
    assert (await revoke("key-1", caller=a_caller())).revoked_at == MOMENT


async def test_a_key_that_is_not_there_cannot_be_revoked() -> None:
    service = a_service()
    with pytest.raises(NotFound):
        await RevokeKey(keys=service.keys, clock=service.clock, ids=service.ids)("key-9", caller=a_caller())
