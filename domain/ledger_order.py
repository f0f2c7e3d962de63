"""The order in which rows of the ledger are read, and where a page of them ends."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Self

from domain.errors import Refused, Violation
from domain.moment import EPOCH
from domain.usage import UsageEntry

_MICROSECOND = timedelta(microseconds=1)


class Place(NamedTuple):
    """Where a row stands: by when it was opened, and by its id among those of one moment."""

    at: datetime
    entry_id: str

    @classmethod
    def of(cls, entry: UsageEntry) -> Self:
        """Where this row stands."""
        return cls(entry.at.astimezone(UTC), entry.entry_id)

    @classmethod
    def read(cls, text: str) -> Self:
        """The place that was written as this text. Raises: Refused."""
        number, _, entry_id = text.partition("/")
        try:
            return cls(EPOCH + int(number) * _MICROSECOND, entry_id)
        except (ValueError, OverflowError) as error:
            raise Refused(Violation(field="cursor", message="is not one of this list")) from error

    def __str__(self) -> str:
        return f"{(self.at - EPOCH) // _MICROSECOND}/{self.entry_id}"
