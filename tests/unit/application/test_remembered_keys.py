import asyncio
from dataclasses import dataclass, field

import pytest

from adapters.memory.clock import SettableClock
from adapters.memory.governance import HeldGovernance
from adapters.memory.ids import CountingIds
from adapters.memory.revisions import InMemoryRevisions
from adapters.system.ids import TimeOrderedIds
from application.recent import Recent
from application.remembered_keys import LOOKED_FOR_A_SECOND, MOST_LOOKED_FOR, RememberedKeys
from application.use_cases.authenticate import Authenticate
from application.use_cases.issue_key import IssueKey, KeyOrder
from application.use_cases.revoke_key import RevokeKey
from application.use_cases.rotate_key import RotateKey
from application.watching import FRESH_SECONDS, Watch
from domain.errors import ModelNotAllowed, ServiceNotAllowed, StoreUnavailable, Unauthenticated
from domain.identity import KEY_PREFIX, ApiKey, Principal, Role, key_digest
from tests.builders import MOMENT, a_caller, an_api_key, an_audit_entry, later
from tests.doubles.keys import CountedKeys
from tests.unit.application.services import some_governance

SECRET = "qt_minas_own_key"
KEY = an_api_key(digest=key_digest(SECRET), user_id="김민지")


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """What one process remembers of a store that others use too."""

    store: CountedKeys
    revisions: InMemoryRevisions
    clock: SettableClock = field(default_factory=lambda: SettableClock(MOMENT))
    watch: Watch
    keys: RememberedKeys

    async def lets_in(self, secret: str) -> Principal:
        return await Authenticate(keys=self.keys, clock=self.clock)(secret)

    async def reason_against(self, secret: str) -> object:
        with pytest.raises(Unauthenticated) as refused:
            await self.lets_in(secret)
        return refused.value.facts["reason"]


async def a_process(*keys: ApiKey, most: int = 100) -> Process:
    """One that has looked once, over a store with these keys."""
    revisions, clock = InMemoryRevisions(), SettableClock(MOMENT)
    store, watch = CountedKeys(revisions), Watch(revisions=revisions, clock=clock)
    for key in keys:
        await store.add(key, act=an_audit_entry())
    remembered = RememberedKeys(store=store, watch=watch, recent=Recent(most=most))
    await watch.look()
    return Process(store=store, revisions=revisions, clock=clock, watch=watch, keys=remembered)


async def test_a_warm_check_asks_the_store_nothing() -> None:
    process = await a_process(KEY)
    first = await process.lets_in(SECRET)
    for _ in range(100):
        assert await process.lets_in(SECRET) == first
    assert process.store.asked == [KEY.digest]


async def test_unknown_keys_ask_the_store_a_few_times_however_many_they_are() -> None:
    process, ids = await a_process(KEY), TimeOrderedIds()
    for secret in [KEY_PREFIX + ids.secret() for _ in range(200)] * 2:
        assert await process.reason_against(secret) == "unknown"
    assert len(process.store.asked) == MOST_LOOKED_FOR
    process.clock.advance(0.5)
    for secret in [KEY_PREFIX + ids.secret() for _ in range(200)]:
        assert await process.reason_against(secret) == "unknown"
    assert len(process.store.asked) == MOST_LOOKED_FOR + LOOKED_FOR_A_SECOND / 2


async def test_the_same_unknown_key_is_looked_for_once() -> None:
    process = await a_process(KEY)
    for _ in range(50):
        assert await process.reason_against("qt_a_key_of_nobody") == "unknown"
    assert len(process.store.asked) == 1


async def test_a_good_key_is_let_in_however_many_unknown_ones_come() -> None:
    process, ids = await a_process(KEY), TimeOrderedIds()
    for _ in range(200):
        await process.reason_against(KEY_PREFIX + ids.secret())
    assert (await process.lets_in(SECRET)).user_id == "김민지"


@pytest.mark.parametrize(
    "secret", ["", "qt_", "열쇠가 아닌 열쇠입니다 정말로", "qt_minas own key", "\udc80" * 20, "x\0" * 20]
)
async def test_what_no_key_looks_like_is_not_looked_for_even_where_nothing_is_remembered(secret: str) -> None:
    process = await a_process(KEY)
    process.clock.advance(FRESH_SECONDS + 1)
    assert await process.reason_against(secret) == "unknown"
    assert process.store.asked == []


async def test_a_key_of_the_operators_own_making_is_let_in() -> None:
    process = await a_process(an_api_key(digest=key_digest("correct-horse.battery/staple"), user_id="admin"))
    assert (await process.lets_in("correct-horse.battery/staple")).user_id == "admin"


async def test_expiry_and_a_coming_end_are_seen_on_the_warm_path() -> None:
    process = await a_process(an_api_key(digest=KEY.digest, expires_at=later(1.5)))
    await process.lets_in(SECRET)
    process.clock.advance(1.5)
    assert await process.reason_against(SECRET) == "expired"
    assert len(process.store.asked) == 1


async def test_roles_services_and_models_hold_on_the_warm_path() -> None:
    narrow = an_api_key(digest=KEY.digest, services=frozenset({"chatops"}), models=frozenset({"gpt-4o-mini"}))
    process = await a_process(narrow)
    await process.lets_in(SECRET)
    warm = await process.lets_in(SECRET)
    assert warm.roles == {Role.USER}
    with pytest.raises(ServiceNotAllowed):
        warm.allow(service="gateway")
    with pytest.raises(ModelNotAllowed):
        warm.allow(service="chatops", model_id="gpt-4o")


