from application.use_cases.list_keys import ListKeys
from tests.builders import MOMENT, an_api_key, an_audit_entry, later
from tests.unit.application.services import a_service


async def test_every_key_is_listed_oldest_first_revoked_ones_too() -> None:
    service = a_service()
    for key in (an_api_key(key_id="key-2", created_at=later(60)), an_api_key(key_id="key-1")):
        await service.keys.add(key, act=an_audit_entry())
    await service.keys.revoke("key-1", at=MOMENT, act=an_audit_entry())
    listed = await ListKeys(keys=service.keys)()
    assert [(key.key_id, key.revoked_at is not None) for key in listed] == [("key-1", True), ("key-2", False)]
