"""The spaces of the index, and what was put into the one that is being built."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    spaces = op.create_table(
        "index_spaces",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("store", TEXT, nullable=False),
        sa.Column("dimensions", sa.Integer(), nullable=True),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("reason", TEXT, nullable=True),
        sa.Column("store_kind", TEXT, nullable=True),
        sa.Column("store_url", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("builder", TEXT, nullable=True),
        sa.Column("lease_ends_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_index_spaces"),
    )
    op.create_table(
        "index_built",
        sa.Column("card_id", TEXT, nullable=False),
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("sequence", TEXT, nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("card_id", name="pk_index_built"),
    )
    op.create_index("ix_index_built_user_id", "index_built", ["user_id"])
    # What was one text before: the store's identity, a slash, the model.
    before = op.get_bind().execute(sa.text("SELECT space FROM index_state WHERE name = 'backtests'")).scalar()
    if before is not None:
        store, _, model = before.partition("/")
        op.bulk_insert(spaces, [{"name": model, "role": "serving", "store": store, "since": 0}])
    op.drop_table("index_state")


def downgrade() -> None:
    state = op.create_table(
        "index_state",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("space", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_index_state"),
    )
    serving = sa.text("SELECT store || '/' || name FROM index_spaces WHERE role = 'serving'")
    space = op.get_bind().execute(serving).scalar()
    if space is not None:
        op.bulk_insert(state, [{"name": "backtests", "space": space}])
    op.drop_table("index_built")
    op.drop_table("index_spaces")
