"""The tables of the words of cards."""

from sqlalchemy import BigInteger, Column, Index, Table, Text

from adapters.sql.column_types import TEXT
from adapters.sql.metadata import METADATA

# A row a card, its terms with blanks between them. Lists by term would be forty rows a card, and a question would read
# thousands: whoever searches holds them in memory instead, and reads here what changed since.
card_words = Table(
    "card_words",
    METADATA,
    Column("user_id", TEXT, primary_key=True),
    Column("card_id", TEXT, primary_key=True),
    Column("change", BigInteger, nullable=False),
    Column("words", Text, nullable=False),
    Index("ix_card_words_user_id_change", "user_id", "change"),
)

# The number of the user's latest change, and of the latest one that removed a card.
card_word_changes = Table(
    "card_word_changes",
    METADATA,
    Column("user_id", TEXT, primary_key=True),
    Column("latest", BigInteger, nullable=False),
    Column("removal", BigInteger, nullable=False),
)
TEXTS = (card_words, card_word_changes)
