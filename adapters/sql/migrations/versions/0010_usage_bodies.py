"""What was said in calls, where that is asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "usage_bodies",
        sa.Column("entry_id", TEXT, nullable=False),
        sa.Column("operation_id", TEXT, nullable=False),
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name="pk_usage_bodies"),
    )
    op.create_index("ix_usage_bodies_at", "usage_bodies", ["at"])
    op.create_index("ix_usage_bodies_user_id", "usage_bodies", ["user_id"])


def downgrade() -> None:
    op.drop_table("usage_bodies")
