"""Acts and rules that name a user, put under a pseudonym."""

from dataclasses import replace

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.database import Database
from adapters.sql.documents import AUDIT_ENTRY, BUDGET_RULE
from adapters.sql.revisions import bump
from adapters.sql.rule_tables import budget_rules
from adapters.sql.statements import cleaned
from adapters.sql.tables import audit_entries
from domain.erasure import ErasureOrder, nameless, without
from domain.revision import Watched

AT_ONCE = 500


async def nameless_rules(connection: AsyncConnection, order: ErasureOrder) -> int:
    """Rules for the user are gone, those named after them have another name; how many are gone."""
    user_id, removed, renamed = order.scope.user_id, 0, 0
    for row in (await connection.execute(select(budget_rules))).all():
        rule, one = BUDGET_RULE.read(row.document), budget_rules.c.name == row.name
        name = without(rule.name, user_id, order.pseudonym)
        if rule.user_id == user_id:
            await connection.execute(delete(budget_rules).where(one))
            removed += 1
        elif name != rule.name:
            document = BUDGET_RULE.write(replace(rule, name=name))
            await connection.execute(update(budget_rules).where(one).values(name=name, document=document))
            renamed += 1
    if removed or renamed:
        await bump(connection, Watched.GOVERNANCE)
    return removed


async def nameless_acts(database: Database, order: ErasureOrder) -> int:
    """No act names the user; how many did. A page a transaction: the trail is long, and others write to it."""
    last, changed = "", 0
    while True:
        async with database.write() as connection:
            page = select(audit_entries.c.entry_id, audit_entries.c.document).order_by(audit_entries.c.entry_id)
            rows = (await connection.execute(page.where(audit_entries.c.entry_id > last).limit(AT_ONCE))).all()
            for row in rows:
                changed += await _nameless(connection, row.entry_id, row.document, order)
        if len(rows) < AT_ONCE:
            return changed
        last = rows[-1].entry_id


async def _nameless(connection: AsyncConnection, entry_id: str, document: str, order: ErasureOrder) -> int:
    entry = AUDIT_ENTRY.read(document)
    changed = nameless(entry, order)
    if changed == entry:
        return 0
    row = {
        "user_id": changed.user_id,
        "subject": cleaned(changed.subject),
        "document": AUDIT_ENTRY.write(changed),
    }
    await connection.execute(update(audit_entries).where(audit_entries.c.entry_id == entry_id).values(row))
    return 1
