import pytest

from application.use_cases.authenticate import OPERATOR, Authenticate
from domain.errors import Unauthenticated
from domain.identity import Role, key_digest
from tests.builders import an_api_key, an_audit_entry, later
from tests.unit.application.services import Service, a_service

SECRET = "qt_minas_own_key"
KEY = an_api_key(digest=key_digest(SECRET), expires_at=later(3600))


async def with_key() -> tuple[Service, Authenticate]:
    service = a_service()
    await service.keys.add(KEY, act=an_audit_entry())
    return service, Authenticate(keys=service.keys, clock=service.clock, local_token="the-token-of-this-run")


async def test_a_key_stands_for_its_user_and_roles() -> None:
    _, authenticate = await with_key()
    principal = await authenticate(SECRET)
    assert (principal.user_id, principal.roles, principal.key_id) == (KEY.user_id, KEY.roles, KEY.key_id)


async def test_an_expired_key_is_told_so() -> None:
    service, authenticate = await with_key()
    service.clock.advance(3600)
    with pytest.raises(Unauthenticated) as refused:
        await authenticate(SECRET)
    assert refused.value.facts["reason"] == "expired"


async def test_a_revoked_key_is_told_so() -> None:
    service, authenticate = await with_key()
    await service.keys.revoke(KEY.key_id, at=service.clock.now(), act=an_audit_entry())
    with pytest.raises(Unauthenticated) as refused:
        await authenticate(SECRET)
    assert refused.value.facts["reason"] == "revoked"


@pytest.mark.parametrize("secret", ["", "qt_anders", KEY.digest, "\udc80", "열쇠"])
async def test_anything_else_is_unknown(secret: str) -> None:
    _, authenticate = await with_key()
    with pytest.raises(Unauthenticated) as refused:
        await authenticate(secret)
    assert refused.value.facts["reason"] == "unknown"


async def test_a_command_on_this_machine_is_the_operator() -> None:
    service, authenticate = await with_key()
    assert (await authenticate("the-token-of-this-run")).user_id == OPERATOR
    assert (await authenticate("the-token-of-this-run")).roles == {Role.ADMIN}
    with pytest.raises(Unauthenticated):
        await Authenticate(keys=service.keys, clock=service.clock)("the-token-of-this-run")
