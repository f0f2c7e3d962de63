"""All that the stores hold of a user, removed."""

from collections.abc import Sequence
from typing import Protocol

from domain.audit import AuditEntry
from domain.erasure import Erased, ErasureOrder


class UserEraser(Protocol):
    """Erases in steps, each of which may be done again: an erasure that was cut off goes on where it was."""

    async def begin(self, order: ErasureOrder) -> ErasureOrder:
        """The order is kept, and every process hears of it.

        Where the user is being erased already, the earlier order, which goes on. Raises: StoreUnavailable.
        """

    async def erase(self, order: ErasureOrder) -> Erased:
        """No row holds the user any more; what is counted of them is counted for the pseudonym, to the last token.

        Their keys are gone too, and every process hears of it. Nobody may write for the user meanwhile. A second time
        it finds nothing. Raises: StoreUnavailable.
        """

    async def finish(self, order: ErasureOrder, *, act: AuditEntry) -> None:
        """Nothing of what was deleted can be read in the files of the store, the order is forgotten, the act is noted.

        An order that is not kept any more leaves no second row. Raises: StoreUnavailable.
        """

    async def unfinished(self) -> Sequence[ErasureOrder]:
        """The orders that are kept, oldest first. Raises: StoreUnavailable."""
