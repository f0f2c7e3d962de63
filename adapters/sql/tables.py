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
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from adapters.sql.column_types import TEXT, Float32s, UtcTime
from adapters.sql.erasure_tables import erasures
from adapters.sql.index_tables import index_built, index_spaces
from adapters.sql.ledger_tables import LEDGER
from adapters.sql.metadata import METADATA
from adapters.sql.rule_tables import applied_prices, budget_rules, price_reviews
from adapters.sql.text_tables import TEXTS
from domain.backtest import METRIC_NAMES

metadata = METADATA
# Tables that stand in files of their own are named here, so that the schema is whole for whoever asks for it.
APART = (LEDGER, TEXTS, index_spaces, index_built, budget_rules, applied_prices, price_reviews, erasures)

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

# Never deleted by this program, and changed only where a user who is erased goes under a pseudonym.
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

# A row without a status is a request that is being answered, until its lease ends.
first_answers = Table(
    "first_answers",
    metadata,
    Column("user_id", TEXT, primary_key=True),
    Column("key", TEXT, primary_key=True),
    Column("fingerprint", TEXT, nullable=False),
    Column("claim_id", TEXT, nullable=False, unique=True),
    Column("lease_ends_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("status", Integer),
    Column("headers", Text),
    Column("body", LargeBinary),
    Index("ix_first_answers_expires_at", "expires_at"),
)
