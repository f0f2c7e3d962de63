"""The words of cards, and how often they changed."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "card_words",
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("card_id", TEXT, nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "card_id", name="pk_card_words"),
    )
    op.create_index("ix_card_words_user_id_change", "card_words", ["user_id", "change"])
    op.create_table(
        "card_word_changes",
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("latest", sa.BigInteger(), nullable=False),
        sa.Column("removal", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_card_word_changes"),
    )
    # What is stored already has no words yet: the next start queues it.
    op.execute("UPDATE backtests SET indexing = 'pending'")


def downgrade() -> None:
    op.drop_table("card_word_changes")
    op.drop_table("card_words")
