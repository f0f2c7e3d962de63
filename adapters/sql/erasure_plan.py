"""What becomes of each table's rows when a user is erased. A table that is not named in here fails a test.

A table with a column `user_id` loses the user's rows, unless it stands in `KEPT`.
"""

from collections.abc import Iterator, Mapping

from sqlalchemy import Table

from adapters.sql.metadata import METADATA

USER = "user_id"
KEPT: Mapping[str, str] = {
    "usage_entries": "rows of the ledger go under the pseudonym: what was paid stays paid",
    "usage_sums": "sums of the ledger go with their rows",
    "audit_entries": "acts stay, under the pseudonym",
    "erasures": "the order itself, forgotten last",
}
WITHOUT_A_USER: Mapping[str, str] = {
    "backtest_documents": "goes with its backtest, by its foreign key",
    "budget_counters": "the user may be the subject, or in the name of the rule: both go under the pseudonym",
    "budget_holds": "as the counters",
    "budget_rules": "the user may be in the document: rules for them are removed, names that hold the id are changed",
    "index_spaces": "names of embedding models and of stores",
    "usage_pruning": "a day",
    "price_facts": "prices of models",
    "applied_prices": "prices of models",
    "price_reviews": "days on which models were reviewed",
    "revisions": "numbers",
}
PARTS_OF = {
    "backtest_terms", "backtest_parameters", "backtest_documents", "card_words", "card_word_changes", "index_built",
}  # fmt: skip
"""They are not counted: what they are parts of is."""
KINDS: Mapping[str, str] = {
    "api_keys": "keys",
    "budget_rules": "budgets",
    "conversation_turns": "turns",
    "usage_bodies": "bodies",
}


def kind_of(table: str) -> str:
    """What the rows of a table are called where they are counted."""
    return KINDS.get(table, table)


def losing() -> Iterator[Table]:
    """The tables that lose the user's rows, those first that others point to last."""
    return (t for t in reversed(METADATA.sorted_tables) if USER in t.c and t.name not in KEPT)
