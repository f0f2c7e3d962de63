import pytest

from tests.http.service import Caller, Service

VERIFY = "/api/v1/admin/ledger/verify"


async def test_the_books_of_a_service_that_worked_are_right(running: Service, minji: Caller) -> None:
    for words in ("안정적인 전략", "something calm"):
        await minji.search(words)
    found = await running.admin.get(VERIFY)
    assert found["differences"] == []
    assert found["checked"]["rows"] == 2
    assert found["checked"]["holds"] == found["checked"]["counters"] * 2 > 0


@pytest.mark.parametrize("path", [VERIFY])
async def test_only_an_admin_looks_into_the_books(minji: Caller, path: str) -> None:
    problem = await minji.get(path, 403)
    assert problem["type"].endswith("role-required")
