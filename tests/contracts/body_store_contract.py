"""What every store of the words of calls promises."""

from datetime import timedelta, timezone

import pytest

from application.ports.body_store import BodyStore
from domain.errors import NotFound
from domain.prompting import Message, MessageRole
from tests.builders import MOMENT, a_call_body, a_scope, later

MINA, JUN = a_scope("mina@quant.kr"), a_scope("준/서울")


class BodyStoreContract:
    """A subclass gives the fixture `bodies`, declared `-> BodyStore` and empty at first."""

    async def test_a_body_comes_back_whole(self, bodies: BodyStore) -> None:
        await bodies.keep([a_call_body()])
        assert await bodies.get("e-000001", scope=MINA) == a_call_body()

    async def test_every_word_survives(self, bodies: BodyStore) -> None:
        said = 'NUL \0, “따옴표” \\ "quoted"\r\n\t 🎌 e\u0301 ﷽'
        messages = (Message(role=MessageRole.SYSTEM, text=""), Message(role=MessageRole.ASSISTANT, text=said))
        for entry_id, answer in (("e-1", said), ("e-2", ""), ("e-3", None)):
            body = a_call_body(entry_id=entry_id, messages=messages, answer=answer)
            await bodies.keep([body])
            assert await bodies.get(entry_id, scope=None) == body

    async def test_a_moment_in_another_zone_stays_the_same_moment(self, bodies: BodyStore) -> None:
        seoul = MOMENT.astimezone(timezone(timedelta(hours=9))) + timedelta(microseconds=7)
        await bodies.keep([a_call_body(at=seoul)])
        assert (await bodies.get("e-000001", scope=MINA)).at == seoul

    async def test_nothing_to_keep_is_nothing(self, bodies: BodyStore) -> None:
        await bodies.keep([])
        with pytest.raises(NotFound):
            await bodies.get("e-000001", scope=None)

    async def test_of_a_row_that_has_a_body_that_one_stays(self, bodies: BodyStore) -> None:
        await bodies.keep([a_call_body(answer="첫째")])
        await bodies.keep([a_call_body(answer="둘째"), a_call_body(entry_id="e-2", answer="셋째")])
        assert (await bodies.get("e-000001", scope=MINA)).answer == "첫째"
        assert (await bodies.get("e-2", scope=MINA)).answer == "셋째"

    @pytest.mark.parametrize("entry_id", ["e-404", "", "e\0", "\ud800"])
    async def test_a_row_without_a_body_is_not_found(self, bodies: BodyStore, entry_id: str) -> None:
        await bodies.keep([a_call_body()])
        with pytest.raises(NotFound):
            await bodies.get(entry_id, scope=None)

    async def test_what_belongs_to_somebody_else_is_not_found_but_for_whoever_sees_all(self, bodies: BodyStore) -> None:
        await bodies.keep([a_call_body()])
        with pytest.raises(NotFound):
            await bodies.get("e-000001", scope=JUN)
        assert (await bodies.get("e-000001", scope=None)).user_id == "mina@quant.kr"

    async def test_the_oldest_end_first_and_no_more_than_so_many(self, bodies: BodyStore) -> None:
        ages = {"e-1": 30.0, "e-2": 10.0, "e-3": 20.0, "e-4": 40.0}
        await bodies.keep([a_call_body(entry_id=entry_id, at=later(seconds)) for entry_id, seconds in ages.items()])
        assert await bodies.prune(before=later(40), limit=2) == 2
        assert await self.left(bodies, *ages) == ["e-1", "e-4"]
        assert await bodies.prune(before=later(40), limit=2) == 1
        assert await bodies.prune(before=later(40), limit=2) == 0
        assert await self.left(bodies, *ages) == ["e-4"]

    async def left(self, bodies: BodyStore, *entry_ids: str) -> list[str]:
        found = []
        for entry_id in entry_ids:
            try:
                found.append((await bodies.get(entry_id, scope=None)).entry_id)
            except NotFound:
                continue
        return found
