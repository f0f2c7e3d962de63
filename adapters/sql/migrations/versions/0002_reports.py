"""What was written about backtests."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "reports",
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("report_id", TEXT, nullable=False),
        sa.Column("backtest_id", TEXT, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "report_id", name="pk_reports"),
    )


def downgrade() -> None:
    op.drop_table("reports")
