"""Sums by day beside the ledger's rows, and what is needed to prune rows without changing a total."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
RARE = sa.text("status NOT IN ('pending', 'settled')")
# As a sum keeps them. A reason that is none of our codes may be a provider's words.
VERSION = "CASE WHEN prompt_version IS NULL THEN '' ELSE '=' || prompt_version END"
CODES = {
    "sqlite": "reason GLOB '[a-z]*' AND reason NOT GLOB '*[^a-z -]*' AND length(reason) <= 61",
    "postgresql": "reason ~ '^[a-z][a-z -]{0,60}$'",
}
REASON = "CASE WHEN coalesce(reason, '') = '' THEN '' WHEN {code} THEN reason ELSE 'other' END"
# What each kind tells apart, in the order of the columns from user_id to reason.
KINDS = {
    "service": ("''", "service", "provider", "model_id", VERSION, "status", REASON),
    "user": ("user_id", "''", "''", "''", "''", "''", "''"),
    "all": ("user_id", "service", "''", "model_id", VERSION, "status", "''"),
}
FILL = """
INSERT INTO usage_sums
SELECT '{kind}', day, {told}, sum(CASE attempt WHEN 1 THEN 1 ELSE 0 END), count(*), sum(input_tokens),
    sum(cached_input_tokens), sum(cache_write_tokens), sum(output_tokens), sum(reasoning_tokens), sum(cost_usd),
    sum(saved_cost_usd)
FROM (SELECT at / 86400000000 AS day, usage_entries.* FROM usage_entries) AS entries
WHERE status <> 'pending'
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
"""


def upgrade() -> None:
    op.create_table(
        "usage_sums",
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("service", TEXT, nullable=False),
        sa.Column("provider", TEXT, nullable=False),
        sa.Column("model_id", TEXT, nullable=False),
        sa.Column("prompt_version", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("requests", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("input_tokens", sa.BigInteger(), nullable=False),
        sa.Column("cached_input_tokens", sa.BigInteger(), nullable=False),
        sa.Column("cache_write_tokens", sa.BigInteger(), nullable=False),
        sa.Column("output_tokens", sa.BigInteger(), nullable=False),
        sa.Column("reasoning_tokens", sa.BigInteger(), nullable=False),
        sa.Column("cost_usd", sa.BigInteger(), nullable=False),
        sa.Column("saved_cost_usd", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "kind", "day", "user_id", "service", "provider", "model_id", "prompt_version", "status", "reason",
            name="pk_usage_sums",
        ),
        sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_index("ix_usage_sums_user_id_day", "usage_sums", ["user_id", "day"])
    op.create_table(
        "usage_pruning",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("detail_from", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_usage_pruning"),
    )
    op.add_column("budget_counters", sa.Column("pruned", sa.BigInteger(), nullable=False, server_default=sa.text("0")))
    op.drop_index("ix_usage_entries_at", table_name="usage_entries")
    op.drop_index("ix_usage_entries_user_id_at", table_name="usage_entries")
    op.drop_index("ix_usage_entries_user_id_entry_id", table_name="usage_entries")
    op.create_index("ix_usage_entries_at_entry_id", "usage_entries", ["at", "entry_id"])
    op.create_index("ix_usage_entries_user_id_at_entry_id", "usage_entries", ["user_id", "at", "entry_id"])
    op.create_index(
        "ix_usage_entries_rare", "usage_entries", ["status", "at", "entry_id"], sqlite_where=RARE, postgresql_where=RARE
    )
    code = CODES[op.get_bind().dialect.name]
    for kind, told in KINDS.items():
        op.execute(FILL.format(kind=kind, told=", ".join(told).format(code=code)))


def downgrade() -> None:
    op.drop_index("ix_usage_entries_rare", table_name="usage_entries")
    op.drop_index("ix_usage_entries_user_id_at_entry_id", table_name="usage_entries")
    op.drop_index("ix_usage_entries_at_entry_id", table_name="usage_entries")
    op.create_index("ix_usage_entries_user_id_entry_id", "usage_entries", ["user_id", "entry_id"])
    op.create_index("ix_usage_entries_user_id_at", "usage_entries", ["user_id", "at"])
    op.create_index("ix_usage_entries_at", "usage_entries", ["at"])
    with op.batch_alter_table("budget_counters") as counters:
        counters.drop_column("pruned")
    op.drop_table("usage_pruning")
    op.drop_index("ix_usage_sums_user_id_day", table_name="usage_sums")
    op.drop_table("usage_sums")
