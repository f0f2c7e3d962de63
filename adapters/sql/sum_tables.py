"""The tables of what outlives the rows of the ledger."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table

from adapters.sql.column_types import TEXT
from adapters.sql.naming import metadata

# Sums of the final rows of a UTC day, in several ways; rollups.py says which. Texts that a kind does not tell apart
# are empty. They are changed with the rows, and outlive them.
usage_sums = Table(
    "usage_sums",
    metadata,
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
    metadata,
    Column("name", TEXT, primary_key=True),
    Column("detail_from", Integer, nullable=False),
)
