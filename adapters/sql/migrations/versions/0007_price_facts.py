"""Every price that the ledger's rows name.

Rows from before this hold a source and a day as their price version, and no digest. What their prices were is not in
the database, so no fact is made up for them here: a fact of the same source and day is theirs where it reproduces
their cost.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "price_facts",
        sa.Column("model_id", TEXT, nullable=False),
        sa.Column("version", TEXT, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("input_usd_per_mtok", sa.BigInteger(), nullable=False),
        sa.Column("cached_input_usd_per_mtok", sa.BigInteger()),
        sa.Column("cache_write_usd_per_mtok", sa.BigInteger()),
        sa.Column("output_usd_per_mtok", sa.BigInteger()),
        sa.PrimaryKeyConstraint("model_id", "version", name="pk_price_facts"),
    )


def downgrade() -> None:
    op.drop_table("price_facts")
