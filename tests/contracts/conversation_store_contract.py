"""What every store of conversations promises."""

import asyncio
from datetime import timedelta, timezone
from typing import Protocol

import pytest

from application.ports.conversation_store import ConversationStore, TurnLog
from domain.conversation_errors import TurnConflict
from domain.errors import NotFound
from domain.language import Language
from tests.builders import MOMENT, a_conversation, a_scope, a_turn, later

MINA, JUN = a_scope("mina@quant.kr"), a_scope("준/서울")
KNOWN, UNKNOWN = "cv-000001", "cv-404"


class Store(ConversationStore, TurnLog, Protocol):
    """Both powers in one adapter."""


async def open_(store: Store, *ids: str) -> None:
    for conversation_id in ids:
        await store.open(a_conversation(conversation_id=conversation_id))


async def say(store: Store, number: int, conversation_id: str = KNOWN) -> None:
    turn = a_turn(number=number, question=f"질문 {number}", at=later(number))
    await store.append_turn(turn, conversation_id=conversation_id, scope=MINA)


async def numbers(store: Store, conversation_id: str = KNOWN) -> list[int]:
    return [turn.number for turn in (await store.get(conversation_id, scope=MINA)).turns]


class ConversationStoreContract:
    """A subclass gives the fixture `store`, declared `-> Store` and empty at first."""

    async def test_a_conversation_comes_back_as_it_was_opened(self, store: Store) -> None:
        await store.open(a_conversation())
        assert await store.get(KNOWN, scope=MINA) == a_conversation()

    async def test_what_is_not_stated_stays_so(self, store: Store) -> None:
        bare = a_conversation(title=None, language=None)
        await store.open(bare)
        assert await store.get(KNOWN, scope=MINA) == bare

    async def test_a_turn_comes_back_whole(self, store: Store) -> None:
        await store.open(a_conversation())
        turn = a_turn(answer='"인용" \\ 그리고\n줄\t🙂', contexts=(), language=Language.ENGLISH)
        await store.append_turn(turn, conversation_id=KNOWN, scope=MINA)
        assert await store.get(KNOWN, scope=MINA) == a_conversation().said(turn, at=turn.at)

    async def test_turns_come_back_in_their_order(self, store: Store) -> None:
        await open_(store, KNOWN)
        for number in range(1, 13):
            await say(store, number)
        assert await numbers(store) == list(range(1, 13))
        (head,) = (await store.page(scope=MINA, limit=10)).items
        assert (head.turn_count, head.updated_at) == (12, later(12))

    @pytest.mark.parametrize("number", [1, 3, 9])
    async def test_a_turn_that_is_not_the_next_is_refused_and_changes_nothing(self, store: Store, number: int) -> None:
        await open_(store, KNOWN)
        await say(store, 1)
        before = await store.get(KNOWN, scope=MINA)
        with pytest.raises(TurnConflict) as conflict:
            await say(store, number)
        assert conflict.value.facts == {"session_id": KNOWN, "turn": number}
        assert await store.get(KNOWN, scope=MINA) == before

    async def test_of_turns_that_are_appended_at_once_one_is_kept(self, store: Store) -> None:
        await open_(store, KNOWN)
        outcomes = await asyncio.gather(*(say(store, 1) for _ in range(8)), return_exceptions=True)
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", *["TurnConflict"] * 7]
        assert await numbers(store) == [1]

    async def test_conversations_at_once_do_not_mix(self, store: Store) -> None:
        ids = [f"cv-{i:02}" for i in range(10)]
        await open_(store, *ids)

        async def talk(conversation_id: str) -> None:
            for number in range(1, 6):
                await say(store, number, conversation_id)

        await asyncio.gather(*map(talk, ids))
        for conversation_id in ids:
            assert await numbers(store, conversation_id) == [1, 2, 3, 4, 5]

    async def test_what_is_not_there_is_not_found(self, store: Store) -> None:
        for missing in (UNKNOWN, "a\0b", "half \ud800", ""):
            with pytest.raises(NotFound):
                await store.get(missing, scope=MINA)
            with pytest.raises(NotFound):
                await store.delete(missing, scope=MINA)
            with pytest.raises(NotFound):
                await store.append_turn(a_turn(), conversation_id=missing, scope=MINA)

    async def test_what_belongs_to_somebody_else_is_not_found(self, store: Store) -> None:
        await open_(store, KNOWN)
        with pytest.raises(NotFound):
            await store.get(KNOWN, scope=JUN)
        with pytest.raises(NotFound):
            await store.delete(KNOWN, scope=JUN)
        with pytest.raises(NotFound):
            await store.append_turn(a_turn(), conversation_id=KNOWN, scope=JUN)
        assert (await store.page(scope=JUN, limit=10)).items == ()
        assert await numbers(store) == []

    async def test_two_users_may_hold_the_same_id(self, store: Store) -> None:
        await open_(store, KNOWN)
        await store.open(a_conversation(scope=JUN, title="준의 대화"))
        await say(store, 1)
        assert (await store.get(KNOWN, scope=JUN)).turns == ()
        await store.delete(KNOWN, scope=JUN)
        assert await numbers(store) == [1]

    async def test_a_deleted_conversation_is_gone_with_its_turns(self, store: Store) -> None:
        await open_(store, KNOWN)
        await say(store, 1)
        await store.delete(KNOWN, scope=MINA)
        with pytest.raises(NotFound):
            await store.get(KNOWN, scope=MINA)
        with pytest.raises(NotFound):
            await say(store, 2)
        await open_(store, KNOWN)
        assert await numbers(store) == []

    async def test_a_moment_in_another_zone_stays_the_same_moment(self, store: Store) -> None:
        seoul = MOMENT.astimezone(timezone(timedelta(hours=9))) + timedelta(microseconds=7)
        await store.open(a_conversation(opened_at=seoul, updated_at=seoul))
        assert (await store.get(KNOWN, scope=MINA)).opened_at == seoul

    @pytest.mark.parametrize("limit", [1, 2, 4, 5, 6])
    async def test_pages_join_to_the_whole_list_latest_first(self, store: Store, limit: int) -> None:
        await open_(store, *(f"cv-{n}" for n in (3, 0, 4, 1, 2)))
        await store.open(a_conversation(conversation_id="cv-x", scope=JUN))
        page = await store.page(scope=MINA, limit=limit)
        read = list(page.items)
        while page.next_after is not None:
            page = await store.page(scope=MINA, limit=limit, after=page.next_after)
            assert page.items
            read += page.items
            assert len(read) <= 7, "a page repeats"
        assert [head.conversation_id for head in read] == ["cv-4", "cv-3", "cv-2", "cv-1", "cv-0"]
