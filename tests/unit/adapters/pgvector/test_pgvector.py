from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.pgvector.vector_store import PgvectorVectorStore
from adapters.pgvector.wire import decoded, encoded
from domain.errors import ConfigurationError, StoreUnavailable
from tests.builders import a_card, a_scope
from tests.contracts.sql_engines import administer, an_empty_postgresql, postgresql_url
from tests.contracts.vector_engines import an_emptied_postgresql, rows_in


@given(numbers=st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=1, max_size=50))
def test_a_vector_comes_back_as_it_was_sent(numbers: list[float]) -> None:
    vector = array("f", numbers)
    assert decoded(encoded(vector)) == vector


def test_a_vector_is_sent_as_pgvector_reads_it() -> None:
    assert encoded(array("f", [1.0, -2.0])).hex() == "000200003f800000c0000000"


async def test_a_server_without_pgvector_stops_the_start_with_one_line() -> None:
    # This server has it, and is told to look elsewhere.
    url = f"{await an_empty_postgresql()}&extension_control_path=/nowhere"
    with pytest.raises(ConfigurationError) as refused:
        await PgvectorVectorStore(url).start()
    [line] = str(refused.value).splitlines()
    assert line.startswith("QUANTRAIL_VECTOR_STORE_URL: the database has no pgvector: install the extension")


async def test_a_user_who_may_not_prepare_the_database_stops_the_start_with_one_line() -> None:
    await administer("DROP ROLE IF EXISTS reader", "CREATE ROLE reader LOGIN")
    url = (await an_empty_postgresql()).replace("postgres@", "reader@")
    with pytest.raises(ConfigurationError, match="QUANTRAIL_DATABASE_URL: the database does not let this user"):
        await PgvectorVectorStore(url, setting="QUANTRAIL_DATABASE_URL").start()


@pytest.mark.parametrize("url", ["postgresql://nobody:a-password@127.0.0.1:1/x", postgresql_url("no_such_database")])
async def test_a_database_that_is_not_there_is_an_outage_without_a_password(url: str) -> None:
    with pytest.raises(StoreUnavailable) as refused:
        await PgvectorVectorStore(url).start()
    assert "a-password" not in str(refused.value)


async def test_what_was_prepared_once_is_found_under_its_name() -> None:
    place = await an_empty_postgresql()
    owner = PgvectorVectorStore(place)
    await owner.start()
    await owner.upsert([a_card()], scope=a_scope(), space="e5")
    await owner.close()
    again = PgvectorVectorStore(place)
    await again.start()
    assert (again.identity, await again.count(scope=a_scope(), space="e5")) == (owner.identity, 1)
    await again.close()


async def test_of_an_erased_user_no_row_is_left_dead_or_alive() -> None:
    place = await an_emptied_postgresql()
    store = PgvectorVectorStore(place)
    await store.start()
    await store.upsert([a_card(f"card-{n}") for n in range(500)], scope=a_scope("민아"), space="e5")
    await store.upsert([a_card(f"card-{n}") for n in range(500)], scope=a_scope("민아"), space="e5")
    assert await rows_in(place, "SELECT pg_relation_size('vector_cards') > 0") == [True]
    await store.erase(scope=a_scope("민아"))
    assert await rows_in(place, "SELECT pg_relation_size('vector_cards')") == [0]
    await store.close()
