"""The table of users who are being erased."""

from sqlalchemy import Column, Table, Text

from adapters.sql.column_types import TEXT, UtcTime
from adapters.sql.metadata import METADATA

erasures = Table(
    "erasures",
    METADATA,
    Column("user_id", TEXT, primary_key=True),
    Column("begun_at", UtcTime, nullable=False),
    Column("document", Text, nullable=False),
)
