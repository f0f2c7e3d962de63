"""Moments that stores and readers can take."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
VERSION_WITH_TIME = 7
BITS_AFTER_TIME = 80


def has_utc(moment: datetime) -> bool:
    """Whether an aware moment can be told in UTC: near the ends of the calendar its offset may carry it past them."""
    try:
        moment.astimezone(UTC)
    except OverflowError:
        return False
    return True


def made_at(identifier: str) -> datetime | None:
    """When an identifier that holds its time was made, to the millisecond; None for any other.

    Source: RFC 9562, section 5.7: version 7, whose first 48 bits are milliseconds since the epoch.
    """
    try:
        made = UUID(identifier)
    except ValueError:
        return None
    return None if made.version != VERSION_WITH_TIME else EPOCH + timedelta(milliseconds=made.int >> BITS_AFTER_TIME)
