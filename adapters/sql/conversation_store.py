"""Conversations in SQL: a row each, and a row a turn."""

from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from adapters.sql.database import Database
from adapters.sql.documents import TURN
from adapters.sql.statements import cleaned
from adapters.sql.tables import conversation_turns, conversations
from domain.conversation import Conversation, ConversationHead, Turn
from domain.conversation_errors import TurnConflict
from domain.errors import NotFound
from domain.identity import UserScope
from domain.language import Language
from domain.paging import Page
from domain.text import is_storable


class SqlConversationStore:
    """Conversations and their turns; several processes may append at once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, conversation: Conversation) -> None:
        """It is stored, without a turn. Raises: StoreUnavailable."""
        row = {
            "user_id": conversation.scope.user_id,
            "conversation_id": conversation.conversation_id,
            "title": conversation.title,
            "language": conversation.language,
            "opened_at": conversation.opened_at,
            "updated_at": conversation.updated_at,
            "turn_count": 0,
        }
        async with self._database.write() as connection:
            await connection.execute(insert(conversations), row)

    async def get(self, conversation_id: str, *, scope: UserScope) -> Conversation:
        """The user's conversation of that id, with every turn, oldest first. Raises: NotFound, StoreUnavailable."""
        head, turns = select(conversations).where(_is(conversation_id, scope)), conversation_turns.c
        mine = (turns.user_id == scope.user_id) & (turns.conversation_id == cleaned(conversation_id))
        async with self._database.read() as connection:
            row = (await connection.execute(head)).one_or_none()
            # One statement after the other: what is appended between them is left out, so that head and turns agree.
            first = select(turns.document).where(mine).order_by(turns.number).limit(row.turn_count if row else 0)
            documents = (await connection.execute(first)).scalars().all() if row else ()
        if row is None or not is_storable(conversation_id):
            raise NotFound("session", conversation_id)
        return Conversation(
            conversation_id=row.conversation_id,
            scope=scope,
            title=row.title,
            language=_language(row),
            opened_at=row.opened_at,
            updated_at=row.updated_at,
            turns=tuple(map(TURN.read, documents)),
        )

    async def page(self, *, scope: UserScope, limit: int, after: str | None = None) -> Page[ConversationHead]:
        """The user's conversations, latest opened first, from just after the id `after`."""
        columns = conversations.c
        mine = select(conversations).where(columns.user_id == scope.user_id)
        if after is not None:
            mine = mine.where(columns.conversation_id < cleaned(after))
        async with self._database.read() as connection:
            latest_first = mine.order_by(columns.conversation_id.desc()).limit(limit + 1)
            rows = (await connection.execute(latest_first)).all()
        more = rows[limit - 1].conversation_id if len(rows) > limit else None
        return Page(items=tuple(map(_head, rows[:limit])), next_after=more)

    async def delete(self, conversation_id: str, *, scope: UserScope) -> None:
        """It is gone with its turns. Raises: NotFound, StoreUnavailable."""
        async with self._database.write() as connection:
            gone = await connection.execute(delete(conversations).where(_is(conversation_id, scope)))
        if not gone.rowcount:
            raise NotFound("session", conversation_id)

    async def append_turn(self, turn: Turn, *, conversation_id: str, scope: UserScope) -> None:
        """The turn is stored under its number. Raises: TurnConflict, NotFound, StoreUnavailable."""
        mine = _is(conversation_id, scope)
        # Whoever changes the count from the number before has the turn; everybody else waits here and changes nothing.
        is_next = update(conversations).where(mine, conversations.c.turn_count == turn.number - 1)
        counted = is_next.values(turn_count=turn.number, updated_at=turn.at)
        row = {
            "user_id": scope.user_id,
            "conversation_id": conversation_id,
            "number": turn.number,
            "document": TURN.write(turn),
        }
        async with self._database.write() as connection:
            if (await connection.execute(counted)).rowcount:
                await connection.execute(insert(conversation_turns), row)
                return
            known = (await connection.execute(select(conversations.c.turn_count).where(mine))).one_or_none()
        if known is None:
            raise NotFound("session", conversation_id)
        raise TurnConflict(conversation_id, turn.number)


def _is(conversation_id: str, scope: UserScope) -> Any:  # noqa: ANN401  # SQLAlchemy's own types for a condition differ by version
    known = conversations.c.conversation_id == cleaned(conversation_id)
    return (conversations.c.user_id == scope.user_id) & known


def _language(row: Row[Any]) -> Language | None:
    return None if row.language is None else Language(row.language)


def _head(row: Row[Any]) -> ConversationHead:
    return ConversationHead(
        conversation_id=row.conversation_id,
        title=row.title,
        language=_language(row),
        opened_at=row.opened_at,
        updated_at=row.updated_at,
        turn_count=row.turn_count,
    )
