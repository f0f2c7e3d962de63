"""The rules in force: what is written down, and over it what was set while the service ran."""

import asyncio
from dataclasses import dataclass, field

from application.ports.governance import GovernanceHolder
from application.ports.price_book import PriceBook
from application.ports.rule_book import RuleBook
from domain.governance import Governance
from domain.overlay import overlaid


@dataclass(slots=True, kw_only=True)
class Ruling:
    """Puts rules in force, all at once. Whoever does holds `turn`: what was read first must not rule last."""

    held: GovernanceHolder
    book: RuleBook
    prices: PriceBook
    written: Governance
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def current(self) -> Governance:
        """The rules in force now."""
        return self.held.current()

    async def over(self, written: Governance) -> Governance:
        """These rules with what was set at run time laid over them, their prices kept: rows name what they cost.

        Raises: StoreUnavailable.
        """
        rules = overlaid(written, await self.book.read())
        await self.prices.keep(rules.price_facts())
        return rules

    def enforce(self, rules: Governance, *, written: Governance) -> None:
        """Those rules are in force from now on."""
        self.written = written
        self.held.replace(rules)

    async def renew(self) -> Governance:
        """What was set at run time is in force, wherever it was set. Raises: StoreUnavailable."""
        rules = await self.over(self.written)
        self.enforce(rules, written=self.written)
        return rules
