"""What runs recorded before use and are, by our names and by the words of their names, so that conditions find them.

The rules are those of the domain when this runs, as they are for a run that is recorded then; a later change of them
brings a migration that does the same again.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from adapters.sql.backtest_rows import rows_of
from adapters.sql.documents import BACKTEST
from domain.identity import UserScope

revision = "0015"
down_revision = "0013"
branch_labels = None
depends_on = None

BATCH = 500
backtests = sa.table(
    "backtests", sa.column("card_id"), sa.column("user_id"), sa.column("sequence"), sa.column("strategy_type")
)
documents = sa.table("backtest_documents", sa.column("card_id"), sa.column("document"))
terms = sa.table("backtest_terms", sa.column("user_id"), sa.column("field"), sa.column("term"), sa.column("card_id"))


def upgrade() -> None:
    after = ""
    while rows := _batch(after):
        for row in rows:
            _derive(row)
        after = rows[-1].card_id


def downgrade() -> None:
    """More terms than before harm nothing: the version before compares with those that it knows."""


def _batch(after: str) -> "list[sa.Row[tuple[str, str, str]]]":
    stored = (
        sa.select(backtests.c.card_id, backtests.c.user_id, documents.c.document)
        .join(documents, documents.c.card_id == backtests.c.card_id)
        .where(backtests.c.card_id > after)
        .order_by(backtests.c.card_id)
        .limit(BATCH)
    )
    return list(op.get_bind().execute(stored))


def _derive(row: "sa.Row[tuple[str, str, str]]") -> None:
    run = BACKTEST.read(row.document)
    rows = rows_of(run, UserScope(user_id=row.user_id), sequence="", at=datetime.now(UTC))
    bind = op.get_bind()
    bind.execute(
        sa.update(backtests).where(backtests.c.card_id == row.card_id).values(strategy_type=rows.main["strategy_type"])
    )
    bind.execute(sa.delete(terms).where(terms.c.card_id == row.card_id, terms.c.field == "indicators"))
    used = [term for term in rows.terms if term["field"] == "indicators"]
    if used:
        bind.execute(sa.insert(terms), used)
