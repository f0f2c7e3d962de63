"""Tables of where the index is and of what is being built to take its place."""

from sqlalchemy import Column, Index, Integer, Table, Text

from adapters.sql.column_types import TEXT, UtcTime
from adapters.sql.metadata import METADATA

# A row a space. `builder` is the process that builds it, as long as its lease lasts.
index_spaces = Table(
    "index_spaces",
    METADATA,
    Column("name", TEXT, primary_key=True),
    Column("role", TEXT, nullable=False),
    Column("store", TEXT, nullable=False),
    Column("dimensions", Integer),
    Column("since", UtcTime, nullable=False),
    Column("reason", TEXT),
    Column("store_kind", TEXT),
    Column("store_url", Text),
    Column("error", Text),
    Column("builder", TEXT),
    Column("lease_ends_at", UtcTime),
)

# What is in the space that is being built; a row with an error is not, and is not tried again there.
index_built = Table(
    "index_built",
    METADATA,
    Column("card_id", TEXT, primary_key=True),
    Column("user_id", TEXT, nullable=False),
    Column("sequence", TEXT, nullable=False),
    Column("error", Text),
    Index("ix_index_built_user_id", "user_id"),
)
