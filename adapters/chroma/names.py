"""How the collection of a user's cards is called, within what Chroma accepts."""

from domain.identity import UserScope
from domain.index_names import PREFIX, owner_name, space_name
from domain.space import Space


def collection_name(scope: UserScope, space: str) -> str:
    """The name; another user, or another space, never has the same one."""
    of = Space.of(space)
    return f"{PREFIX}.{space_name(of.model_id)}.{owner_name(scope)}.{of.generation}"


def is_of_scope(name: str, scope: UserScope) -> bool:
    """Whether the collection holds cards of that user, in whichever space."""
    return name.startswith(f"{PREFIX}.") and _parts(name)[2:3] == [owner_name(scope)]


def is_of_space(name: str, space: str) -> bool:
    """Whether the collection holds cards of that space, of whichever user."""
    of = Space.of(space)
    # A server may hold collections of others, called as they like.
    whose = _parts(name)[2:3]
    return _parts(name) == [PREFIX, space_name(of.model_id), *whose, str(of.generation)]


def _parts(name: str) -> list[str]:
    """Prefix, model, owner, generation: no segment has a dot in it."""
    return name.split(".")
