"""Take over rules that were set in another process."""

from collections.abc import Mapping
from dataclasses import dataclass

from application.ruling import Ruling
from domain.governance import Governance, changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """The rules in force now, and the names of what differs from those before, by kind."""

    rules: Governance
    changed: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowRules:
    """What was set at run time, here or elsewhere, is in force. Raises: StoreUnavailable, and nothing changes then."""

    ruling: Ruling

    async def __call__(self) -> Followed:
        async with self.ruling.turn:
            before = self.ruling.current()
            rules = await self.ruling.renew()
        return Followed(rules=rules, changed=changes(before, rules))