async def test_a_key_revoked_here_is_refused_at_once() -> None:
    process = await a_process(KEY)
    await process.lets_in(SECRET)
    revoke = RevokeKey(keys=process.keys, clock=process.clock, ids=CountingIds())
    await revoke(KEY.key_id, caller=a_caller())
    assert await process.reason_against(SECRET) == "revoked"


async def test_a_key_revoked_elsewhere_is_refused_after_the_next_look() -> None:
    process = await a_process(KEY)
    await process.lets_in(SECRET)
    await process.store.revoke(KEY.key_id, at=MOMENT, act=an_audit_entry())
    await process.watch.look()
    assert await process.reason_against(SECRET) == "revoked"


async def test_a_key_revoked_elsewhere_is_refused_two_seconds_later_where_nobody_looks_any_more() -> None:
    process = await a_process(KEY)
    await process.lets_in(SECRET)
    await process.store.revoke(KEY.key_id, at=MOMENT, act=an_audit_entry())
    process.clock.advance(FRESH_SECONDS + 0.001)
    assert await process.reason_against(SECRET) == "revoked"


async def test_where_the_store_is_down_longer_than_that_nobody_is_let_in_on_an_old_copy() -> None:
    process = await a_process(KEY)
    await process.lets_in(SECRET)
    process.store.is_down = True
    process.clock.advance(FRESH_SECONDS)
    await process.lets_in(SECRET)
    process.clock.advance(0.001)
    for secret in (SECRET, "qt_a_key_of_nobody"):
        with pytest.raises(StoreUnavailable):
            await process.lets_in(secret)


async def test_a_key_made_here_or_elsewhere_is_let_in_at_once() -> None:
    process = await a_process()
    rules = HeldGovernance(some_governance())
    issue = IssueKey(keys=process.keys, governance=rules, clock=process.clock, ids=TimeOrderedIds())
    secret, _ = await issue(KeyOrder(user_id="준", roles=frozenset({Role.USER})), caller=a_caller())
    assert (await process.lets_in(secret)).user_id == "준"
    await process.store.add(KEY, act=an_audit_entry())
    assert (await process.lets_in(SECRET)).user_id == "김민지"


async def test_a_key_that_was_tried_before_it_was_made_elsewhere_is_let_in_after_the_next_look() -> None:
    process = await a_process()
    assert await process.reason_against(SECRET) == "unknown"
    await process.store.add(KEY, act=an_audit_entry())
    await process.watch.look()
    assert (await process.lets_in(SECRET)).user_id == "김민지"


async def test_the_successor_of_a_rotated_key_is_let_in_at_once() -> None:
    process = await a_process(KEY)
    await process.lets_in(SECRET)
    rotate = RotateKey(keys=process.keys, clock=process.clock, ids=TimeOrderedIds())
    secret, _ = await rotate(KEY.key_id, overlap_seconds=1, caller=a_caller())
    assert (await process.lets_in(SECRET)).key_id == KEY.key_id
    assert (await process.lets_in(secret)).user_id == "김민지"
    process.clock.advance(1)
    assert await process.reason_against(SECRET) == "revoked"
    assert (await process.lets_in(secret)).user_id == "김민지"


async def test_a_key_that_was_read_before_its_end_came_is_not_remembered_after_it() -> None:
    process, read, ended = await a_process(KEY), asyncio.Event(), asyncio.Event()

    class Slow(CountedKeys):
        async def find(self, digest: str) -> ApiKey | None:
            found = await super().find(digest)
            read.set()
            await ended.wait()
            return found

    slow = Slow(process.revisions)
    await slow.add(KEY, act=an_audit_entry())
    process.keys.store = slow
    checking = asyncio.ensure_future(process.lets_in(SECRET))
    await read.wait()
    await process.keys.revoke(KEY.key_id, at=MOMENT, act=an_audit_entry())
    ended.set()
    await checking
    assert await process.reason_against(SECRET) == "revoked"


async def test_no_more_keys_are_remembered_than_there_is_room_for() -> None:
    secrets = [f"qt_key_of_number_{n}" for n in range(3)]
    process = await a_process(*(an_api_key(key_id=f"key-{s}", digest=key_digest(s)) for s in secrets), most=2)
    for secret in (*secrets, secrets[2], secrets[0]):
        await process.lets_in(secret)
    assert process.store.asked == [key_digest(secret) for secret in (*secrets, secrets[0])]


async def test_many_who_come_at_once_with_one_key_ask_the_store_once() -> None:
    process = await a_process(KEY)
    let_in = await asyncio.gather(*(process.lets_in(SECRET) for _ in range(50)))
    assert {principal.user_id for principal in let_in} == {"김민지"}
    assert process.store.asked == [KEY.digest]


async def test_a_change_that_comes_before_a_look_begins_is_no_trouble() -> None:
    process = await a_process(KEY)
    looking = asyncio.ensure_future(process.lets_in(SECRET))
    await asyncio.sleep(0)
    await process.keys.refresh()
    assert (await looking).user_id == "김민지"
    assert process.keys.looking == {}
