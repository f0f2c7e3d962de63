from collections.abc import Mapping

import pytest

from adapters.memory.clock import SettableClock
from adapters.memory.revisions import InMemoryRevisions
from application.watching import FRESH_SECONDS, Subscriber, Watch
from domain.errors import StoreUnavailable
from domain.revision import Watched
from tests.builders import MOMENT


class Heard:
    """What the subscribers of a watch were told, and which of them fail."""

    def __init__(self, watch: Watch) -> None:
        self.told: list[Watched] = []
        self.failing: set[Watched] = set()
        for watched in Watched:
            watch.subscribe(watched, self._subscriber(watched))

    def _subscriber(self, watched: Watched) -> Subscriber:
        async def hear() -> None:
            self.told.append(watched)
            if watched in self.failing:
                raise StoreUnavailable("database", "it does not answer")

        return hear


def a_watch() -> tuple[Watch, InMemoryRevisions, SettableClock]:
    revisions, clock = InMemoryRevisions(), SettableClock(MOMENT)
    return Watch(revisions=revisions, clock=clock), revisions, clock


async def test_the_first_look_tells_everybody_and_later_ones_only_whom_it_concerns() -> None:
    watch, revisions, _ = a_watch()
    heard = Heard(watch)
    await watch.look()
    assert heard.told == list(Watched)
    heard.told.clear()
    await watch.look()
    assert heard.told == []
    revisions.bump(Watched.GOVERNANCE)
    await watch.look()
    assert heard.told == [Watched.GOVERNANCE]


async def test_who_failed_is_told_again_and_holds_up_nobody_else() -> None:
    watch, revisions, _ = a_watch()
    heard = Heard(watch)
    await watch.look()
    heard.told.clear()
    heard.failing = {Watched.KEYS}
    for watched in Watched:
        revisions.bump(watched)
    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            await watch.look()
    heard.failing = set()
    await watch.look()
    assert heard.told == [*Watched, Watched.KEYS, Watched.KEYS]


async def test_a_watch_is_fresh_for_two_seconds_after_it_looked_and_not_before() -> None:
    watch, _, clock = a_watch()
    assert not watch.is_fresh(Watched.KEYS)
    await watch.look()
    clock.advance(FRESH_SECONDS)
    assert watch.is_fresh(Watched.KEYS)
    clock.advance(0.001)
    assert not watch.is_fresh(Watched.KEYS)


async def test_what_was_not_taken_in_is_not_fresh() -> None:
    watch, revisions, clock = a_watch()
    heard = Heard(watch)
    await watch.look()
    heard.failing = {Watched.KEYS}
    revisions.bump(Watched.KEYS)
    clock.advance(FRESH_SECONDS + 1)
    with pytest.raises(StoreUnavailable):
        await watch.look()
    assert not watch.is_fresh(Watched.KEYS)
    assert watch.is_fresh(Watched.GOVERNANCE)


async def test_a_slow_answer_is_as_old_as_its_question() -> None:
    clock = SettableClock(MOMENT)

    class Slow(InMemoryRevisions):
        async def current(self) -> Mapping[Watched, int]:
            numbers = await super().current()
            clock.advance(FRESH_SECONDS + 1)
            return numbers

    slow = Watch(revisions=Slow(), clock=clock)
    await slow.look()
    assert not slow.is_fresh(Watched.KEYS)
