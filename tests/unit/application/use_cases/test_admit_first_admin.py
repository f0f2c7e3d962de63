from application.use_cases.admit_first_admin import AdmitFirstAdmin
from application.use_cases.authenticate import Authenticate
from domain.identity import Role, key_digest
from tests.builders import an_api_key, an_audit_entry
from tests.unit.application.services import Service, a_service

GIVEN = "qt_the_operators_own_key"


def admission(service: Service) -> AdmitFirstAdmin:
    return AdmitFirstAdmin(keys=service.keys, clock=service.clock, ids=service.ids)


async def test_a_first_start_makes_a_key_shows_it_once_and_stores_only_its_digest() -> None:
    service = a_service()
    secret = await admission(service)(None)
    assert secret is not None
    assert await admission(service)(None) is None
    (key,) = await service.keys.all()
    assert key.digest == key_digest(secret)
    assert secret not in repr(key)
    principal = await Authenticate(keys=service.keys, clock=service.clock)(secret)
    assert Role.ADMIN in principal.roles


async def test_the_operators_own_key_is_known_from_the_start_and_is_not_shown() -> None:
    service = a_service()
    assert await admission(service)(GIVEN) is None
    assert await admission(service)(GIVEN) is None
    assert [key.digest for key in await service.keys.all()] == [key_digest(GIVEN)]


async def test_a_new_key_of_the_operator_is_let_in_beside_the_first() -> None:
    service = a_service()
    await admission(service)(None)
    await admission(service)(GIVEN)
    principal = await Authenticate(keys=service.keys, clock=service.clock)(GIVEN)
    assert principal.roles == {Role.ADMIN}


async def test_keys_of_users_are_no_admin() -> None:
    service = a_service()
    await service.keys.add(an_api_key(), act=an_audit_entry())
    assert await admission(service)(None) is not None
