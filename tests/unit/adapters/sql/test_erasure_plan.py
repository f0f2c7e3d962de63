"""Nothing that a user has is forgotten when they are erased: every table and every store says what becomes of it."""

import pytest
from sqlalchemy import Column, MetaData, Table, Text

from adapters.memory.stores import InMemoryStores
from adapters.sql.erasure_plan import KEPT, USER, WITHOUT_A_USER, losing
from adapters.sql.tables import metadata
from adapters.system.ids import TimeOrderedIds

HOLD_NO_USER = {
    "probe": "the archive", "queries": "the archive", "queue": "the archive", "backlog": "the archive",
    "report": "the ledger", "figures": "the ledger", "pruning": "the ledger", "books": "the ledger",
    "ledger": "renamed by the eraser itself", "rules": "renamed by the eraser itself",
    "audit": "renamed by the eraser itself", "turns": "the conversations", "prices": "prices of models",
    "reckoning": "prices of models", "revisions": "numbers",
    "spaces": "names of embedding models", "eraser": "orders, which it forgets",
    "backups": "None: nothing lasts", "outliving": "the archive",
    "census": "the archive",
}  # fmt: skip
"""Attributes of the stores in memory that are no holder of their own, and why."""


def uncovered(tables: MetaData) -> list[str]:
    """Tables of which nobody said what becomes of a user in them."""
    return [
        name
        for name, table in tables.tables.items()
        if (USER not in table.c and name not in WITHOUT_A_USER) or (USER in table.c and name in WITHOUT_A_USER)
    ]


def test_every_table_is_emptied_of_a_user_or_says_why_not() -> None:
    assert uncovered(metadata) == []


def test_a_table_that_nobody_thought_of_is_noticed() -> None:
    grown = MetaData()
    Table("secrets", grown, Column("owner", Text))
    assert uncovered(grown) == ["secrets"]


def test_what_is_named_is_there() -> None:
    assert {*KEPT, *WITHOUT_A_USER} <= set(metadata.tables)


def test_every_table_with_a_user_loses_their_rows_but_for_those_kept() -> None:
    assert {table.name for table in losing()} == {
        name for name, table in metadata.tables.items() if USER in table.c and name not in KEPT
    }


def test_every_store_in_memory_is_emptied_of_a_user() -> None:
    stores = InMemoryStores(ids=TimeOrderedIds())
    held = {id(holder) for holder in stores.eraser.holders}
    for name, store in vars(stores).items():
        assert (id(store) in held) or name in HOLD_NO_USER, f"nobody says what becomes of a user in {name}"


@pytest.mark.parametrize("reason", [*KEPT.values(), *WITHOUT_A_USER.values(), *HOLD_NO_USER.values()])
def test_a_reason_is_given(reason: str) -> None:
    assert reason
