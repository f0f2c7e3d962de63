import pytest

from application.use_cases.authenticate import Authenticate
from application.use_cases.issue_key import IssueKey, KeyOrder
from domain.errors import Refused
from domain.identity import KEY_PREFIX, Role, key_digest
from tests.builders import MOMENT, a_caller, later
from tests.unit.application.services import Service, a_service

USER = frozenset({Role.USER})


def issuing(service: Service) -> IssueKey:
    return IssueKey(keys=service.keys, governance=service.governance, clock=service.clock, ids=service.ids)


async def test_a_new_key_opens_what_it_was_ordered_for() -> None:
    service = a_service()
    order = KeyOrder(user_id="민지", roles=USER, services=frozenset({"chatops"}), models=frozenset({"gpt-4o"}))
    secret, key = await issuing(service)(order, caller=a_caller())
    assert secret.startswith(KEY_PREFIX)
    principal = await Authenticate(keys=service.keys, clock=service.clock)(secret)
    opened = (principal.user_id, principal.services, principal.models)
    assert opened == (order.user_id, order.services, order.models)
    assert key.digest == key_digest(secret)


async def test_the_secret_is_kept_nowhere() -> None:
    service = a_service()
    secret, _ = await issuing(service)(KeyOrder(user_id="mina", roles=USER), caller=a_caller())
    assert secret not in repr(await service.keys.all())


@pytest.mark.parametrize(
    "order",
    [
        KeyOrder(user_id="mina", roles=frozenset()),
        KeyOrder(user_id="mina", roles=USER, expires_at=MOMENT),
        KeyOrder(user_id="mina", roles=USER, expires_at=later(-1)),
        KeyOrder(user_id="", roles=USER),
        KeyOrder(user_id="m\0na", roles=USER),
        KeyOrder(user_id="mina", roles=USER, services=frozenset({"chatops", "chat-ops"})),
        KeyOrder(user_id="mina", roles=USER, models=frozenset({"gpt-4o-mni"})),
    ],
)
async def test_a_key_that_could_open_nothing_is_refused(order: KeyOrder) -> None:
    service = a_service()
    with pytest.raises(Refused):
        await issuing(service)(order, caller=a_caller())
    assert await service.keys.all() == []
