"""The one schema of both engines. `migrations/` makes it; a test holds the two together."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from adapters.sql import naming, sum_tables
from adapters.sql.column_types import TEXT, Float32s, Usd, UtcTime
from domain.backtest import METRIC_NAMES

metadata = naming.metadata
usage_sums, usage_pruning = sum_tables.usage_sums, sum_tables.usage_pruning

# Typed copies of what a filter may ask for. Texts are case-folded; the documents keep what was said.
backtests = Table(
    "backtests",
    metadata,
    Column("card_id", TEXT, primary_key=True),
    Column("user_id", TEXT, nullable=False),
    Column("backtest_id", TEXT, nullable=False),
    Column("sequence", TEXT, nullable=False),
    Column("fingerprint", TEXT, nullable=False),
    Column("recorded_at", UtcTime, nullable=False),
    Column("indexing", TEXT, nullable=False),
    Column("folded_id", TEXT, nullable=False),
    Column("strategy_name", TEXT, nullable=False),
    Column("strategy_type", TEXT),
    Column("timeframe", TEXT),
    Column("start", Date, nullable=False),
    Column("end", Date, nullable=False),
    Column("completed_at", UtcTime),
    Column("initial_capital", Double),
    Column("final_equity", Double),
    *(Column(name, Double) for name in METRIC_NAMES),
    UniqueConstraint("user_id", "backtest_id"),
    UniqueConstraint("user_id", "sequence"),
    Index("ix_backtests_user_id_indexing", "user_id", "indexing"),
)

# Apart from the typed columns, so that a scan over one user's rows reads few pages.
backtest_documents = Table(
    "backtest_documents",
    metadata,
    Column("card_id", TEXT, ForeignKey(backtests.c.card_id, ondelete="CASCADE"), primary_key=True),
    Column("document", Text, nullable=False),
)

backtest_terms = Table(
    "backtest_terms",
    metadata,
    Column("user_id", TEXT, primary_key=True),
    Column("field", TEXT, primary_key=True),
    Column("term", TEXT, primary_key=True),
    Column("card_id", TEXT, ForeignKey(backtests.c.card_id, ondelete="CASCADE"), primary_key=True, index=True),
    sqlite_with_rowid=False,
)

backtest_parameters = Table(
    "backtest_parameters",
    metadata,
    Column("user_id", TEXT, primary_key=True),
    Column("name", TEXT, primary_key=True),
    Column("card_id", TEXT, ForeignKey(backtests.c.card_id, ondelete="CASCADE"), primary_key=True, index=True),
    Column("number", Double),
    Column("truth", Boolean),
    Column("term", TEXT),
    sqlite_with_rowid=False,
)

index_tasks = Table(
    "index_tasks",
    metadata,
    Column("task_id", TEXT, primary_key=True),
    Column("card_id", TEXT, nullable=False, unique=True),
    Column("user_id", TEXT, nullable=False),
    Column("removal", Boolean, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("error", Text),
    Index("ix_index_tasks_due_at", "due_at"),
)

# One row: the embedding space that backtests are indexed for.
index_state = Table(
    "index_state",
    metadata,
    Column("name", TEXT, primary_key=True),
    Column("space", TEXT, nullable=False),
)

usage_entries = Table(
    "usage_entries",
    metadata,
    Column("entry_id", TEXT, primary_key=True),
    Column("operation_id", TEXT, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("request_id", TEXT, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("deadline_at", UtcTime, nullable=False),
    Column("user_id", TEXT, nullable=False),
    Column("service", TEXT, nullable=False),
    Column("provider", TEXT, nullable=False),
    Column("model_id", TEXT, nullable=False),
    Column("prompt_version", TEXT),
    Column("price_version", TEXT, nullable=False),
    Column("input_tokens", BigInteger, nullable=False),
    Column("cached_input_tokens", BigInteger, nullable=False),
    Column("cache_write_tokens", BigInteger, nullable=False),
    Column("output_tokens", BigInteger, nullable=False),
    Column("reasoning_tokens", BigInteger, nullable=False),
    Column("estimated", Boolean, nullable=False),
    Column("cost_usd", Usd, nullable=False),
    Column("saved_cost_usd", Usd, nullable=False),
    Column("status", TEXT, nullable=False),
    Column("latency_ms", BigInteger),
    Column("reason", Text),
    Column("key_id", TEXT),
    Column("settled_at", UtcTime),
    Index("ix_usage_entries_at_entry_id", "at", "entry_id"),
    Index("ix_usage_entries_user_id_at_entry_id", "user_id", "at", "entry_id"),
    Index(
        "ix_usage_entries_pending",
        "deadline_at",
        sqlite_where=text("status = 'pending'"),
        postgresql_where=text("status = 'pending'"),
    ),
    Index(
        "ix_usage_entries_rare",
        "status",
        "at",
        "entry_id",
        sqlite_where=text("status NOT IN ('pending', 'settled')"),
        postgresql_where=text("status NOT IN ('pending', 'settled')"),
    ),
)

# Amounts are whole numbers of the rule's smallest unit: pico-dollars, or tokens. `pruned` is the part of `spent` whose
# holds are no longer there.
budget_counters = Table(
    "budget_counters",
    metadata,
    Column("rule", TEXT, primary_key=True),
    Column("unit", TEXT, primary_key=True),
    Column("starts_at", UtcTime, primary_key=True),
    Column("ends_at", UtcTime, primary_key=True),
    Column("subject", TEXT, primary_key=True),
    Column("spent", BigInteger, nullable=False),
    Column("held", BigInteger, nullable=False),
    Column("pruned", BigInteger, nullable=False, server_default=text("0")),
)

# `spent` is null while the call is under way. Settled ones stay as long as their row: a counter is the sum of its holds
# and of what was pruned.
budget_holds = Table(
    "budget_holds",
    metadata,
    Column("entry_id", TEXT, ForeignKey(usage_entries.c.entry_id, ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("rule", TEXT, nullable=False),
    Column("unit", TEXT, nullable=False),
    Column("starts_at", UtcTime, nullable=False),
    Column("ends_at", UtcTime, nullable=False),
    Column("subject", TEXT, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("spent", BigInteger),
)

strategies = Table(
    "strategies",
    metadata,
    Column("user_id", TEXT, primary_key=True),
    Column("strategy_id", TEXT, primary_key=True),
    Column("created_at", UtcTime, nullable=False),
    Column("document", Text, nullable=False),
)

conversations = Table(
    "conversations",
    metadata,
    Column("user_id", TEXT, primary_key=True),
    Column("conversation_id", TEXT, primary_key=True),
    Column("title", Text),
    Column("language", TEXT),
    Column("opened_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("turn_count", Integer, nullable=False),
)

conversation_turns = Table(
    "conversation_turns",
    metadata,
    Column("user_id", TEXT, primary_key=True),
    Column("conversation_id", TEXT, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("document", Text, nullable=False),
    ForeignKeyConstraint(
        ["user_id", "conversation_id"],
        [conversations.c.user_id, conversations.c.conversation_id],
        ondelete="CASCADE",
    ),
)

# No foreign key: a report outlives the backtest that it is on.
reports = Table(
    "reports",
    metadata,
    Column("user_id", TEXT, primary_key=True),
    Column("report_id", TEXT, primary_key=True),
    Column("backtest_id", TEXT, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("document", Text, nullable=False),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("key_id", TEXT, primary_key=True),
    Column("digest", TEXT, nullable=False, unique=True),
    Column("user_id", TEXT, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("document", Text, nullable=False),
)

# Never changed or deleted by this program.
audit_entries = Table(
    "audit_entries",
    metadata,
    Column("entry_id", TEXT, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("user_id", TEXT, nullable=False),
    Column("action", TEXT, nullable=False),
    Column("subject", Text, nullable=False),
    Column("document", Text, nullable=False),
)

# A number rises in the transaction of the change that it counts.
revisions = Table(
    "revisions",
    metadata,
    Column("name", TEXT, primary_key=True),
    Column("number", BigInteger, nullable=False),
)

embeddings = Table(
    "embeddings",
    metadata,
    Column("user_id", TEXT, primary_key=True),
    Column("model_id", TEXT, primary_key=True),
    Column("hash", TEXT, primary_key=True),
    Column("vector", Float32s, nullable=False),
)
