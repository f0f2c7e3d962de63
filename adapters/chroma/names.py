"""How the collection of a user's cards is called: nothing of the user's id is left in it."""

import hashlib
import re

from domain.identity import UserScope
from domain.space import Space

PREFIX = "user_backtests"
SCOPE_DIGITS = 24
_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
_UNFIT = re.compile(r"[^a-zA-Z0-9_-]+")


def collection_name(scope: UserScope, space: str) -> str:
    """The name, within what Chroma accepts; another user, or another space, never has the same one."""
    of = Space.of(space)
    return f"{PREFIX}.{_segment(of.model_id)}.{_owner(scope)}.{of.generation}"


def is_of_scope(name: str, scope: UserScope) -> bool:
    """Whether the collection holds cards of that user, in whichever space."""
    return name.startswith(f"{PREFIX}.") and _parts(name)[2:3] == [_owner(scope)]


def is_of_space(name: str, space: str) -> bool:
    """Whether the collection holds cards of that space, of whichever user."""
    of = Space.of(space)
    prefix, model, *_, generation = _parts(name) or [""]
    return [prefix, model, generation] == [PREFIX, _segment(of.model_id), str(of.generation)]


def _parts(name: str) -> list[str]:
    """Prefix, space, owner, generation: no segment has a dot in it."""
    return name.split(".")


def _segment(model_id: str) -> str:
    """A model whose name Chroma cannot take keeps what it can of it, and a digest that tells it from others."""
    if _PLAIN.fullmatch(model_id):
        return model_id
    return f"{_UNFIT.sub('-', model_id)[:80].strip('-_')}-x-{_digest(model_id)[:12]}"


def _owner(scope: UserScope) -> str:
    return _digest(scope.user_id)[:SCOPE_DIGITS]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
