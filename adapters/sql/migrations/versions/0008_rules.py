"""Budgets and prices that were set while the service ran."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "budget_rules",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_budget_rules"),
    )
    op.create_table(
        "applied_prices",
        sa.Column("entry_id", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("model_id", TEXT, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "position", name="pk_applied_prices"),
    )
    op.create_table(
        "price_reviews",
        sa.Column("model_id", TEXT, nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("model_id", name="pk_price_reviews"),
    )


def downgrade() -> None:
    op.drop_table("price_reviews")
    op.drop_table("applied_prices")
    op.drop_table("budget_rules")
