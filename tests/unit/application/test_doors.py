import asyncio

import pytest

from application.doors import UserDoors
from domain.erasure import UserBeingErased
from tests.unit.application.waiting import until

MINJI, ALEX = "민지", "alex"


async def a_request(doors: UserDoors, user_id: str, heard: list[str]) -> None:
    task = asyncio.current_task()
    doors.enter(user_id, task)
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        await asyncio.sleep(0)
        heard.append(f"{user_id} was shown out")
        raise
    finally:
        doors.leave(user_id, task)


async def test_a_request_inside_is_shown_out_and_has_left_before_the_door_is_closed() -> None:
    doors, heard = UserDoors(), list[str]()
    request = asyncio.create_task(a_request(doors, MINJI, heard))
    other = asyncio.create_task(a_request(doors, ALEX, heard))
    await asyncio.sleep(0)
    async with doors.closed(MINJI):
        assert heard == [f"{MINJI} was shown out"]
        assert request.done()
        assert not other.done()
    other.cancel()
    await asyncio.wait({other})


async def test_nobody_is_let_in_until_it_opens_again() -> None:
    doors = UserDoors()
    async with doors.closed(MINJI):
        with pytest.raises(UserBeingErased):
            doors.enter(MINJI, object())
        with pytest.raises(UserBeingErased), doors.inside({ALEX, MINJI}):
            pass
        doors.enter(ALEX, object())
    doors.enter(MINJI, object())
    assert not doors.is_closed(MINJI)


async def test_background_work_is_waited_for() -> None:
    doors, done = UserDoors(), list[str]()

    async def erase() -> None:
        async with doors.closed(MINJI):
            done.append("erased")

    with doors.inside({MINJI}):
        erasing = asyncio.create_task(erase())
        for _ in range(5):
            await asyncio.sleep(0)
        assert done == []
        done.append("worked")
    await erasing
    assert done == ["worked", "erased"]


async def test_who_erases_themselves_stays() -> None:
    doors = UserDoors()
    doors.enter(MINJI, asyncio.current_task())
    async with doors.closed(MINJI):
        assert doors.is_closed(MINJI)
    assert not doors.is_closed(MINJI)


async def test_two_erasures_of_one_user_open_the_door_once_both_have_ended() -> None:
    doors = UserDoors()
    async with doors.closed(MINJI):
        async with doors.closed(MINJI):
            pass
        assert doors.is_closed(MINJI)
    assert not doors.is_closed(MINJI)


async def test_what_another_process_erases_is_shown_out_here() -> None:
    doors, heard = UserDoors(), list[str]()
    request = asyncio.create_task(a_request(doors, MINJI, heard))
    await asyncio.sleep(0)
    doors.close_elsewhere([MINJI])
    await until(request.done)
    assert heard
    assert doors.is_closed(MINJI)
    doors.close_elsewhere([])
    assert not doors.is_closed(MINJI)


async def test_what_this_process_erases_is_no_news_to_it() -> None:
    doors = UserDoors()
    doors.enter(MINJI, asyncio.current_task())
    async with doors.closed(MINJI):
        doors.close_elsewhere([MINJI])
        await asyncio.sleep(0)
    assert not doors.is_closed(MINJI)
