"""The first schema: backtests and their outbox, the usage ledger and its budgets, strategies, keys, paid vectors."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
PENDING = sa.text("status = 'pending'")


def upgrade() -> None:
    op.create_table(
        "api_keys",
        sa.Column("key_id", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key_id", name="pk_api_keys"),
        sa.UniqueConstraint("digest", name="uq_api_keys_digest"),
    )
    op.create_table(
        "backtests",
        sa.Column("card_id", TEXT, nullable=False),
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("backtest_id", TEXT, nullable=False),
        sa.Column("sequence", TEXT, nullable=False),
        sa.Column("fingerprint", TEXT, nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("indexing", TEXT, nullable=False),
        sa.Column("folded_id", TEXT, nullable=False),
        sa.Column("strategy_name", TEXT, nullable=False),
        sa.Column("strategy_type", TEXT),
        sa.Column("timeframe", TEXT),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False),
        sa.Column("completed_at", sa.BigInteger()),
        sa.Column("initial_capital", sa.Double()),
        sa.Column("final_equity", sa.Double()),
        sa.Column("total_return", sa.Double()),
        sa.Column("annual_return", sa.Double()),
        sa.Column("volatility", sa.Double()),
        sa.Column("sharpe_ratio", sa.Double()),
        sa.Column("sortino_ratio", sa.Double()),
        sa.Column("calmar_ratio", sa.Double()),
        sa.Column("max_drawdown", sa.Double()),
        sa.Column("win_rate", sa.Double()),
        sa.Column("profit_factor", sa.Double()),
        sa.Column("trade_count", sa.Double()),
        sa.Column("exposure_time", sa.Double()),
        sa.Column("fees_paid", sa.Double()),
        sa.Column("benchmark_return", sa.Double()),
        sa.PrimaryKeyConstraint("card_id", name="pk_backtests"),
        sa.UniqueConstraint("user_id", "backtest_id", name="uq_backtests_user_id_backtest_id"),
        sa.UniqueConstraint("user_id", "sequence", name="uq_backtests_user_id_sequence"),
    )
    op.create_index("ix_backtests_user_id_indexing", "backtests", ["user_id", "indexing"])
    op.create_table(
        "budget_counters",
        sa.Column("rule", TEXT, nullable=False),
        sa.Column("unit", TEXT, nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("rule", "unit", "starts_at", "ends_at", "subject", name="pk_budget_counters"),
    )
    op.create_table(
        "embeddings",
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("model_id", TEXT, nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "model_id", "hash", name="pk_embeddings"),
    )
    op.create_table(
        "index_state",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("space", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_index_state"),
    )
    op.create_table(
        "index_tasks",
        sa.Column("task_id", TEXT, nullable=False),
        sa.Column("card_id", TEXT, nullable=False),
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("removal", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.PrimaryKeyConstraint("task_id", name="pk_index_tasks"),
        sa.UniqueConstraint("card_id", name="uq_index_tasks_card_id"),
    )
    op.create_index("ix_index_tasks_due_at", "index_tasks", ["due_at"])
    op.create_table(
        "strategies",
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("strategy_id", TEXT, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "strategy_id", name="pk_strategies"),
    )
    op.create_table(
        "usage_entries",
        sa.Column("entry_id", TEXT, nullable=False),
        sa.Column("operation_id", TEXT, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("request_id", TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("deadline_at", sa.BigInteger(), nullable=False),
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("service", TEXT, nullable=False),
        sa.Column("provider", TEXT, nullable=False),
        sa.Column("model_id", TEXT, nullable=False),
        sa.Column("prompt_version", TEXT),
        sa.Column("price_version", TEXT, nullable=False),
        sa.Column("input_tokens", sa.BigInteger(), nullable=False),
        sa.Column("cached_input_tokens", sa.BigInteger(), nullable=False),
        sa.Column("cache_write_tokens", sa.BigInteger(), nullable=False),
        sa.Column("output_tokens", sa.BigInteger(), nullable=False),
        sa.Column("reasoning_tokens", sa.BigInteger(), nullable=False),
        sa.Column("estimated", sa.Boolean(), nullable=False),
        sa.Column("cost_usd", sa.BigInteger(), nullable=False),
        sa.Column("saved_cost_usd", sa.BigInteger(), nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("latency_ms", sa.BigInteger()),
        sa.Column("reason", sa.Text()),
        sa.Column("key_id", TEXT),
        sa.Column("settled_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("entry_id", name="pk_usage_entries"),
    )
    op.create_index("ix_usage_entries_at", "usage_entries", ["at"])
    op.create_index(
        "ix_usage_entries_pending", "usage_entries", ["deadline_at"], sqlite_where=PENDING, postgresql_where=PENDING
    )
    op.create_index("ix_usage_entries_user_id_at", "usage_entries", ["user_id", "at"])
    op.create_index("ix_usage_entries_user_id_entry_id", "usage_entries", ["user_id", "entry_id"])
    op.create_table(
        "backtest_documents",
        sa.Column("card_id", TEXT, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["card_id"], ["backtests.card_id"], name="fk_backtest_documents_card_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("card_id", name="pk_backtest_documents"),
    )
    op.create_table(
        "backtest_parameters",
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("card_id", TEXT, nullable=False),
        sa.Column("number", sa.Double()),
        sa.Column("truth", sa.Boolean()),
        sa.Column("term", TEXT),
        sa.ForeignKeyConstraint(
            ["card_id"], ["backtests.card_id"], name="fk_backtest_parameters_card_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "name", "card_id", name="pk_backtest_parameters"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_backtest_parameters_card_id", "backtest_parameters", ["card_id"])
    op.create_table(
        "backtest_terms",
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("field", TEXT, nullable=False),
        sa.Column("term", TEXT, nullable=False),
        sa.Column("card_id", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["card_id"], ["backtests.card_id"], name="fk_backtest_terms_card_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "field", "term", "card_id", name="pk_backtest_terms"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_backtest_terms_card_id", "backtest_terms", ["card_id"])
    op.create_table(
        "budget_holds",
        sa.Column("entry_id", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rule", TEXT, nullable=False),
        sa.Column("unit", TEXT, nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("spent", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["usage_entries.entry_id"], name="fk_budget_holds_entry_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("entry_id", "position", name="pk_budget_holds"),
    )


def downgrade() -> None:
    op.drop_table("budget_holds")
    op.drop_index("ix_backtest_terms_card_id", table_name="backtest_terms")
    op.drop_table("backtest_terms")
    op.drop_index("ix_backtest_parameters_card_id", table_name="backtest_parameters")
    op.drop_table("backtest_parameters")
    op.drop_table("backtest_documents")
    op.drop_index("ix_usage_entries_user_id_entry_id", table_name="usage_entries")
    op.drop_index("ix_usage_entries_user_id_at", table_name="usage_entries")
    op.drop_index("ix_usage_entries_pending", table_name="usage_entries")
    op.drop_index("ix_usage_entries_at", table_name="usage_entries")
    op.drop_table("usage_entries")
    op.drop_table("strategies")
    op.drop_index("ix_index_tasks_due_at", table_name="index_tasks")
    op.drop_table("index_tasks")
    op.drop_table("index_state")
    op.drop_table("embeddings")
    op.drop_table("budget_counters")
    op.drop_index("ix_backtests_user_id_indexing", table_name="backtests")
    op.drop_table("backtests")
    op.drop_table("api_keys")
