"""The space that answers, as this process knows it."""

from dataclasses import dataclass, field

from application.ports.index_spaces import IndexSpaces
from domain.errors import StoreUnavailable
from domain.space import IndexState, StoredSpace


@dataclass(slots=True, kw_only=True)
class Spaces:
    """A copy of what the database says of the spaces: as old as the watch's last look, which is for questions.

    A question keeps the space that it began with: vectors of different spaces never meet, and a space that another
    has replaced stays for a while. Whoever changes cards looks first.
    """

    store: IndexSpaces
    held: IndexState = field(default_factory=IndexState)

    @property
    def serving(self) -> StoredSpace:
        """The space that questions are asked of. Raises: StoreUnavailable, where there is none."""
        if self.held.serving is None:
            raise StoreUnavailable("index", "no space of the index answers yet")
        return self.held.serving

    async def look(self) -> StoredSpace:
        """The space that answers now, whichever process made it do so. Raises: StoreUnavailable."""
        self.held = await self.store.state()
        return self.serving
