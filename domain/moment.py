"""Moments that stores and readers can take."""

from datetime import UTC, datetime


def has_utc(moment: datetime) -> bool:
    """Whether an aware moment can be told in UTC: near the ends of the calendar its offset may carry it past them."""
    try:
        moment.astimezone(UTC)
    except OverflowError:
        return False
    return True
