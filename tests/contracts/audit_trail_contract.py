"""What every audit trail promises."""

from datetime import timedelta, timezone

import pytest

from application.ports.audit_trail import AuditTrail
from domain.audit import AuditAction
from tests.builders import MOMENT, an_audit_entry, later


async def ids(trail: AuditTrail, *, limit: int, after: str | None = None) -> tuple[list[str], str | None]:
    page = await trail.page(limit=limit, after=after)
    return [entry.entry_id for entry in page.items], page.next_after


class AuditTrailContract:
    """A subclass gives the fixture `trail`, declared `-> AuditTrail` and empty at first."""

    async def test_an_empty_trail_has_no_rows(self, trail: AuditTrail) -> None:
        assert await ids(trail, limit=10) == ([], None)

    @pytest.mark.parametrize("action", AuditAction)
    async def test_a_row_comes_back_whole(self, trail: AuditTrail, action: AuditAction) -> None:
        entry = an_audit_entry(
            action=action,
            user_id="운영자@quant.kr",
            subject="규칙 '하루 10달러'\0",
            key_id=None,
            facts={"limit": "10", "models": ("gpt-4o", "모델"), "name": None, "none": ()},
        )
        await trail.add(entry)
        assert (await trail.page(limit=1)).items == (entry,)

    async def test_the_newest_row_comes_first_and_pages_go_on_where_they_ended(self, trail: AuditTrail) -> None:
        for number in (2, 5, 1, 4, 3):
            await trail.add(an_audit_entry(entry_id=f"act-{number}", at=later(-number)))
        assert await ids(trail, limit=2) == (["act-5", "act-4"], "act-4")
        assert await ids(trail, limit=2, after="act-4") == (["act-3", "act-2"], "act-2")
        assert await ids(trail, limit=2, after="act-2") == (["act-1"], None)
        assert await ids(trail, limit=2, after="act-1") == ([], None)
        assert await ids(trail, limit=5) == ([f"act-{number}" for number in (5, 4, 3, 2, 1)], None)

    async def test_a_moment_in_another_zone_is_the_same_moment(self, trail: AuditTrail) -> None:
        await trail.add(an_audit_entry(at=MOMENT.astimezone(timezone(timedelta(hours=9)))))
        [entry] = (await trail.page(limit=1)).items
        assert entry.at == MOMENT
