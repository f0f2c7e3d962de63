"""Tables of the ledger: rows, their sums, holds and counters, prices, and what was said."""

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, Index, Integer, Table, Text, text

from adapters.sql.column_types import TEXT, Usd, UsdPerMtok, UtcTime
from adapters.sql.metadata import METADATA

usage_entries = Table(
    "usage_entries",
    METADATA,
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

# Sums of the final rows of a UTC day, in several ways; rollups.py says which. Texts that a kind does not tell apart
# are empty. They are changed with the rows, and outlive them.
usage_sums = Table(
    "usage_sums",
    METADATA,
    Column("kind", TEXT, primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("user_id", TEXT, primary_key=True),
    Column("service", TEXT, primary_key=True),
    Column("provider", TEXT, primary_key=True),
    Column("model_id", TEXT, primary_key=True),
    Column("prompt_version", TEXT, primary_key=True),
    Column("status", TEXT, primary_key=True),
    Column("reason", TEXT, primary_key=True),
    Column("requests", BigInteger, nullable=False),
    Column("attempts", BigInteger, nullable=False),
    Column("input_tokens", BigInteger, nullable=False),
    Column("cached_input_tokens", BigInteger, nullable=False),
    Column("cache_write_tokens", BigInteger, nullable=False),
    Column("output_tokens", BigInteger, nullable=False),
    Column("reasoning_tokens", BigInteger, nullable=False),
    Column("cost_usd", BigInteger, nullable=False),
    Column("saved_cost_usd", BigInteger, nullable=False),
    Index("ix_usage_sums_user_id_day", "user_id", "day"),
    sqlite_with_rowid=False,
)

# One row once something was pruned: the first day of which every row is still there.
usage_pruning = Table(
    "usage_pruning",
    METADATA,
    Column("name", TEXT, primary_key=True),
    Column("detail_from", Integer, nullable=False),
)

# Amounts are whole numbers of the rule's smallest unit: pico-dollars, or tokens. `pruned` is the part of `spent` whose
# holds are no longer there.
budget_counters = Table(
    "budget_counters",
    METADATA,
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
    METADATA,
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

# What was said, where that is asked for. No foreign key: a body ends on a day of its own, before its row or after.
usage_bodies = Table(
    "usage_bodies",
    METADATA,
    Column("entry_id", TEXT, primary_key=True),
    Column("operation_id", TEXT, nullable=False),
    Column("user_id", TEXT, nullable=False, index=True),
    Column("at", UtcTime, nullable=False, index=True),
    Column("document", Text, nullable=False),
)

# Never changed or deleted: what a row of the ledger was reckoned with. USD per million tokens.
price_facts = Table(
    "price_facts",
    METADATA,
    Column("model_id", TEXT, primary_key=True),
    Column("version", TEXT, primary_key=True),
    Column("valid_from", Date, nullable=False),
    Column("source", TEXT, nullable=False),
    Column("input_usd_per_mtok", UsdPerMtok, nullable=False),
    Column("cached_input_usd_per_mtok", UsdPerMtok),
    Column("cache_write_usd_per_mtok", UsdPerMtok),
    Column("output_usd_per_mtok", UsdPerMtok),
)

LEDGER = (usage_entries, usage_sums, usage_pruning, budget_counters, budget_holds, usage_bodies, price_facts)
