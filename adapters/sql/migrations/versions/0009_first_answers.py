"""First answers to requests that came with a key."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "first_answers",
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("fingerprint", TEXT, nullable=False),
        sa.Column("claim_id", TEXT, nullable=False),
        sa.Column("lease_ends_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.Text(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("user_id", "key", name="pk_first_answers"),
        sa.UniqueConstraint("claim_id", name="uq_first_answers_claim_id"),
    )
    op.create_index("ix_first_answers_expires_at", "first_answers", ["expires_at"])


def downgrade() -> None:
    op.drop_table("first_answers")
