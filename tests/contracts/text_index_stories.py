"""What an index of words in SQL promises beyond the port: several processes, little memory, users who are erased."""

from sqlalchemy import delete

from adapters.sql.database import Database
from adapters.sql.text_index import SqlTextIndex
from adapters.sql.text_tables import TEXTS
from application.ports.text_index import TextIndex
from domain.identity import UserScope
from tests.contracts.sql_engines import Place
from tests.contracts.text_index_contract import MINA, TextIndexContract, ids


class SqlTextIndexContract(TextIndexContract):
    """A subclass gives the fixtures `database` and `place`, and `index` on them."""

    async def test_another_process_sees_what_was_changed(self, index: TextIndex, place: Place) -> None:
        database = Database(place.url)
        other = SqlTextIndex(database)
        for n in range(3):
            await index.put({f"card-{n}": ("rsi",)}, scope=MINA)
            assert (await other.search(["rsi"], scope=MINA, top_k=9)).cards == n + 1
        await other.delete(["card-1"], scope=MINA)
        assert ids(await index.search(["rsi"], scope=MINA, top_k=9)) == ["card-0", "card-2"]
        await database.close()

    async def test_who_asked_longest_ago_is_forgotten_and_found_again(self, database: Database) -> None:
        small = SqlTextIndex(database, most_cards_held=3)
        scopes = [UserScope(user_id=f"사용자-{n}") for n in range(4)]
        for scope in scopes:
            await small.put({"card-1": ("rsi",), "card-2": ("rsi", "macd")}, scope=scope)
        for scope in (*scopes, *scopes):
            assert ids(await small.search(["macd"], scope=scope, top_k=9)) == ["card-2"]

    async def test_what_was_erased_and_made_anew_is_not_taken_for_what_was(
        self, index: TextIndex, database: Database
    ) -> None:
        await index.put({"card-1": ("rsi",)}, scope=MINA)
        assert ids(await index.search(["rsi"], scope=MINA, top_k=9)) == ["card-1"]
        async with database.write() as connection:
            for table in TEXTS:
                await connection.execute(delete(table))
        assert ids(await index.search(["rsi"], scope=MINA, top_k=9)) == []
        await index.put({"card-2": ("rsi",)}, scope=MINA)
        assert ids(await index.search(["rsi"], scope=MINA, top_k=9)) == ["card-2"]
