import pytest

from application.use_cases.authenticate import Authenticate
from application.use_cases.rotate_key import LONGEST_OVERLAP_SECONDS, RotateKey
from domain.errors import NotFound, Refused, Unauthenticated
from domain.identity import key_digest
from tests.builders import MOMENT, a_caller, an_api_key, an_audit_entry, later
from tests.unit.application.services import Service, a_service

OLD = "qt_the_old_key_of_mina"


async def with_old_key() -> Service:
    service = a_service()
    await service.keys.add(
        an_api_key(digest=key_digest(OLD), services=frozenset({"chatops"}), expires_at=later(9e6)), act=an_audit_entry()
    )
    return service


def rotation(service: Service) -> RotateKey:
    return RotateKey(keys=service.keys, clock=service.clock, ids=service.ids)


async def is_valid(service: Service, secret: str) -> bool:
    try:
        await Authenticate(keys=service.keys, clock=service.clock)(secret)
    except Unauthenticated:
        return False
    return True


async def test_both_keys_are_valid_during_the_overlap_and_the_new_one_alone_after_it() -> None:
    service = await with_old_key()
    new, _ = await rotation(service)("key-1", overlap_seconds=60, caller=a_caller())
    assert (await is_valid(service, OLD), await is_valid(service, new)) == (True, True)
    service.clock.advance(60)
    assert (await is_valid(service, OLD), await is_valid(service, new)) == (False, True)


async def test_without_an_overlap_the_old_key_ends_at_once() -> None:
    service = await with_old_key()
    new, _ = await rotation(service)("key-1", overlap_seconds=0, caller=a_caller())
    assert (await is_valid(service, OLD), await is_valid(service, new)) == (False, True)


async def test_the_new_key_has_the_rights_of_the_old_one() -> None:
    service = await with_old_key()
    secret, key = await rotation(service)("key-1", overlap_seconds=0, caller=a_caller())
    assert (key.user_id, key.services, key.expires_at) == ("mina@quant.kr", frozenset({"chatops"}), later(9e6))
    assert (key.digest, key.created_at, key.revoked_at) == (key_digest(secret), MOMENT, None)
    assert key.key_id != "key-1"


async def test_a_key_that_ended_cannot_be_rotated_into_a_valid_one() -> None:
    service = await with_old_key()
    await service.keys.revoke("key-1", at=MOMENT, act=an_audit_entry())
    with pytest.raises(Unauthenticated):
        await rotation(service)("key-1", overlap_seconds=60, caller=a_caller())
    assert len(await service.keys.all()) == 1


async def test_a_second_rotation_does_not_lengthen_the_life_of_the_old_key() -> None:
    service = await with_old_key()
    await rotation(service)("key-1", overlap_seconds=60, caller=a_caller())
    await rotation(service)("key-1", overlap_seconds=3600, caller=a_caller())
    service.clock.advance(60)
    assert not await is_valid(service, OLD)


async def test_a_key_that_is_not_there_cannot_be_rotated() -> None:
    service = a_service()
    with pytest.raises(NotFound):
        await rotation(service)("key-9", overlap_seconds=0, caller=a_caller())


@pytest.mark.parametrize("seconds", [-1, LONGEST_OVERLAP_SECONDS + 1, float("nan")])
async def test_an_overlap_out_of_range_is_refused(seconds: float) -> None:
    service = await with_old_key()
    with pytest.raises(Refused):
        await rotation(service)("key-1", overlap_seconds=seconds, caller=a_caller())
    assert await is_valid(service, OLD)
