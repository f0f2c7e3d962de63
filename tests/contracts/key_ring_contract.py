"""What every key ring promises."""

from datetime import timedelta, timezone
from itertools import count

import pytest

from application.ports.audit_trail import AuditTrail
from application.ports.key_ring import KeyIndex, KeyRing
from application.ports.revisions import Revisions
from domain.audit import AuditEntry
from domain.errors import NotFound
from domain.identity import Role
from domain.revision import Watched
from tests.builders import MOMENT, an_api_key, an_audit_entry, later

_numbers = count(1)


def an_act() -> AuditEntry:
    return an_audit_entry(entry_id=f"act-{next(_numbers):06}")


async def acts(trail: AuditTrail) -> list[str]:
    """The ids of the rows, oldest first."""
    return [entry.entry_id for entry in reversed((await trail.page(limit=100)).items)]


class KeyRingContract:
    """A subclass gives `ring`, declared `-> KeyRing`, `index`, `trail` and `revisions`, over one empty state."""

    async def test_a_key_comes_back_whole(self, ring: KeyRing) -> None:
        key = an_api_key(
            user_id="연구원/김@quant.kr",
            roles=frozenset({Role.SERVICE, Role.ADMIN}),
            services=frozenset({"chatops", "gateway"}),
            models=frozenset({"gpt-4o-mini"}),
            expires_at=later(3_600),
        )
        await ring.add(key, act=an_act())
        assert await ring.find(key.digest) == key

    async def test_what_narrows_nothing_and_what_allows_nothing_stay_apart(self, ring: KeyRing) -> None:
        open_key = an_api_key(key_id="key-1", services=None, models=None, name=None)
        shut_key = an_api_key(key_id="key-2", services=frozenset(), models=frozenset())
        for key in (open_key, shut_key):
            await ring.add(key, act=an_act())
            assert await ring.find(key.digest) == key

    async def test_an_unknown_digest_finds_nothing(self, ring: KeyRing) -> None:
        await ring.add(an_api_key(), act=an_act())
        for digest in ("0" * 64, an_api_key().digest.upper(), an_api_key().digest[:-1], ""):
            assert await ring.find(digest) is None

    async def test_the_oldest_key_comes_first(self, ring: KeyRing) -> None:
        keys = [an_api_key(key_id=f"key-{n}", created_at=later(-n)) for n in range(3)]
        for key in keys:
            await ring.add(key, act=an_act())
        assert await ring.all() == keys[::-1]

    async def test_an_empty_ring_has_no_keys(self, ring: KeyRing) -> None:
        assert await ring.all() == []

    async def test_a_revoked_key_is_still_found_and_listed(self, ring: KeyRing) -> None:
        key = an_api_key()
        await ring.add(key, act=an_act())
        revoked = await ring.revoke(key.key_id, at=later(60), act=an_act())
        assert revoked == key.revoked(at=later(60))
        assert await ring.find(key.digest) == revoked
        assert await ring.all() == [revoked]

    @pytest.mark.parametrize(("first", "second"), [(60, 120), (120, 60)])
    async def test_the_earlier_end_of_a_key_stays(self, ring: KeyRing, first: int, second: int) -> None:
        key = an_api_key()
        await ring.add(key, act=an_act())
        await ring.revoke(key.key_id, at=later(first), act=an_act())
        await ring.revoke(key.key_id, at=later(second), act=an_act())
        assert await ring.find(key.digest) == key.revoked(at=later(60))

    async def test_revoking_one_key_leaves_the_others(self, ring: KeyRing) -> None:
        one, other = an_api_key(key_id="key-1"), an_api_key(key_id="key-2")
        await ring.add(one, act=an_act())
        await ring.add(other, act=an_act())
        await ring.revoke("key-1", at=later(60), act=an_act())
        assert await ring.find(other.digest) == other

    async def test_an_unknown_key_cannot_be_revoked(self, ring: KeyRing) -> None:
        with pytest.raises(NotFound):
            await ring.revoke("key-404", at=MOMENT, act=an_act())

    async def test_moments_in_another_zone_stay_the_same_moments(self, ring: KeyRing) -> None:
        seoul = MOMENT.astimezone(timezone(timedelta(hours=9)))
        await ring.add(an_api_key(created_at=seoul, expires_at=seoul + timedelta(microseconds=1)), act=an_act())
        [key] = await ring.all()
        assert (key.created_at, key.expires_at) == (MOMENT, MOMENT + timedelta(microseconds=1))

    async def test_every_change_leaves_the_row_that_came_with_it(self, ring: KeyRing, trail: AuditTrail) -> None:
        added, revoked = an_act(), an_act()
        await ring.add(an_api_key(), act=added)
        await ring.revoke("key-1", at=later(60), act=revoked)
        assert (await trail.page(limit=10)).items == (revoked, added)

    async def test_what_changes_nothing_leaves_no_row(self, ring: KeyRing, trail: AuditTrail) -> None:
        added = an_act()
        await ring.add(an_api_key(), act=added)
        await ring.add(an_api_key(key_id="key-2", digest=an_api_key().digest), act=an_act())
        with pytest.raises(NotFound):
            await ring.revoke("key-404", at=MOMENT, act=an_act())
        assert await acts(trail) == [added.entry_id]
        assert await ring.all() == [an_api_key()]

    async def test_a_replacement_is_one_change(self, ring: KeyRing, trail: AuditTrail, revisions: Revisions) -> None:
        old, new = an_api_key(key_id="key-1"), an_api_key(key_id="key-2", user_id="김민지")
        await ring.add(old, act=an_act())
        made, ended = an_act(), an_act()
        await ring.replace("key-1", by=new, at=later(60), acts=(made, ended))
        assert await ring.find(old.digest) == old.revoked(at=later(60))
        assert await ring.find(new.digest) == new
        assert (await acts(trail))[-2:] == [made.entry_id, ended.entry_id]
        assert (await revisions.current())[Watched.KEYS] == 2

    async def test_the_earlier_end_of_a_replaced_key_stays(self, ring: KeyRing) -> None:
        old = an_api_key(key_id="key-1")
        await ring.add(old, act=an_act())
        await ring.revoke("key-1", at=later(30), act=an_act())
        await ring.replace("key-1", by=an_api_key(key_id="key-2"), at=later(60), acts=())
        assert await ring.find(old.digest) == old.revoked(at=later(30))

    async def test_what_is_not_there_cannot_be_replaced_and_nothing_is_left(
        self, ring: KeyRing, trail: AuditTrail, revisions: Revisions
    ) -> None:
        with pytest.raises(NotFound):
            await ring.replace("key-404", by=an_api_key(key_id="key-2"), at=MOMENT, acts=(an_act(),))
        assert await ring.all() == []
        assert await acts(trail) == []
        assert (await revisions.current())[Watched.KEYS] == 0

    async def test_the_index_has_the_digest_of_every_key(self, ring: KeyRing, index: KeyIndex) -> None:
        assert await index.digests() == []
        keys = [an_api_key(key_id=f"key-{n}") for n in range(3)]
        for key in keys:
            await ring.add(key, act=an_act())
        await ring.revoke("key-1", at=MOMENT, act=an_act())
        assert sorted(await index.digests()) == sorted(key.digest for key in keys)

    async def test_every_change_is_counted_and_nothing_else(self, ring: KeyRing, revisions: Revisions) -> None:
        seen = [(await revisions.current())[Watched.KEYS]]
        await ring.add(an_api_key(), act=an_act())
        seen.append((await revisions.current())[Watched.KEYS])
        await ring.revoke("key-1", at=later(60), act=an_act())
        seen.append((await revisions.current())[Watched.KEYS])
        await ring.add(an_api_key(key_id="key-2", digest=an_api_key().digest), act=an_act())
        with pytest.raises(NotFound):
            await ring.revoke("key-404", at=MOMENT, act=an_act())
        assert seen == [0, 1, 2]
        assert await revisions.current() == {**dict.fromkeys(Watched, 0), Watched.KEYS: 2}
