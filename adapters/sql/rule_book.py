"""Rules that were set at run time, in SQL."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import delete, insert, select

from adapters.sql.audit_trail import note
from adapters.sql.database import Database
from adapters.sql.documents import APPLIED_PRICE, BUDGET_RULE
from adapters.sql.revisions import bump
from adapters.sql.rule_tables import applied_prices, budget_rules, price_reviews
from adapters.sql.statements import cleaned, upsert
from domain.audit import AuditEntry
from domain.budget import BudgetRule
from domain.errors import NotFound
from domain.overlay import AppliedPrice, Overlay
from domain.revision import Watched

_BUDGETS = select(budget_rules.c.document).order_by(budget_rules.c.name)
_PRICES = select(applied_prices.c.document).order_by(applied_prices.c.entry_id, applied_prices.c.position)


class SqlRuleBook:
    """Rules and prices as whole documents; each change, its audit row and its revision are one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self) -> Overlay:
        """Everything, as it is now."""
        async with self._database.read() as connection:
            budgets = (await connection.execute(_BUDGETS)).scalars().all()
            prices = (await connection.execute(_PRICES)).scalars().all()
            reviews = (await connection.execute(select(price_reviews))).all()
        return Overlay(
            budgets=tuple(map(BUDGET_RULE.read, budgets)),
            prices=tuple(map(APPLIED_PRICE.read, prices)),
            reviewed={row.model_id: row.reviewed_on for row in reviews},
        )

    async def set_budget(self, rule: BudgetRule, *, act: AuditEntry) -> None:
        """The rule stands, in place of one of its name."""
        document = {"document": BUDGET_RULE.write(rule)}
        async with self._database.write() as connection:
            adding = upsert(connection, budget_rules).values(name=rule.name, **document)
            await connection.execute(adding.on_conflict_do_update(index_elements=["name"], set_=document))
            await note(connection, act)
            await bump(connection, Watched.GOVERNANCE)

    async def remove_budget(self, name: str, *, act: AuditEntry) -> None:
        """No rule of that name stands. Raises: NotFound."""
        removing = delete(budget_rules).where(budget_rules.c.name == cleaned(name)).returning(budget_rules.c.name)
        async with self._database.write() as connection:
            if (await connection.execute(removing)).first() is None:
                raise NotFound("budget", name)
            await note(connection, act)
            await bump(connection, Watched.GOVERNANCE)

    async def take_prices(
        self, prices: Sequence[AppliedPrice], *, reviewed: Mapping[str, date], act: AuditEntry
    ) -> None:
        """The prices follow those before, and the days replace those of their models."""
        async with self._database.write() as connection:
            for position, applied in enumerate(prices):
                row = {"position": position, "model_id": applied.model_id, "document": APPLIED_PRICE.write(applied)}
                await connection.execute(insert(applied_prices).values(entry_id=act.entry_id, **row))
            for model_id, day in reviewed.items():
                adding = upsert(connection, price_reviews).values(model_id=model_id, reviewed_on=day)
                replacing = adding.on_conflict_do_update(index_elements=["model_id"], set_={"reviewed_on": day})
                await connection.execute(replacing)
            await note(connection, act)
            await bump(connection, Watched.GOVERNANCE)
