import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest

from adapters.memory.clock import SettableClock
from adapters.memory.ids import CountingIds
from adapters.system.clock import SystemClock
from adapters.system.ids import TimeOrderedIds
from application.ports.system import Clock, Ids
from tests.builders import MOMENT

MOMENT_NS = 1_795_167_000_000_000_000


def fixed_ids() -> Ids:
    return TimeOrderedIds(now_ns=lambda: MOMENT_NS)


@pytest.mark.parametrize("ids", [TimeOrderedIds(), fixed_ids(), CountingIds()])
def test_every_id_is_greater_as_text_than_the_one_before(ids: Ids) -> None:
    made = [ids.new() for _ in range(20_000)]
    assert all(earlier < later for earlier, later in pairwise(made))


def test_ids_grow_while_the_clock_goes_back() -> None:
    readings = iter(range(MOMENT_NS, 0, -1_000_000_000))
    ids = TimeOrderedIds(now_ns=lambda: next(readings))
    made = [ids.new() for _ in range(1_000)]
    assert made == sorted(set(made))


def test_ids_grow_with_the_clock() -> None:
    assert fixed_ids().new() < TimeOrderedIds(now_ns=lambda: MOMENT_NS + 1_000_000).new()


def test_an_id_is_a_version_7_uuid_of_its_millisecond() -> None:
    made = uuid.UUID(fixed_ids().new())
    assert (made.version, made.variant, made.int >> 80) == (7, uuid.RFC_4122, MOMENT_NS // 1_000_000)


def test_processes_in_the_same_millisecond_make_other_ids() -> None:
    made = {TimeOrderedIds(now_ns=lambda: MOMENT_NS).new() for _ in range(1_000)}
    assert len(made) == 1_000


def test_threads_never_share_an_id() -> None:
    ids = fixed_ids()
    with ThreadPoolExecutor(max_workers=4) as threads:
        made = list(threads.map(lambda _: ids.new(), range(4_000)))
    assert len(set(made)) == 4_000


@pytest.mark.parametrize("ids", [TimeOrderedIds(), CountingIds()])
def test_no_two_secrets_are_the_same(ids: Ids) -> None:
    assert len({ids.secret() for _ in range(100)}) == 100


def test_a_secret_has_256_bits_as_url_safe_text() -> None:
    secret = TimeOrderedIds().secret()
    assert len(secret) == 43
    assert not set(secret) - set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


async def test_the_machines_clock_tells_utc_and_never_goes_back_in_what_elapsed() -> None:
    clock: Clock = SystemClock()
    before, elapsed = clock.now(), clock.elapsed()
    await clock.sleep(0)
    assert before.tzinfo is UTC
    assert clock.elapsed() >= elapsed


async def test_a_settable_clock_moves_by_what_it_sleeps_and_is_advanced() -> None:
    clock = SettableClock(MOMENT)
    clock.advance(1.5)
    await clock.sleep(60)
    assert (clock.now(), clock.elapsed()) == (MOMENT + timedelta(seconds=61.5), 61.5)


def test_a_settable_clock_stands_still_in_utc() -> None:
    clock = SettableClock(datetime(2026, 11, 20, 18, 30, tzinfo=timezone(timedelta(hours=9))))
    assert [clock.now(), clock.now()] == [MOMENT, MOMENT]
    assert clock.now().tzinfo is UTC
