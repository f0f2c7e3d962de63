"""Tables of what was decided at run time, over what the configuration file says."""

from sqlalchemy import Column, Date, Integer, Table, Text

from adapters.sql.column_types import TEXT
from adapters.sql.metadata import METADATA

budget_rules = Table(
    "budget_rules",
    METADATA,
    Column("name", TEXT, primary_key=True),
    Column("document", Text, nullable=False),
)

# Never changed or deleted by this program. `entry_id` is the row of the audit trail that took them.
applied_prices = Table(
    "applied_prices",
    METADATA,
    Column("entry_id", TEXT, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("model_id", TEXT, nullable=False),
    Column("document", Text, nullable=False),
)

price_reviews = Table(
    "price_reviews",
    METADATA,
    Column("model_id", TEXT, primary_key=True),
    Column("reviewed_on", Date, nullable=False),
)
