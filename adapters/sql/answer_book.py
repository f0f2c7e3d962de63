"""First answers in SQL: a row for each key of a user."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import and_, delete, or_, select, update

from adapters.sql.database import Database
from adapters.sql.statements import upsert
from adapters.sql.tables import first_answers
from application.ports.answer_book import Claim, FirstAnswer, Standing

_HEADERS = msgspec.json.Decoder(dict[str, str])


class SqlAnswerBook:
    """Of several processes that claim a key at once, one inserts the row or takes it over; the others find it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, claim: Claim) -> Standing | FirstAnswer:
        """The answer that is kept, else how the claim stands. Raises: StoreUnavailable."""
        row = _row(claim)
        columns = first_answers.c
        abandoned = and_(
            columns.status.is_(None),
            columns.lease_ends_at <= claim.at,
            columns.fingerprint == claim.request.fingerprint,
        )
        async with self._database.write() as connection:
            claiming = upsert(connection, first_answers).values(row)
            granted = claiming.on_conflict_do_update(
                index_elements=["user_id", "key"],
                set_={**row, "status": None, "headers": None, "body": None},
                where=or_(columns.expires_at <= claim.at, abandoned),
            )
            if (await connection.execute(granted.returning(columns.claim_id))).first() is not None:
                return Standing.GRANTED
            # The insert that met it has locked the row, so that it is still there.
            there = select(first_answers).where(columns.user_id == row["user_id"], columns.key == row["key"])
            found = (await connection.execute(there)).one()
        if found.fingerprint != claim.request.fingerprint:
            return Standing.OF_ANOTHER_REQUEST
        if found.status is None:
            return Standing.UNDER_WAY
        return FirstAnswer(status=found.status, headers=_HEADERS.decode(found.headers), body=found.body)

    async def extend(self, claim: Claim, *, until: datetime) -> bool:
        """The lease of a claim without an answer ends then; False where it is no longer held."""
        return await self._change(claim, lease_ends_at=until)

    async def keep(self, claim: Claim, answer: FirstAnswer) -> bool:
        """The answer is there until the claim expires; False, and nothing is kept, where it is no longer held."""
        headers = msgspec.json.encode(dict(answer.headers)).decode()
        return await self._change(claim, status=answer.status, headers=headers, body=answer.body)

    async def release(self, claim: Claim) -> None:
        """The key is free, unless there is an answer or somebody else holds it. Raises: StoreUnavailable."""
        async with self._database.write() as connection:
            await connection.execute(delete(first_answers).where(_held(claim)))

    async def forget_expired(self, *, at: datetime, limit: int) -> int:
        """Rows that have expired by then are gone, at most so many; how many they were.

        By the id of their claim: a key that is claimed anew meanwhile has another one.
        """
        columns = first_answers.c
        expired = select(columns.claim_id).where(columns.expires_at <= at).order_by(columns.expires_at).limit(limit)
        gone = delete(first_answers).where(columns.claim_id.in_(expired.with_for_update(skip_locked=True)))
        async with self._database.write() as connection:
            return (await connection.execute(gone)).rowcount

    async def _change(self, claim: Claim, **values: object) -> bool:
        async with self._database.write() as connection:
            changed = await connection.execute(update(first_answers).where(_held(claim)).values(values))
        return bool(changed.rowcount)


def _row(claim: Claim) -> dict[str, object]:
    return {
        "user_id": claim.request.scope.user_id,
        "key": claim.request.key,
        "fingerprint": claim.request.fingerprint,
        "claim_id": claim.claim_id,
        "lease_ends_at": claim.lease_ends_at,
        "expires_at": claim.expires_at,
    }


def _held(claim: Claim) -> Any:  # noqa: ANN401  # SQLAlchemy's own types for a condition differ by version
    return and_(first_answers.c.claim_id == claim.claim_id, first_answers.c.status.is_(None))
