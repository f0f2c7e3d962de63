"""The words of users' cards in SQL, searched in memory."""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.database import Database
from adapters.sql.held_words import HeldWords
from adapters.sql.statements import chunks, upsert
from adapters.sql.text_tables import card_word_changes, card_words
from domain.bm25 import WordHits
from domain.identity import UserScope

MOST_CARDS_HELD = 200_000
"""So many cards of all users together stay in memory, some 400 bytes each; the users who asked last keep theirs."""
MOST_AT_ONCE = 500
"""More rows than that are taken up in a thread: others wait for answers meanwhile."""
_NEVER = -1

_CHANGES = select(card_word_changes.c.latest, card_word_changes.c.removal).where(
    card_word_changes.c.user_id == bindparam("owner")
)
_MINE = card_words.c.user_id == bindparam("owner")
_NEWER = select(card_words.c.card_id, card_words.c.words).where(_MINE, card_words.c.change > bindparam("seen"))
_IDS = select(card_words.c.card_id).where(_MINE)
_COUNT = select(func.count()).select_from(card_words).where(_MINE)


@dataclass(slots=True, kw_only=True)
class _User:
    """What is held of one user, as of which change; whoever looks at it or changes it has the turn."""

    held: HeldWords = field(default_factory=HeldWords)
    seen: int = _NEVER
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class SqlTextIndex:
    """A row a card on SQLite and PostgreSQL. A search asks whether the user's rows changed, and reads those that did.

    Each change of a user's rows has a number, given out under a lock that is held until the change is committed, so
    that nobody who has seen one misses an earlier one, in whichever process it was made.
    """

    def __init__(self, database: Database, *, most_cards_held: int = MOST_CARDS_HELD) -> None:
        self._database = database
        self._most = most_cards_held
        self._users: OrderedDict[str, _User] = OrderedDict()

    async def put(self, cards: Mapping[str, Sequence[str]], *, scope: UserScope) -> None:
        """The terms of each card; they replace what it said before. Raises: StoreUnavailable."""
        if not cards:
            return
        async with self._database.write() as connection:
            change = await _next_change(connection, scope, removes=False)
            rows = [
                {"user_id": scope.user_id, "card_id": card_id, "change": change, "words": " ".join(terms)}
                for card_id, terms in sorted(cards.items())
            ]
            adding = upsert(connection, card_words)
            latest = {"change": adding.excluded.change, "words": adding.excluded.words}
            same = ["user_id", "card_id"]
            await connection.execute(adding.on_conflict_do_update(index_elements=same, set_=latest), rows)

    async def search(
        self, terms: Sequence[str], *, scope: UserScope, top_k: int, among: frozenset[str] | None = None
    ) -> WordHits:
        """The cards that hold any of the terms, best first. Raises: StoreUnavailable."""
        user = self._users.setdefault(scope.user_id, _User())
        self._users.move_to_end(scope.user_id)
        async with user.turn:
            await self._catch_up(user, scope)
            found = user.held.search(terms, top_k=top_k, among=among)
        self._make_room()
        return found

    async def delete(self, card_ids: Sequence[str], *, scope: UserScope) -> None:
        """None of the ids says anything any more. Raises: StoreUnavailable."""
        if not card_ids:
            return
        async with self._database.write() as connection:
            await _next_change(connection, scope, removes=True)
            for chunk in chunks(card_ids):
                mine = delete(card_words).where(card_words.c.user_id == scope.user_id)
                await connection.execute(mine.where(card_words.c.card_id.in_(chunk)))

    async def count(self, *, scope: UserScope) -> int:
        """How many cards the user has here. Raises: StoreUnavailable."""
        async with self._database.read() as connection:
            return int((await connection.execute(_COUNT, {"owner": scope.user_id})).scalar_one())

    async def _catch_up(self, user: _User, scope: UserScope) -> None:
        """What is held is what was committed when this began."""
        owner = {"owner": scope.user_id}
        async with self._database.read() as connection:
            now = (await connection.execute(_CHANGES, owner)).first()
        if now is not None and now.latest == user.seen:
            return
        async with self._database.snapshot() as connection:
            now = (await connection.execute(_CHANGES, owner)).first()
            if now is None or now.latest < user.seen or _is_mostly_dead(user.held):
                user.held, user.seen = HeldWords(), _NEVER
            if now is None:
                return
            rows = (await connection.execute(_NEWER, owner | {"seen": user.seen})).all()
            if len(rows) > MOST_AT_ONCE and user.seen != _NEVER:
                rows, user.seen = (await connection.execute(_NEWER, owner | {"seen": _NEVER})).all(), _NEVER
            removed = user.seen != _NEVER and now.removal > user.seen
            ids = (await connection.execute(_IDS, owner)).scalars().all() if removed else None
        words = [(row.card_id, row.words) for row in rows]
        if len(words) > MOST_AT_ONCE:
            # Beside what is held, not into it: whoever waits for this may leave before the thread is done.
            user.held = await asyncio.to_thread(_built, words)
        else:
            user.held.change(words, only=ids)
        user.seen = now.latest

    def _make_room(self) -> None:
        """The users who asked longest ago are forgotten, but for the last one."""
        while len(self._users) > 1 and sum(user.held.places for user in self._users.values()) > self._most:
            self._users.popitem(last=False)


def _built(rows: list[tuple[str, str]]) -> HeldWords:
    held = HeldWords()
    held.change(rows)
    return held


def _is_mostly_dead(held: HeldWords) -> bool:
    return held.places > 2 * len(held) + MOST_AT_ONCE


async def _next_change(connection: AsyncConnection, scope: UserScope, *, removes: bool) -> int:
    """The number of this change. The first of a user is any: what was held of one who was erased must not pass."""
    first = secrets.randbits(40)
    rising = card_word_changes.c.latest + 1
    adding = upsert(connection, card_word_changes).values(user_id=scope.user_id, latest=first, removal=first)
    after = {"latest": rising, "removal": rising} if removes else {"latest": rising}
    change = adding.on_conflict_do_update(index_elements=["user_id"], set_=after)
    return int((await connection.execute(change.returning(card_word_changes.c.latest))).scalar_one())
