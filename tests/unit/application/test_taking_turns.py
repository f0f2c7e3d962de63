import asyncio

import pytest

from application.taking_turns import TurnTaking
from domain.conversation_errors import ConversationBusy


async def test_one_is_inside_at_a_time_in_the_order_in_which_they_came() -> None:
    taking, order = TurnTaking(), list[str]()

    async def talk(name: str) -> None:
        async with taking.turn("mina", "cv-1"):
            order.append(f"{name} in")
            await asyncio.sleep(0)
            order.append(f"{name} out")

    await asyncio.gather(*map(talk, "abc"))
    assert order == ["a in", "a out", "b in", "b out", "c in", "c out"]


async def test_other_conversations_and_other_users_do_not_wait() -> None:
    taking = TurnTaking(wait_seconds=0)
    async with taking.turn("mina", "cv-1"), taking.turn("mina", "cv-2"), taking.turn("jun", "cv-1"):
        pass


async def test_who_waits_too_long_is_told_so_and_the_next_one_gets_in() -> None:
    taking = TurnTaking(wait_seconds=0.01)
    async with taking.turn("mina", "cv-1"):
        with pytest.raises(ConversationBusy, match="did not end"):
            async with taking.turn("mina", "cv-1"):
                pass
    async with taking.turn("mina", "cv-1"):
        pass


async def test_a_queue_that_is_full_takes_nobody() -> None:
    taking = TurnTaking(most_waiting=0)
    async with taking.turn("mina", "cv-1"):
        with pytest.raises(ConversationBusy, match="wait for their turn already"):
            async with taking.turn("mina", "cv-1"):
                pass


async def test_who_is_cancelled_while_waiting_leaves_the_queue_as_it_was() -> None:
    taking = TurnTaking(most_waiting=1)

    async def talk() -> None:
        async with taking.turn("mina", "cv-1"):
            pass

    async with taking.turn("mina", "cv-1"):
        waiting = asyncio.create_task(talk())
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        another = asyncio.create_task(talk())
        await asyncio.sleep(0)
    await another
