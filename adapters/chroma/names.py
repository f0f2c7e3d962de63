"""How the collection of a user's cards is called, within what Chroma accepts."""

from domain.identity import UserScope
from domain.index_names import PREFIX, owner_name, space_name

# A name without it was never written: it is what collections have ended in from the first one on.
GENERATION = 1


def collection_name(scope: UserScope, space: str) -> str:
    """The name; another user, or another space, never has the same one."""
    return f"{PREFIX}.{space_name(space)}.{owner_name(scope)}.{GENERATION}"


def is_of_scope(name: str, scope: UserScope) -> bool:
    """Whether the collection holds cards of that user, in whichever space."""
    return _parts(name)[-2:] == [owner_name(scope), str(GENERATION)]


def is_of_space(name: str, space: str) -> bool:
    """Whether the collection holds cards of that space, of whichever user."""
    return _parts(name)[:2] == [PREFIX, space_name(space)]


def _parts(name: str) -> list[str]:
    """Prefix, space, owner, generation: no segment has a dot in it."""
    return name.split(".")
